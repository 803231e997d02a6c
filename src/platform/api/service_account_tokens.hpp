#pragma once
// Tokens of service accounts: made for TokenRequests and for Secrets of type
// kubernetes.io/service-account-token, verified, and explained to others
// (/.well-known/openid-configuration, /openid/v1/jwks).
//
// A token is good while its time lasts and its account, and the pod, Secret or node that it is
// bound to, exist with the same uid. What was deleted counts as gone a minute after its
// deletionTimestamp. Any thread may call anything; nothing blocks.

#include <optional>
#include <string>
#include <vector>

#include "adapter/net/http.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "platform/api/request_info.hpp"
#include "platform/api/service_account_keys.hpp"
#include "platform/api/token_cache.hpp"
#include "platform/api/token_verifier.hpp"
#include "platform/store/store.hpp"

namespace gp::api {

inline constexpr std::string_view kServiceAccountIssuer =
    "https://kubernetes.default.svc.cluster.local";
inline constexpr std::string_view kTokenSecretType = "kubernetes.io/service-account-token";

struct ServiceAccountOptions {
  std::string issuer = std::string(kServiceAccountIssuer);
  std::vector<std::string> audiences = {};  // of this API; empty: the issuer
};

struct BoundTokenFacts;  // what a token says, checked: service_account_facts.hpp

class ServiceAccountTokens {
 public:
  // The store must outlive this.
  ServiceAccountTokens(store::Store& store, ServiceAccountKeys keys, Clock& clock, Random& random,
                       ServiceAccountOptions options = {});

  // What a new token shall say.
  struct Wish {
    ObjectRef account;
    std::vector<std::string> audiences;
    std::int64_t lifetime_seconds = 3600;
    std::optional<std::int64_t> warn_after_seconds;  // older clients live on with a warning
    ObjectRef pod, secret;                           // at most one of them
    std::string node;                                // the pod's, or the one it is bound to
    std::string node_uid;
  };
  Result<std::string> issue(const Wish& wish) const;
  // The token of a Secret: without an end, good as long as the Secret holds it.
  Result<std::string> issue_for_secret(const object::Object& account,
                                       std::string_view secret_name) const;

  TokenVerdict verify(const TokenQuestion& question);

  const std::vector<std::string>& audiences() const { return options_.audiences; }
  Clock& clock() const { return clock_; }
  // The two documents by which others verify our tokens; nothing for other paths.
  std::optional<net::Response> explain(const net::Request& request, const RequestInfo& info) const;

 private:
  using Facts = std::shared_ptr<const BoundTokenFacts>;

  std::optional<Result<Facts>> read(std::string_view token);
  Result<> check_times(const BoundTokenFacts& facts) const;
  Result<> check_objects(const BoundTokenFacts& facts, std::string_view token) const;

  store::Store& store_;
  const ServiceAccountKeys keys_;
  Clock& clock_;
  Random& random_;
  const ServiceAccountOptions options_;
  TokenCache<BoundTokenFacts> cache_;
};

// "system:serviceaccount:shop:bot"
std::string service_account_user(std::string_view ns, std::string_view name);

}  // namespace gp::api
