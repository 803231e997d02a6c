#pragma once
// Charts in an OCI registry (Distribution Specification 1.1): tags, manifests, blobs, and the token
// that the registry sends its clients for.
//
// The registry of a loopback address is spoken to without TLS, as container tools do.

#include "feature/gitops/chart_download.hpp"

namespace gp::gitops {

class OciRegistry {
 public:
  // "registry.example/charts/web", with or without "oci://". For one use: a token is kept as long.
  static Result<OciRegistry> open(const Context& context, http::Client& client,
                                  std::string_view repository, git::Credentials credentials);

  // Versions of all tags ("_" of a tag is "+" of a version).
  Result<std::vector<std::string>> versions();
  // The packed chart, verified against the manifest's digest of it.
  Result<std::string> pull(std::string_view version);

 private:
  OciRegistry(const Context& context, http::Client& client, git::Credentials credentials)
      : context_(context), client_(client), credentials_(std::move(credentials)) {}

  Result<http::ClientResponse> get(const std::string& path, std::string_view accept,
                                   std::size_t bytes_max);
  Result<> authorize(std::string_view challenge);

  const Context& context_;
  http::Client& client_;
  git::Credentials credentials_;
  std::string origin_, name_;  // "https://registry.example", "charts/web"
  std::string authorization_;
};

}  // namespace gp::gitops
