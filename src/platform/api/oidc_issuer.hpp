#pragma once
// Issuers of OpenID Connect tokens that the API server trusts, and how their claims become users:
// the `jwt` list of Kubernetes' AuthenticationConfiguration, or kube-apiserver's --oidc-… flags.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "engine/cel/cel.hpp"
#include "engine/jose/algorithm.hpp"

namespace gp::api {

// A CEL expression over `claims` (or, for users, `user`); or none.
struct OidcExpression {
  std::string text;
  std::optional<cel::Program> program;
  std::string message;  // of a rule: what to say when it does not hold

  bool is_set() const { return program.has_value(); }
};

// Where a text of a user comes from: a claim with a prefix before it, or an expression.
struct OidcMapping {
  std::string claim;
  std::string prefix;
  OidcExpression expression;

  bool is_set() const { return !claim.empty() || expression.is_set(); }
};

struct OidcIssuer {
  std::string url;
  std::string discovery_url;           // empty: URL/.well-known/openid-configuration
  std::string authority_pem;           // empty: the system's
  std::vector<std::string> audiences;  // a token must be for one of them
  jose::Algorithms algorithms = jose::Algorithms::asymmetric();

  OidcMapping username, groups, uid;
  std::vector<std::pair<std::string, OidcExpression>> extra;         // key, value
  std::vector<std::pair<std::string, std::string>> required_claims;  // claim, value
  std::vector<OidcExpression> claim_rules, user_rules;
};

// The flags of kube-apiserver, by their names without "--".
struct OidcFlags {
  std::string issuer_url;
  std::string client_id;
  std::string username_claim = "sub";
  std::string username_prefix;  // "-": none; empty: "ISSUER#", but none for the claim "email"
  std::string groups_claim;
  std::string groups_prefix;
  std::vector<std::string> required_claims;  // "claim=value"
  std::string ca_file;
  std::vector<std::string> signing_algorithms = {"RS256"};
};

// Empty when there is no issuer_url. Errors name the flag.
Result<std::optional<OidcIssuer>> read_oidc_flags(const OidcFlags& flags);

// `jwt` as in AuthenticationConfiguration (apiserver.config.k8s.io/v1beta1); errors name the field:
// `jwt[0].issuer.url: Invalid value: "http://x": URL scheme must be https`.
Result<std::vector<OidcIssuer>> read_jwt_authenticators(const Value& jwt);

// A whole AuthenticationConfiguration, as --authentication-config names one.
Result<std::vector<OidcIssuer>> read_authentication_config(const std::string& path);

}  // namespace gp::api
