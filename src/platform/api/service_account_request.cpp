// POST …/serviceaccounts/NAME/token

#include <limits>

#include "platform/api/admission_write.hpp"
#include "platform/api/exchange.hpp"
#include "platform/api/read_body.hpp"
#include "platform/api/service_account_tokens.hpp"
#include "platform/api/status.hpp"
#include "platform/api/write.hpp"
#include "platform/api/write_query.hpp"
#include "platform/object/decode.hpp"
#include "platform/object/defaults.hpp"
#include "platform/object/types.hpp"

namespace gp::api {
namespace {

constexpr std::int64_t kLifetimeMin = 600;
constexpr std::int64_t kLifetimeMax = std::int64_t{1} << 32U;
// What kubelets ask for their pods. Clients from before tokens ended do not renew it, so it lasts
// a year; `warnafter` says when it should have ended.
constexpr std::int64_t kPodLifetime = 3607;
constexpr std::int64_t kPodLifetimeExtended = std::int64_t{365} * 24 * 60 * 60;

const object::Kind& request_kind() {
  static const object::Kind kind = [] {
    object::Kind request;
    request.group = "authentication.k8s.io";
    request.version = "v1";
    request.kind = "TokenRequest";
    request.plural = "tokenrequests";
    request.type = object::builtin_types().find("io.k8s.api.authentication.v1.TokenRequest");
    return request;
  }();
  return kind;
}

FieldError invalid(std::string_view field, const Value& value, std::string detail) {
  const std::string text =
      value.is_string() ? fmt::format("\"{}\"", value.text()) : fmt::format("{}", value.integer());
  return {FieldError::Type::Invalid, std::string(field), text, std::move(detail)};
}

// The document names its account as the URL does, or not at all.
Result<> settle_account(const Target& target, Value& metadata) {
  const std::pair<const char*, const std::string*> places[] = {{"name", &target.name},
                                                               {"namespace", &target.ns}};
  for (const auto& [field, wanted] : places) {
    const Value given = metadata[field];
    if (!given.text().empty() && given.text() != *wanted) {
      const FieldError error =
          invalid(fmt::format("metadata.{}", field), given,
                  fmt::format("must match the service account {} if specified", field));
      return fail(status::invalid(request_kind(), target.name, {&error, 1}));
    }
    metadata.set(field, *wanted);
  }
  return {};
}

Result<> check_lifetime(std::int64_t seconds) {
  std::vector<FieldError> errors;
  constexpr std::string_view kField = "spec.expirationSeconds";
  if (seconds < kLifetimeMin) {
    errors.push_back(invalid(kField, seconds, "may not specify a duration less than 10 minutes"));
  }
  if (seconds > kLifetimeMax) {
    errors.push_back(
        invalid(kField, seconds, "may not specify a duration larger than 2^32 seconds"));
  }
  if (errors.empty()) return {};
  return fail(status::invalid(request_kind(), "", errors));
}

// "/v1, Kind=Widget", as Go prints a group, version and kind.
std::string type_text(const Value& reference) {
  const std::string_view api_version = reference["apiVersion"].text();
  const std::string separator = api_version.find('/') == std::string_view::npos ? "/" : "";
  return fmt::format("{}{}, Kind={}", separator, api_version, reference["kind"].text());
}

// Another version of core than v1 does not exist, yet only the group is looked at.
bool is_core(const Value& reference) {
  return reference["apiVersion"].text().find('/') == std::string_view::npos;
}

Result<> bind_pod(const Verbs& verbs, const Target& account, ServiceAccountTokens::Wish& wish) {
  const Value spec = wish.pod->parse()["spec"];
  if (spec["serviceAccountName"].text() != account.name) {
    return fail(status::bad_request(
        fmt::format("cannot bind token for serviceaccount \"{}\" to pod running with different "
                    "serviceaccount name.",
                    account.name)));
  }
  wish.node = spec["nodeName"].string();
  if (wish.node.empty()) return {};
  const ObjectRef node = verbs.store().get("nodes", "", wish.node);
  if (node) wish.node_uid = format_uuid(node->uid());
  return {};
}

Result<> bind(const Verbs& verbs, const Target& account, const Value& reference,
              ServiceAccountTokens::Wish& wish) {
  const std::string_view word = reference["kind"].text();
  const bool is_known = word == "Pod" || word == "Secret" || word == "Node";
  if (!is_known || !is_core(reference)) {
    return fail(status::bad_request(
        fmt::format("cannot bind token to object of type {}", type_text(reference))));
  }
  Target target;
  target.kind = verbs.kinds().find_kind("", "v1", word);
  target.ns = word == "Node" ? std::string() : account.ns;
  target.name = reference["name"].string();
  const ObjectRef object = TRY(verbs.get(target));
  if (word == "Pod") wish.pod = object;
  if (word == "Secret") wish.secret = object;
  if (word == "Pod") TRY(bind_pod(verbs, account, wish));
  const std::string uid = format_uuid(object->uid());
  if (word == "Node") {
    wish.node = target.name;
    wish.node_uid = uid;
  }
  const std::string_view wanted = reference["uid"].text();
  if (wanted.empty() || wanted == uid) return {};
  object::Kind named = *target.kind;  // the real server says the kind where others say the plural
  named.plural = word;
  return fail(status::conflict(
      named, target.name,
      fmt::format("the UID in the bound object reference ({}) does not match the UID in record. "
                  "The object might have been deleted and then recreated",
                  wanted)));
}

// A pod's token for this API lives on after its time, with a warning.
void extend(const ServiceAccountTokens& tokens, ServiceAccountTokens::Wish& wish) {
  const bool is_ours =
      common_audiences(wish.audiences, tokens.audiences()).size() == wish.audiences.size();
  if (!wish.pod || wish.lifetime_seconds != kPodLifetime || !is_ours) return;
  wish.warn_after_seconds = wish.lifetime_seconds;
  wish.lifetime_seconds = kPodLifetimeExtended;
}

// The document, decoded, defaulted, and with everything filled in that the server decides.
Result<Value> read_request(Exchange& exchange, const WriteOptions& options,
                           const ServiceAccountTokens& tokens) {
  const object::Kind& kind = request_kind();
  const Body body = TRY(read_object(exchange.request, kind, exchange.services.kinds));
  std::vector<std::string> problems;
  Value request = TRY(object::decode(kind, body.document, body.duplicates, problems));
  TRY(judge(kind, problems, options));
  object::apply_defaults(kind, request, nullptr);
  TRY(settle_account(exchange.target(), request.edit("metadata")));
  if (request["spec"]["audiences"].empty()) {
    Value audiences = Value::array();
    for (const std::string& audience : tokens.audiences()) audiences.push_back(audience);
    request.edit("spec").set("audiences", std::move(audiences));
  }
  request.erase("status");
  return request;
}

Result<> admit(Exchange& exchange, Value& request, const WriteOptions& options) {
  Admission* admission = exchange.services.verbs.admission();
  const Target target = exchange.target();
  TRY(admit_changes(admission, Operation::Create, target, request, nullptr, options,
                    [](Value&) {}));
  return admit_write(admission, Operation::Create, target, request, nullptr, options);
}

}  // namespace

Result<net::Response> handle_token_request(Exchange& exchange) {
  const ServiceAccountTokens* tokens = exchange.services.service_accounts;
  if (tokens == nullptr) return fail(status::no_such_resource());
  const Rendering rendering = TRY(rendering_of(exchange));
  const WriteOptions options = TRY(parse_write_query(exchange, "CreateOptions"));
  const Verbs& verbs = exchange.services.verbs;
  Target account = exchange.target();
  account.subresource.clear();

  Value request = TRY(read_request(exchange, options, *tokens));
  ServiceAccountTokens::Wish wish;
  wish.account = TRY(verbs.get(account));
  const TimePoint now = exchange.services.clock.now();
  request.edit("metadata").set("creationTimestamp", format_time(now));
  TRY(check_lifetime(request["spec"]["expirationSeconds"].integer()));
  TRY(admit(exchange, request, options));

  const Value& spec = request["spec"];
  const std::int64_t lifetime = spec["expirationSeconds"].integer();
  TRY(check_lifetime(lifetime));  // a webhook may have had another idea
  wish.lifetime_seconds = lifetime;
  for (const Value& audience : spec["audiences"].items()) {
    wish.audiences.push_back(audience.string());
  }
  if (spec["boundObjectRef"].is_object()) TRY(bind(verbs, account, spec["boundObjectRef"], wish));
  extend(*tokens, wish);

  const std::string token = TRY(tokens->issue(wish));
  request.set(
      "status",
      Value::object({{"token", token},
                     {"expirationTimestamp", format_time(now + std::chrono::seconds(lifetime))}}));
  return render_value(201, request, rendering.accepted);
}

}  // namespace gp::api
