// Making tokens of service accounts, and telling others how to verify them.

#include "base/json.hpp"
#include "engine/jose/token.hpp"
#include "platform/api/service_account_facts.hpp"
#include "platform/api/service_account_tokens.hpp"

namespace gp::api {
namespace {

Value reference(std::string_view name, std::string_view uid) {
  Value value = Value::object({{"name", name}});
  if (!uid.empty()) value.set("uid", uid);
  return value;
}

Value reference(const object::Object& object) {
  return reference(object.name(), format_uuid(object.uid()));
}

std::int64_t seconds_of(TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

net::Response document(std::string_view type, const Value& value) {
  net::Response response = net::Response::text(200, to_json(value), type);
  response.headers.set("Cache-Control", "public, max-age=3600");
  return response;
}

}  // namespace

std::string service_account_user(std::string_view ns, std::string_view name) {
  return fmt::format("system:serviceaccount:{}:{}", ns, name);
}

Result<std::string> ServiceAccountTokens::issue(const Wish& wish) const {
  const std::int64_t now = seconds_of(clock_.now());
  const std::string_view ns = wish.account->ns();
  Value own = Value::object({{"namespace", ns}, {"serviceaccount", reference(*wish.account)}});
  if (!wish.node.empty()) own.set("node", reference(wish.node, wish.node_uid));
  if (wish.pod) own.set("pod", reference(*wish.pod));
  if (wish.secret) own.set("secret", reference(*wish.secret));
  if (wish.warn_after_seconds) own.set("warnafter", now + *wish.warn_after_seconds);

  Value audiences = Value::array();
  for (const std::string& audience : wish.audiences) audiences.push_back(audience);
  Value claims = Value::object({{"aud", std::move(audiences)},
                                {"exp", now + wish.lifetime_seconds},
                                {"iat", now},
                                {"iss", options_.issuer},
                                {"jti", format_uuid(random_uuid(random_))},
                                {"kubernetes.io", std::move(own)},
                                {"nbf", now},
                                {"sub", service_account_user(ns, wish.account->name())}});
  return jose::make_token(keys_.signer, claims, "");
}

Result<std::string> ServiceAccountTokens::issue_for_secret(const object::Object& account,
                                                           std::string_view secret_name) const {
  const Value claims = Value::object({{"iss", kSecretTokenIssuer},
                                      {secret_claim::kNamespace, account.ns()},
                                      {secret_claim::kSecret, secret_name},
                                      {secret_claim::kAccount, account.name()},
                                      {secret_claim::kUid, format_uuid(account.uid())},
                                      {"sub", service_account_user(account.ns(), account.name())}});
  return jose::make_token(keys_.signer, claims, "");
}

std::optional<net::Response> ServiceAccountTokens::explain(const net::Request& request,
                                                           const RequestInfo& info) const {
  const std::vector<std::string>& parts = info.parts;
  if (parts == std::vector<std::string>{"openid", "v1", "jwks"}) {
    return document("application/jwk-set+json", keys_.verifiers.to_value());
  }
  if (parts != std::vector<std::string>{".well-known", "openid-configuration"}) {
    return std::nullopt;
  }
  Value algorithms = Value::array();
  algorithms.push_back(jose::name_of(keys_.signer.preferred()));
  // The keys are where this very document was found: a listener may have many addresses.
  const std::string keys_url =
      fmt::format("https://{}/openid/v1/jwks", request.headers.get("Host"));
  return document(
      "application/json",
      Value::object({{"issuer", options_.issuer},
                     {"jwks_uri", keys_url},
                     {"response_types_supported", Value::array({"id_token"})},
                     {"subject_types_supported", Value::array({"public"})},
                     {"id_token_signing_alg_values_supported", std::move(algorithms)}}));
}

}  // namespace gp::api
