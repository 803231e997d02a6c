#pragma once
// One GET for a chart repository or a registry: limits, credentials for their own host alone, and
// refusals in words.

#include "adapter/git/git.hpp"
#include "adapter/http_client/http_client.hpp"

namespace gp::gitops {

inline constexpr std::size_t kChartBytesMax = std::size_t{100} << 20U;

struct Download {
  std::string url;
  std::size_t bytes_max = kChartBytesMax;
  std::string authorization;  // the header's value; a redirect to another host does not carry it
  std::string accept;
  bool skips_tls_verify = false;
};

// "Basic …"; empty without credentials.
std::string basic_authorization(const git::Credentials& credentials);

// The answer of any status.
Result<http::ClientResponse> ask(const Context& context, http::Client& client,
                                 const Download& download);

// An error for every status but 200: Unauthenticated, NotFound, Unavailable, …
Result<> check_answer(const Download& download, const http::ClientResponse& answer);

// The body of a 200.
Result<std::string> fetch(const Context& context, http::Client& client, const Download& download);

// DataLoss when the bytes are others than the digest (64 hexadecimal digits) says.
Result<> check_digest(std::string_view what, std::string_view bytes, std::string_view digest);

}  // namespace gp::gitops
