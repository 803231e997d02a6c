#pragma once
// A store, the verbs and the admission over it, with webhooks that answer from a script.

#include <doctest/doctest.h>

#include <deque>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/yaml.hpp"
#include "platform/api/admission_chain.hpp"
#include "platform/api/rbac.hpp"
#include "platform/api/status.hpp"

namespace gp::api {

class FakeWebhooks final : public WebhookTransport {
 public:
  // Answers to calls in order of arrival; the last one stays. `respond` wins over both.
  std::function<Result<WebhookAnswer>(const WebhookCall&, const Value& review)> respond;
  std::vector<WebhookCall> calls;

  Result<WebhookAnswer> send(const Context&, const WebhookCall& call) override {
    const std::lock_guard lock(mutex_);
    calls.push_back(call);
    const Value review = parse_json(call.body).value_or(Value());
    return respond(call, review);
  }

  static WebhookAnswer answer(const Value& review, Value response) {
    response.set("uid", review["request"]["uid"]);
    return {200, to_json(Value::object({{"apiVersion", review["apiVersion"]},
                                        {"kind", "AdmissionReview"},
                                        {"response", std::move(response)}}))};
  }
  void allow() {
    respond = [](const WebhookCall&, const Value& review) {
      return answer(review, Value::object({{"allowed", true}}));
    };
  }
  void patch(std::string text) {
    respond = [text = std::move(text)](const WebhookCall&, const Value& review) {
      return answer(review, Value::object({{"allowed", true},
                                           {"patchType", "JSONPatch"},
                                           {"patch", base64_encode(text)}}));
    };
  }

 private:
  std::mutex mutex_;
};

struct AdmissionFixture {
  AdmissionFixture() {
    object::add_builtin_kinds(kinds);
    store::StoreOptions options;
    options.path = ":memory:";
    auto opened = store::Store::open(std::move(options), clock);
    REQUIRE(opened);
    store = std::move(*opened);
    verbs = std::make_unique<Verbs>(*store, kinds, clock, random);
    authorizer = std::make_unique<RbacAuthorizer>(*store);
    chain = std::make_unique<AdmissionChain>(*store, kinds, clock, random, &webhooks);
    chain->set_authorizer(authorizer.get());
    verbs->set_admission(chain.get());
    webhooks.allow();
    apply("{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {tier: gold}}}");
    apply("{apiVersion: v1, kind: Namespace, metadata: {name: dev}}");
  }

  Target target_of(const Value& document, std::string subresource = {}) const {
    const std::string_view api_version = document["apiVersion"].text();
    const std::size_t slash = api_version.find('/');
    const bool is_core = slash == std::string_view::npos;
    const KindPtr kind = kinds.find_kind(is_core ? "" : api_version.substr(0, slash),
                                         is_core ? api_version : api_version.substr(slash + 1),
                                         document["kind"].text());
    REQUIRE(kind);
    return {kind, document["metadata"]["namespace"].string(), document["metadata"]["name"].string(),
            std::move(subresource)};
  }

  WriteOptions options() {
    warnings.clear();
    WriteOptions made;
    made.caller = caller;
    made.warnings = &warnings;
    made.field_manager = "test";
    return made;
  }

  static Value yaml(std::string_view text) {
    auto parsed = parse_yaml(text);
    REQUIRE_MESSAGE(parsed, (parsed ? "" : parsed.error().message));
    return *parsed;
  }

  Result<ObjectRef> create(std::string_view text) {
    const Value document = yaml(text);
    Target target = target_of(document);
    target.name.clear();
    return verbs->create(target, document, options());
  }
  void apply(std::string_view text) {
    const auto made = create(text);
    REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
  }
  Result<ObjectRef> update(std::string_view text, std::string subresource = {}) {
    const Value document = yaml(text);
    return verbs->update(target_of(document, std::move(subresource)), document, options());
  }
  Result<Deleted> remove(std::string_view text) {
    DeleteOptions deletion;
    deletion.caller = caller;
    return verbs->remove(target_of(yaml(text)), deletion);
  }

  template <typename T>
  static std::string message_of(const Result<T>& result) {
    return result ? "no error" : status::to_status(result.error())["message"].string();
  }
  template <typename T>
  static std::string reason_of(const Result<T>& result) {
    if (result) return "no error";
    return fmt::format("{} {}", status::http_code(result.error()), status::reason(result.error()));
  }

  FakeClock clock;
  SeededRandom random{7};
  object::KindRegistry kinds;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Verbs> verbs;
  std::unique_ptr<RbacAuthorizer> authorizer;
  FakeWebhooks webhooks;
  std::unique_ptr<AdmissionChain> chain;
  Caller caller{"carol", "u-1", {"dev", "system:authenticated"}, {}};
  std::vector<std::string> warnings;
};

}  // namespace gp::api
