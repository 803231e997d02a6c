#pragma once
// The claims of a service-account token, read once its signature was found right. Private to this
// folder.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

// The issuer of tokens in Secrets, from before there were TokenRequests.
inline constexpr std::string_view kSecretTokenIssuer = "kubernetes/serviceaccount";

// Claims of such tokens.
namespace secret_claim {
inline constexpr std::string_view kNamespace = "kubernetes.io/serviceaccount/namespace";
inline constexpr std::string_view kSecret = "kubernetes.io/serviceaccount/secret.name";
inline constexpr std::string_view kAccount = "kubernetes.io/serviceaccount/service-account.name";
inline constexpr std::string_view kUid = "kubernetes.io/serviceaccount/service-account.uid";
}  // namespace secret_claim

struct BoundObject {
  std::string word;      // "pod", "secret", "node": as messages and claims name it
  std::string resource;  // "pods"
  std::string ns;        // empty for nodes
  std::string name;
  std::string uid;
};

struct BoundTokenFacts {
  std::string ns;
  std::string account;
  std::string uid;
  std::string secret;  // of a token in a Secret: the Secret's name
  std::vector<BoundObject> bound;
  std::vector<std::string> audiences;
  std::optional<TimePoint> not_before, issued, expiry;
  Caller caller;

  bool is_of_secret() const { return !secret.empty(); }
};

// The error says which claim is missing or wrong.
Result<BoundTokenFacts> read_bound_claims(const Value& claims);
Result<BoundTokenFacts> read_secret_claims(const Value& claims);

}  // namespace gp::api
