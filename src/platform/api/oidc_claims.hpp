#pragma once
// The claims of an OpenID Connect token become a user, as its issuer's mappings say; or an error in
// the real server's words: `oidc: email not verified`.

#include "platform/api/oidc_issuer.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

// Claims whose signature, issuer, audience and times are right.
Result<Caller> map_claims(const OidcIssuer& issuer, const Value& claims);

}  // namespace gp::api
