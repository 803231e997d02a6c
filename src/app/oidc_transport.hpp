#pragma once
// The documents of OpenID Connect issuers over HTTP.

#include "adapter/http_client/http_client.hpp"
#include "platform/api/oidc_fetcher.hpp"

namespace gp::app {

class HttpOidc final : public api::OidcFetcher {
 public:
  Result<api::OidcDocument> get(const Context& context, const std::string& url,
                                const std::string& authority_pem) override;

 private:
  http::Client client_;
};

}  // namespace gp::app
