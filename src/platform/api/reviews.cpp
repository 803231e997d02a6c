// Kinds that are asked, not kept: who am I, may I, what may I, whose token is this.

#include "base/json.hpp"
#include "platform/api/authentication.hpp"
#include "platform/api/exchange.hpp"
#include "platform/api/read_body.hpp"
#include "platform/api/status.hpp"
#include "platform/api/write.hpp"
#include "platform/api/write_query.hpp"
#include "platform/object/decode.hpp"

namespace gp::api {
namespace {

Value texts(const std::vector<std::string>& list) {
  Value array = Value::array();
  for (const std::string& text : list) array.push_back(text);
  return array;
}

std::vector<std::string> list_of(const Value& array) {
  std::vector<std::string> list;
  for (const Value& item : array.items()) list.push_back(item.string());
  return list;
}

Value user_info(const Caller& caller) {
  Value info = Value::object({{"username", caller.user}});
  if (!caller.uid.empty()) info.set("uid", caller.uid);
  if (!caller.groups.empty()) info.set("groups", texts(caller.groups));
  if (!caller.extra.empty()) {
    Value extra = Value::object();
    for (const auto& [key, values] : caller.extra) extra.set(key, texts(values));
    info.set("extra", std::move(extra));
  }
  return info;
}

Attributes attributes_of_spec(const Value& spec) {
  Attributes attributes;
  const Value& other = spec["nonResourceAttributes"];
  if (other.is_object()) {
    attributes.is_resource = false;
    attributes.verb = other["verb"].string();
    attributes.path = other["path"].string();
    return attributes;
  }
  const Value& resource = spec["resourceAttributes"];
  attributes.verb = resource["verb"].string();
  attributes.group = resource["group"].string();
  attributes.version = resource["version"].string();
  attributes.resource = resource["resource"].string();
  attributes.subresource = resource["subresource"].string();
  attributes.ns = resource["namespace"].string();
  attributes.name = resource["name"].string();
  return attributes;
}

Caller caller_of_spec(const Value& spec) {
  Caller caller{spec["user"].string(), spec["uid"].string(), list_of(spec["groups"]), {}};
  for (const Value::Member& extra : spec["extra"].members()) {
    caller.extra.emplace_back(std::string(extra.key()), list_of(extra.value));
  }
  return caller;
}

// As texts of field errors show objects; their content says less than their place.
FieldError invalid(std::string_view field, std::string_view value, std::string_view why) {
  return {FieldError::Type::Invalid, std::string(field), std::string(value), std::string(why)};
}

// LocalSubjectAccessReviews ask about their own namespace only.
Result<> check_local(const Exchange& exchange, const Value& review,
                     std::vector<FieldError>& errors) {
  const std::string& ns = exchange.info.ns;
  const std::string_view named = review["metadata"]["namespace"].text(ns);
  if (named != ns) {
    return fail(status::bad_request(
        fmt::format("spec.resourceAttributes.namespace must match namespace: {}", ns)));
  }
  const Value& spec = review["spec"];
  if (const Value& resource = spec["resourceAttributes"];
      resource.is_object() && resource["namespace"].text() != ns) {
    errors.push_back(invalid("spec.resourceAttributes.namespace",
                             fmt::format("\"{}\"", resource["namespace"].text()),
                             "must match metadata.namespace"));
  }
  if (spec["nonResourceAttributes"].is_object()) {
    errors.push_back(invalid("spec.nonResourceAttributes", to_json(spec["nonResourceAttributes"]),
                             "disallowed on this kind of request"));
  }
  return {};
}

Result<> check_access_review(const Exchange& exchange, const Value& review, bool is_self) {
  const Value& spec = review["spec"];
  std::vector<FieldError> errors;
  const bool has_resource = spec["resourceAttributes"].is_object();
  const bool has_other = spec["nonResourceAttributes"].is_object();
  if (has_resource && has_other) {
    errors.push_back(invalid("spec.nonResourceAttributes", to_json(spec["nonResourceAttributes"]),
                             "cannot be specified in combination with resourceAttributes"));
  }
  if (!has_resource && !has_other) {
    errors.push_back(invalid("spec.resourceAttributes", "null",
                             "exactly one of nonResourceAttributes or resourceAttributes must be "
                             "specified"));
  }
  if (!is_self && spec["user"].text().empty() && spec["groups"].empty()) {
    errors.push_back(
        invalid("spec.user", "\"\"", "at least one of user or group must be specified"));
  }
  if (exchange.kind->kind == "LocalSubjectAccessReview") {
    TRY(check_local(exchange, review, errors));
  }
  if (errors.empty()) return {};
  return fail(status::invalid(*exchange.kind, "", errors));
}

Result<Value> access_review(const Exchange& exchange, const Value& review, bool is_self) {
  TRY(check_access_review(exchange, review, is_self));
  const Value& spec = review["spec"];
  const Caller caller = is_self ? exchange.caller : caller_of_spec(spec);
  const Decision decision = exchange.services.authorizer.decide(caller, attributes_of_spec(spec));
  Value status = Value::object({{"allowed", decision.is_allowed}});
  if (!decision.reason.empty()) status.set("reason", decision.reason);
  return status;
}

Result<Value> token_review(const Exchange& exchange, const Value& spec) {
  const std::string_view token = spec["token"].text();
  if (token.empty()) {
    return fail(status::bad_request("token is required for TokenReview in authentication"));
  }
  const std::vector<std::string> audiences = list_of(spec["audiences"]);
  const auto identity = exchange.services.authentication.review(token, audiences, Patience::Some);
  if (!identity) {
    return Value::object({{"user", Value::object()}, {"error", identity.error().message}});
  }
  Value status = Value::object({{"authenticated", true}, {"user", user_info(identity->caller)}});
  if (!identity->audiences.empty()) status.set("audiences", texts(identity->audiences));
  return status;
}

Result<Value> status_of(const Exchange& exchange, const Value& review) {
  const Value& spec = review["spec"];
  const std::string& kind = exchange.kind->kind;
  if (kind == "SelfSubjectReview") {
    return Value::object({{"userInfo", user_info(exchange.caller)}});
  }
  if (kind == "SelfSubjectAccessReview") return access_review(exchange, review, true);
  if (kind == "SubjectAccessReview" || kind == "LocalSubjectAccessReview") {
    return access_review(exchange, review, false);
  }
  if (kind == "SelfSubjectRulesReview") {
    return exchange.services.authorizer.rules_of(exchange.caller, spec["namespace"].text());
  }
  if (kind == "TokenReview") return token_review(exchange, spec);
  return fail(status::method_not_supported(*exchange.kind, "create"));
}

}  // namespace

Result<net::Response> handle_review(Exchange& exchange) {
  const Rendering rendering = TRY(rendering_of(exchange));
  const WriteOptions options = TRY(parse_write_query(exchange, "CreateOptions"));
  const object::Kind& kind = *exchange.kind;
  const Body body = TRY(read_object(exchange.request, kind, exchange.services.kinds));
  std::vector<std::string> problems;
  Value review = TRY(object::decode(kind, body.document, body.duplicates, problems));
  TRY(judge(kind, problems, options));

  const Value status = TRY(status_of(exchange, review));
  Value metadata = Value::object({{"creationTimestamp", Value()}});
  if (kind.is_namespaced) metadata.set("namespace", exchange.info.ns);
  Value answer = Value::object(
      {{"kind", kind.kind}, {"apiVersion", kind.api_version()}, {"metadata", std::move(metadata)}});
  if (kind.kind != "SelfSubjectReview") answer.set("spec", review["spec"]);
  answer.set("status", status);
  return render_value(201, answer, rendering.accepted);
}

}  // namespace gp::api
