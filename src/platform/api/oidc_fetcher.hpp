#pragma once
// How the documents of an OpenID Connect issuer are fetched. The implementation that speaks HTTP is
// app's; tests have one of their own.

#include <string>

#include "base/context.hpp"
#include "base/result.hpp"

namespace gp::api {

struct OidcDocument {
  int status = 0;
  std::string body;
  std::string cache_control;
};

class OidcFetcher {
 public:
  virtual ~OidcFetcher() = default;
  // GET without credentials, following no redirects, 1 MiB at most. `authority_pem` is empty for
  // the system's. Blocks.
  virtual Result<OidcDocument> get(const Context& context, const std::string& url,
                                   const std::string& authority_pem) = 0;
};

}  // namespace gp::api
