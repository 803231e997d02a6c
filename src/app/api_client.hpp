#pragma once
// Our own commands' connection to a running platform: the Kubernetes API named by DIR/kubeconfig
// (or $KUBECONFIG).
//
// Answers above status 399 become Errors with the server's own message; details hold its whole
// Status. "Cannot reach" is Code::Unavailable, so that commands can exit with 3.

#include <memory>
#include <string>
#include <vector>

#include "adapter/http_client/http_client.hpp"
#include "base/result.hpp"

namespace gp::app {

// A kind as discovery describes it.
struct ApiResource {
  std::string group, version, kind, plural, singular;
  std::vector<std::string> short_names, categories;
  bool is_namespaced = true;

  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
  std::string resource() const { return group.empty() ? plural : plural + "." + group; }
  // "/api/v1/namespaces/NS/configmaps[/NAME]"; all namespaces when `ns` is empty.
  std::string path(std::string_view ns, std::string_view name = {}) const;
};

class ApiClient {
 public:
  // From a kubeconfig's current context.
  static Result<ApiClient> open(const std::string& kubeconfig_path);

  Result<Value> get(const std::string& path, std::string_view accept = "application/json");
  Result<Value> send(std::string_view method, const std::string& path, const Value& body,
                     std::string_view content_type = "application/json");
  Result<std::vector<ApiResource>> discover();
  // "cm", "configmaps", "deploy.apps", "Component": as kubectl resolves them; NotFound names near
  // ones.
  Result<ApiResource> resolve(std::string_view argument);
  Result<ApiResource> resolve_kind(std::string_view api_version, std::string_view kind);

  const std::string& server() const { return server_; }
  const std::vector<std::string>& warnings() const {
    return warnings_;
  }  // from Warning headers, in order

 private:
  Result<Value> exchange(http::ClientRequest request);

  std::string server_;
  std::string authority_pem_, certificate_pem_, key_pem_, token_;
  std::shared_ptr<http::Client> http_ = std::make_shared<http::Client>();
  std::vector<ApiResource> resources_;
  std::vector<std::string> warnings_;
};

}  // namespace gp::app
