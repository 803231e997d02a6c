#include "app/oidc_transport.hpp"

namespace gp::app {

Result<api::OidcDocument> HttpOidc::get(const Context& context, const std::string& url,
                                        const std::string& authority_pem) {
  constexpr std::size_t kBytesMax = 1U << 20U;
  http::ClientRequest request;
  request.url = url;
  request.headers = {{"Accept", "application/json"}};
  request.body_bytes_max = kBytesMax;
  request.redirects_max = 0;
  request.authority_pem = authority_pem;
  http::ClientResponse response = TRY(client_.send(context, request));
  return api::OidcDocument{response.status, std::move(response.body),
                           response.header("cache-control")};
}

}  // namespace gp::app
