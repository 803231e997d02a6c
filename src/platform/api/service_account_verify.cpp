// Whether a token of a service account is good now.

#include <algorithm>

#include "base/encoding.hpp"
#include "engine/jose/token.hpp"
#include "platform/api/service_account_facts.hpp"
#include "platform/api/service_account_tokens.hpp"

namespace gp::api {
namespace {

constexpr auto kLeeway = std::chrono::minutes(1);  // how wrong clocks may be, as the real server's
constexpr std::string_view kInvalidated = "service account token has been invalidated";
constexpr std::string_view kInvalidSince = "kubernetes.io/legacy-token-invalid-since";

ServiceAccountOptions settled(ServiceAccountOptions options) {
  if (options.audiences.empty()) options.audiences = {options.issuer};
  return options;
}

// Deleted, and not only just now: what ends gracefully may still use its token for a moment.
bool is_gone(const ObjectRef& object, TimePoint now) {
  if (!object) return true;
  if (!object->is_deleting()) return false;
  const auto deleted = parse_time(object->parse()["metadata"]["deletionTimestamp"].text());
  return !deleted || *deleted < now - kLeeway;
}

Result<> check_bound(const store::Store& store, const BoundObject& bound, TimePoint now) {
  const ObjectRef object = store.get(bound.resource, bound.ns, bound.name);
  // A pod's node is told for information; its deletion alone does not void the pod's token.
  if (is_gone(object, now)) return fail(unauthenticated("{}", kInvalidated));
  if (bound.uid == format_uuid(object->uid())) return {};
  return fail(unauthenticated("{} UID ({}) does not match service account {} ref claim ({})",
                              bound.word, format_uuid(object->uid()), bound.word, bound.uid));
}

// Bound to the node itself, that is: a pod's token ends with the pod.
bool decides(const BoundTokenFacts& facts, const BoundObject& bound) {
  return bound.word != "node" || facts.bound.size() == 1;
}

Result<> check_secret(const store::Store& store, const BoundTokenFacts& facts,
                      std::string_view token, TimePoint now) {
  const ObjectRef secret = store.get("secrets", facts.ns, facts.secret);
  if (is_gone(secret, now)) return fail(unauthenticated("{}", kInvalidated));
  const auto held = base64_decode(secret->parse()["data"]["token"].text());
  if (!held || !constant_time_equal(*held, token)) {
    return fail(unauthenticated("service account token does not match server's copy"));
  }
  if (secret->label(kInvalidSince)) {
    return fail(unauthenticated(
        "the token in secret {}/{} for service account {}/{} has been marked invalid. Use tokens "
        "from the TokenRequest API or manually created secret-based tokens, or remove the '{}' "
        "label from the secret to temporarily allow use of this token",
        facts.ns, facts.secret, facts.ns, facts.account, kInvalidSince));
  }
  return {};
}

}  // namespace

ServiceAccountTokens::ServiceAccountTokens(store::Store& store, ServiceAccountKeys keys,
                                           Clock& clock, Random& random,
                                           ServiceAccountOptions options)
    : store_(store),
      keys_(std::move(keys)),
      clock_(clock),
      random_(random),
      options_(settled(std::move(options))) {}

TokenVerdict ServiceAccountTokens::verify(const TokenQuestion& question) {
  auto read_token = read(question.token);
  if (!read_token) return std::nullopt;
  if (!*read_token) return fail(std::move(read_token->error()));
  const BoundTokenFacts& facts = ***read_token;

  const auto& audiences = facts.is_of_secret() ? options_.audiences : facts.audiences;
  std::vector<std::string> common = common_audiences(audiences, question.audiences);
  if (common.empty()) {
    return fail(unauthenticated("token audiences {} is invalid for the target audiences {}",
                                quoted_list(audiences), quoted_list(question.audiences)));
  }
  if (auto good = check_times(facts); !good) return fail(std::move(good.error()));
  if (auto good = check_objects(facts, question.token); !good) return fail(std::move(good.error()));
  return Identity{facts.caller, std::move(common)};
}

// Nothing: another issuer's. Its signature is not worth a look then.
std::optional<Result<ServiceAccountTokens::Facts>> ServiceAccountTokens::read(
    std::string_view token) {
  if (Facts known = cache_.find(token)) return known;
  const auto unverified = jose::read_unverified(token);
  if (!unverified) return std::nullopt;
  const std::string_view issuer = unverified->claims["iss"].text();
  const bool is_of_secret = issuer == kSecretTokenIssuer;
  if (!is_of_secret && issuer != options_.issuer) return std::nullopt;

  if (auto good = jose::check_signature(*unverified, keys_.verifiers); !good) {
    return fail(std::move(good.error()));
  }
  auto facts =
      is_of_secret ? read_secret_claims(unverified->claims) : read_bound_claims(unverified->claims);
  if (!facts) return fail(std::move(facts.error()));
  Facts shared = std::make_shared<const BoundTokenFacts>(std::move(*facts));
  cache_.add(token, shared);
  return shared;
}

Result<> ServiceAccountTokens::check_times(const BoundTokenFacts& facts) const {
  const TimePoint now = clock_.now();
  if (facts.expiry && now - kLeeway > *facts.expiry) {
    return fail(unauthenticated("service account token has expired"));
  }
  if (facts.not_before && now + kLeeway < *facts.not_before) {
    return fail(unauthenticated("service account token is not valid yet"));
  }
  if (facts.issued && now + kLeeway < *facts.issued) {
    return fail(unauthenticated("service account token is issued in the future"));
  }
  return {};
}

Result<> ServiceAccountTokens::check_objects(const BoundTokenFacts& facts,
                                             std::string_view token) const {
  const TimePoint now = clock_.now();
  if (facts.is_of_secret()) TRY(check_secret(store_, facts, token, now));
  const ObjectRef account = store_.get("serviceaccounts", facts.ns, facts.account);
  if (!account) return fail(unauthenticated("serviceaccounts \"{}\" not found", facts.account));
  if (is_gone(account, now)) {
    return fail(unauthenticated("service account {}/{} has been deleted", facts.ns, facts.account));
  }
  if (const std::string uid = format_uuid(account->uid()); uid != facts.uid) {
    return fail(
        unauthenticated("service account UID ({}) does not match claim ({})", uid, facts.uid));
  }
  for (const BoundObject& bound : facts.bound) {
    if (decides(facts, bound)) TRY(check_bound(store_, bound, now));
  }
  return {};
}

}  // namespace gp::api
