#include "platform/api/oidc_claims.hpp"

#include "base/json.hpp"

namespace gp::api {
namespace {

using cel::Val;

Error refused(std::string why) {
  return unauthenticated("oidc: {}", why);
}

// As Go prints a claim of any type.
std::string claim_text(const Value& claim) {
  return claim.is_string() ? claim.string() : to_json(claim);
}

Result<Val> evaluate(const OidcExpression& expression, std::string_view variable,
                     const Value& value) {
  cel::Budget budget;
  Val result = expression.program->evaluate({{variable, Val::json(value, nullptr)}}, budget);
  if (result.is_error()) {
    return fail(refused(
        fmt::format("error evaluating expression '{}': {}", expression.text, result.text())));
  }
  return result;
}

Result<std::vector<std::string>> texts_of(std::string_view what, const Value& value) {
  if (value.is_null()) return std::vector<std::string>();
  if (value.is_string()) return std::vector<std::string>{value.string()};
  std::vector<std::string> texts;
  for (const Value& item : value.items()) {
    if (!item.is_string()) {
      return fail(refused(fmt::format("parse {}: expected a list of texts", what)));
    }
    texts.push_back(item.string());
  }
  if (!value.is_array()) {
    return fail(refused(fmt::format("parse {}: expected a text or a list of texts", what)));
  }
  return texts;
}

Result<> check_email(const Value& claims) {
  const Value* verified = claims.find("email_verified");
  if (verified == nullptr) return {};
  if (!verified->is_bool()) {
    return fail(refused("parse 'email_verified' claim: expected a boolean"));
  }
  if (!verified->boolean()) return fail(refused("email not verified"));
  return {};
}

Result<std::string> username_of(const OidcIssuer& issuer, const Value& claims) {
  const OidcMapping& mapping = issuer.username;
  if (mapping.expression.is_set()) {
    const Val name = TRY(evaluate(mapping.expression, "claims", claims));
    if (!name.is(Val::Kind::String) || name.text().empty()) {
      return fail(
          refused("error evaluating username claim expression: it must be a text that is "
                  "not empty"));
    }
    return std::string(name.text());
  }
  const Value* claim = claims.find(mapping.claim);
  if (claim == nullptr) {
    return fail(
        refused(fmt::format("parse username claims \"{}\": claim not present", mapping.claim)));
  }
  if (!claim->is_string() || claim->text().empty()) {
    return fail(
        refused(fmt::format("parse username claims \"{}\": expected a text", mapping.claim)));
  }
  if (mapping.claim == "email") TRY(check_email(claims));
  return mapping.prefix + claim->string();
}

Result<std::vector<std::string>> groups_of(const OidcIssuer& issuer, const Value& claims) {
  const OidcMapping& mapping = issuer.groups;
  if (mapping.expression.is_set()) {
    const Val groups = TRY(evaluate(mapping.expression, "claims", claims));
    return texts_of("groups claim expression", groups.to_json());
  }
  if (mapping.claim.empty()) return std::vector<std::string>();
  std::vector<std::string> groups =
      TRY(texts_of(fmt::format("groups claim \"{}\"", mapping.claim), claims[mapping.claim]));
  for (std::string& group : groups) group.insert(0, mapping.prefix);
  return groups;
}

Result<std::string> uid_of(const OidcIssuer& issuer, const Value& claims) {
  const OidcMapping& mapping = issuer.uid;
  if (!mapping.is_set()) return std::string();
  if (mapping.expression.is_set()) {
    const Val uid = TRY(evaluate(mapping.expression, "claims", claims));
    if (!uid.is(Val::Kind::String)) {
      return fail(refused("error evaluating uid claim expression: it must be a text"));
    }
    return std::string(uid.text());
  }
  if (!claims[mapping.claim].is_string()) {
    return fail(refused(fmt::format("parse uid claim \"{}\": claim not present", mapping.claim)));
  }
  return claims[mapping.claim].string();
}

Result<> add_extra(const OidcIssuer& issuer, const Value& claims, Caller& caller) {
  for (const auto& [key, expression] : issuer.extra) {
    const Val value = TRY(evaluate(expression, "claims", claims));
    std::vector<std::string> texts = TRY(texts_of(key, value.to_json()));
    std::erase(texts, std::string());
    if (!texts.empty()) caller.extra.emplace_back(key, std::move(texts));
  }
  if (const std::string_view id = claims["jti"].text(); !id.empty()) {
    caller.extra.emplace_back("authentication.kubernetes.io/credential-id",
                              std::vector<std::string>{fmt::format("JTI={}", id)});
  }
  return {};
}

Result<> check_required(const OidcIssuer& issuer, const Value& claims) {
  for (const auto& [name, wanted] : issuer.required_claims) {
    const Value* claim = claims.find(name);
    if (claim == nullptr) {
      return fail(refused(fmt::format("required claim {} not present in ID token", name)));
    }
    if (!claim->is_string() || claim->text() != wanted) {
      return fail(refused(fmt::format("required claim {} value does not match. Got = {}, want = {}",
                                      name, claim_text(*claim), wanted)));
    }
  }
  return {};
}

Result<> check_rules(const std::vector<OidcExpression>& rules, std::string_view variable,
                     const Value& value) {
  for (const OidcExpression& rule : rules) {
    const Val holds = TRY(evaluate(rule, variable, value));
    if (holds.is(Val::Kind::Bool) && holds.as_bool()) continue;
    const std::string why = rule.message.empty() ? "" : ": " + rule.message;
    return fail(refused(fmt::format("validation expression '{}' failed{}", rule.text, why)));
  }
  return {};
}

Value user_document(const Caller& caller) {
  Value groups = Value::array();
  for (const std::string& group : caller.groups) groups.push_back(group);
  Value extra = Value::object();
  for (const auto& [key, values] : caller.extra) {
    for (const std::string& value : values) extra.edit(key).push_back(value);
  }
  return Value::object({{"username", caller.user},
                        {"uid", caller.uid},
                        {"groups", std::move(groups)},
                        {"extra", std::move(extra)}});
}

}  // namespace

Result<Caller> map_claims(const OidcIssuer& issuer, const Value& claims) {
  Caller caller;
  caller.user = TRY(username_of(issuer, claims));
  caller.groups = TRY(groups_of(issuer, claims));
  caller.uid = TRY(uid_of(issuer, claims));
  TRY(check_required(issuer, claims));
  TRY(check_rules(issuer.claim_rules, "claims", claims));
  TRY(add_extra(issuer, claims, caller));
  if (!issuer.user_rules.empty())
    TRY(check_rules(issuer.user_rules, "user", user_document(caller)));
  return caller;
}

}  // namespace gp::api
