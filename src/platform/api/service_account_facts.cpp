#include "platform/api/service_account_facts.hpp"

#include "engine/jose/token.hpp"
#include "platform/api/service_account_tokens.hpp"

namespace gp::api {
namespace {

void add_extra(Caller& caller, std::string_view name, std::string value) {
  caller.extra.emplace_back(fmt::format("authentication.kubernetes.io/{}", name),
                            std::vector<std::string>{std::move(value)});
}

void settle_caller(BoundTokenFacts& facts) {
  facts.caller.user = service_account_user(facts.ns, facts.account);
  facts.caller.uid = facts.uid;
  facts.caller.groups = {"system:serviceaccounts", "system:serviceaccounts:" + facts.ns};
}

Result<> check_subject(const Value& claims, const BoundTokenFacts& facts) {
  if (claims["sub"].text() == service_account_user(facts.ns, facts.account)) return {};
  return fail(unauthenticated("sub claim is invalid"));
}

Result<std::string> needed(const Value& claims, std::string_view claim, std::string_view word) {
  std::string text = claims[claim].string();
  if (text.empty()) return fail(unauthenticated("{} claim is missing", word));
  return text;
}

}  // namespace

Result<BoundTokenFacts> read_bound_claims(const Value& claims) {
  const Value& own = claims["kubernetes.io"];
  BoundTokenFacts facts;
  facts.ns = TRY(needed(own, "namespace", "namespace"));
  facts.account = TRY(needed(own["serviceaccount"], "name", "service account name"));
  facts.uid = TRY(needed(own["serviceaccount"], "uid", "service account uid"));
  TRY(check_subject(claims, facts));
  for (const char* word : {"pod", "secret", "node"}) {
    if (!own[word].is_object()) continue;
    const bool is_node = std::string_view(word) == "node";
    facts.bound.push_back({word, fmt::format("{}s", word), is_node ? std::string() : facts.ns,
                           own[word]["name"].string(), own[word]["uid"].string()});
  }
  facts.audiences = jose::audiences_of(claims);
  facts.expiry = jose::time_of(claims, "exp");
  facts.not_before = jose::time_of(claims, "nbf");
  facts.issued = jose::time_of(claims, "iat");
  if (!facts.expiry) return fail(unauthenticated("exp claim is missing"));

  settle_caller(facts);
  for (const BoundObject& object : facts.bound) {
    if (object.word == "secret") continue;
    add_extra(facts.caller, object.word + "-name", object.name);
    if (!object.uid.empty()) add_extra(facts.caller, object.word + "-uid", object.uid);
  }
  if (const std::string_view id = claims["jti"].text(); !id.empty()) {
    add_extra(facts.caller, "credential-id", fmt::format("JTI={}", id));
  }
  return facts;
}

Result<BoundTokenFacts> read_secret_claims(const Value& claims) {
  BoundTokenFacts facts;
  facts.ns = TRY(needed(claims, secret_claim::kNamespace, "namespace"));
  facts.secret = TRY(needed(claims, secret_claim::kSecret, "secretName"));
  facts.account = TRY(needed(claims, secret_claim::kAccount, "serviceAccountName"));
  facts.uid = TRY(needed(claims, secret_claim::kUid, "serviceAccountUID"));
  TRY(check_subject(claims, facts));
  settle_caller(facts);
  return facts;
}

}  // namespace gp::api
