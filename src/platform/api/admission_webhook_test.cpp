#include "platform/api/admission_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {

constexpr std::string_view kConfig =
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}, data: {x: '1'}}";

struct WebhookFixture : AdmissionFixture {
  // A configuration with one webhook for ConfigMaps, `more` beside the usual.
  void hook(std::string_view kind, std::string_view more = "", std::string_view name = "check") {
    const bool has_client = more.find("clientConfig") != std::string_view::npos;
    apply(fmt::format(
        "{{apiVersion: admissionregistration.k8s.io/v1, kind: {}WebhookConfiguration, metadata: "
        "{{name: {}}}, webhooks: [{{name: {}.example.com, sideEffects: None, "
        "admissionReviewVersions: [v1], rules: [{{operations: ['*'], apiGroups: [''], apiVersions: "
        "[v1], resources: [configmaps]}}]{}{}}}]}}",
        kind, name, name,
        has_client ? "" : ", clientConfig: {url: 'https://hooks.example:8443/check'}",
        more.empty() ? "" : fmt::format(", {}", more)));
  }
};

Result<WebhookAnswer> failure(std::string_view cause, std::string text) {
  return fail(unavailable("{}", text).with_details(Value::object({{"cause", cause}})));
}

}  // namespace

TEST_CASE_FIXTURE(WebhookFixture, "webhook: the review shows request, caller and object") {
  hook("Validating");

  REQUIRE(create(kConfig));

  REQUIRE(webhooks.calls.size() == 1);
  const WebhookCall& call = webhooks.calls[0];
  CHECK(call.url == "https://hooks.example:8443/check?timeout=10s");
  const Value review = parse_json(call.body).value_or(Value());
  CHECK(review["kind"].text() == "AdmissionReview");
  CHECK(review["apiVersion"].text() == "admission.k8s.io/v1");
  Value request = review["request"];
  CHECK(request["object"]["data"]["x"].text() == "1");
  CHECK_FALSE(request["object"]["metadata"]["uid"].text().empty());
  CHECK_FALSE(request["object"]["metadata"]["managedFields"].empty());
  for (const char* changing : {"uid", "object"}) request.erase(changing);
  CHECK(
      to_json(request) ==
      R"({"dryRun":false,"kind":{"group":"","kind":"ConfigMap","version":"v1"},"name":"a",)"
      R"("namespace":"shop","oldObject":null,"operation":"CREATE","options":{"apiVersion":)"
      R"("meta.k8s.io/v1","fieldManager":"test","fieldValidation":"Warn","kind":"CreateOptions"},)"
      R"("requestKind":{"group":"","kind":"ConfigMap","version":"v1"},"requestResource":{"group":)"
      R"("","resource":"configmaps","version":"v1"},"resource":{"group":"","resource":"configmaps",)"
      R"("version":"v1"},"userInfo":{"groups":["dev","system:authenticated"],"uid":"u-1",)"
      R"("username":"carol"}})");
}

TEST_CASE_FIXTURE(WebhookFixture, "webhook: a refusal carries the webhook's own words") {
  hook("Validating");
  Value status;
  webhooks.respond = [&](const WebhookCall&, const Value& review) {
    Value response = Value::object({{"allowed", false}});
    if (!status.is_null()) response.set("status", status);
    return FakeWebhooks::answer(review, std::move(response));
  };

  CHECK(message_of(create(kConfig)) ==
        "admission webhook \"check.example.com\" denied the request without explanation");
  CHECK(reason_of(create(kConfig)) == "400 ");
  status = yaml("{code: 403, message: 'not on Fridays', reason: Forbidden}");
  CHECK(message_of(create(kConfig)) ==
        "admission webhook \"check.example.com\" denied the request: not on Fridays");
  CHECK(reason_of(create(kConfig)) == "403 Forbidden");
  status = yaml("{reason: Gone, code: 200}");
  CHECK(message_of(create(kConfig)) ==
        "admission webhook \"check.example.com\" denied the request: Gone");
  CHECK(reason_of(create(kConfig)) == "400 Gone");
}

TEST_CASE_FIXTURE(WebhookFixture,
                  "webhook: one that cannot be reached refuses in the known words") {
  hook("Validating", "timeoutSeconds: 3");
  webhooks.respond = [](const WebhookCall&, const Value&) { return failure("connect", "no"); };

  CHECK(message_of(create(kConfig)) ==
        "Internal error occurred: failed calling webhook \"check.example.com\": failed to call "
        "webhook: Post \"https://hooks.example:8443/check?timeout=3s\": dial tcp "
        "hooks.example:8443: connect: connection refused");
  CHECK(reason_of(create(kConfig)) == "500 InternalError");

  webhooks.respond = [](const WebhookCall&, const Value&) { return failure("timeout", "late"); };
  CHECK(message_of(create(kConfig))
            .ends_with("Post \"https://hooks.example:8443/check?timeout=3s\": context deadline "
                       "exceeded"));
  webhooks.respond = [](const WebhookCall&, const Value&) {
    return Result<WebhookAnswer>(WebhookAnswer{500, "boom\n"});
  };
  CHECK(message_of(create(kConfig))
            .ends_with("failed to call webhook: an error on the server (\"boom\") has prevented "
                       "the request from succeeding"));
}

TEST_CASE_FIXTURE(WebhookFixture, "webhook: failurePolicy Ignore lets pass what cannot be asked") {
  hook("Validating", "failurePolicy: Ignore");
  webhooks.respond = [](const WebhookCall&, const Value&) { return failure("connect", "no"); };

  CHECK(create(kConfig));
}

TEST_CASE_FIXTURE(WebhookFixture, "webhook: answers that are none are told apart") {
  hook("Validating");
  const auto answers = [&](std::string body) {
    webhooks.respond = [body](const WebhookCall&, const Value&) {
      return Result<WebhookAnswer>(WebhookAnswer{200, body});
    };
    std::string message = message_of(create(kConfig));
    const std::string_view common =
        "Internal error occurred: failed calling webhook \"check.example.com\": ";
    REQUIRE(message.starts_with(common));
    return message.substr(common.size());
  };

  CHECK(answers("{}") == "received invalid webhook response: webhook response was absent");
  CHECK(answers(R"({"response":{"uid":"other","allowed":true}})")
            .starts_with("received invalid webhook response: expected response.uid=\""));
  CHECK(answers("<html>").starts_with(
      "failed to call webhook: couldn't get version/kind; json parse error: "));
}

TEST_CASE_FIXTURE(WebhookFixture,
                  "webhook: a patch changes the object, and is decoded and checked") {
  hook("Mutating");
  webhooks.patch(R"([{"op":"add","path":"/data/added","value":"yes"},
                     {"op":"add","path":"/metadata/labels","value":{"by":"hook"}},
                     {"op":"add","path":"/metadata/uid","value":"mine"}])");

  const auto made = create(kConfig);

  REQUIRE(made);
  const Value object = (*made)->parse();
  CHECK(object["data"]["added"].text() == "yes");
  CHECK(object["metadata"]["labels"]["by"].text() == "hook");
  CHECK(object["metadata"]["uid"].text() != "mine");

  webhooks.patch(R"([{"op":"add","path":"/metadata/labels","value":{"by":"-bad-"}}])");
  CHECK(
      message_of(create("{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: shop}}"))
          .starts_with("ConfigMap \"b\" is invalid: metadata.labels: Invalid value: \"-bad-\""));
}

TEST_CASE_FIXTURE(WebhookFixture,
                  "webhook: a patch of an update cannot touch what the server keeps") {
  REQUIRE(create(kConfig));
  hook("Mutating");
  webhooks.patch(R"([{"op":"replace","path":"/data/x","value":"hooked"},
                     {"op":"remove","path":"/metadata/creationTimestamp"}])");

  const auto updated = update(kConfig);

  REQUIRE(updated);
  CHECK((*updated)->parse()["data"]["x"].text() == "hooked");
  CHECK_FALSE((*updated)->parse()["metadata"]["creationTimestamp"].is_null());
}

TEST_CASE_FIXTURE(WebhookFixture,
                  "webhook: one that asks for it looks again after a later change") {
  hook("Mutating", "reinvocationPolicy: IfNeeded", "first");
  hook("Mutating", "", "second");
  webhooks.respond = [&](const WebhookCall& call, const Value& review) {
    Value response = Value::object({{"allowed", true}});
    const bool is_second = webhooks.calls.size() == 2;
    (void)call;
    if (is_second) {
      response.set("patchType", "JSONPatch");
      response.set("patch", base64_encode(R"([{"op":"add","path":"/data/y","value":"2"}])"));
    }
    return FakeWebhooks::answer(review, std::move(response));
  };

  REQUIRE(create(kConfig));

  REQUIRE(webhooks.calls.size() == 3);
  const Value last = parse_json(webhooks.calls[2].body).value_or(Value());
  CHECK(last["request"]["object"]["data"]["y"].text() == "2");
}

TEST_CASE_FIXTURE(WebhookFixture, "webhook: match conditions and dry runs") {
  hook("Validating",
       "matchConditions: [{name: only-x, expression: \"has(object.data) && 'x' in object.data\"}]");

  REQUIRE(create("{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: shop}}"));
  CHECK(webhooks.calls.empty());
  const Value document = yaml(kConfig);
  Target target = target_of(document);
  target.name.clear();
  WriteOptions dry = options();
  dry.dry_run = true;
  REQUIRE(verbs->create(target, document, dry));
  REQUIRE(webhooks.calls.size() == 1);
  CHECK(parse_json(webhooks.calls[0].body).value_or(Value())["request"]["dryRun"].boolean());
}

TEST_CASE_FIXTURE(WebhookFixture, "webhook: behind a Service, an endpoint of it is called") {
  hook("Validating", "clientConfig: {service: {namespace: shop, name: hooks, path: /v}}");

  CHECK(message_of(create(kConfig)) ==
        "Internal error occurred: failed calling webhook \"check.example.com\": failed to call "
        "webhook: Post \"https://hooks.shop.svc:443/v\": service \"hooks\" not found");
  apply(
      "{apiVersion: v1, kind: Service, metadata: {name: hooks, namespace: shop}, spec: {ports: "
      "[{name: https, port: 443, targetPort: 8443}]}}");
  CHECK(message_of(create(kConfig)).ends_with("no endpoints available for service \"hooks\""));
  apply(
      "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: hooks-1, namespace: "
      "shop, labels: {kubernetes.io/service-name: hooks}}, addressType: IPv4, ports: [{name: "
      "https, port: 8443}], endpoints: [{addresses: [10.0.0.7]}]}");
  REQUIRE(create(kConfig));
  CHECK(webhooks.calls[0].url == "https://10.0.0.7:8443/v?timeout=10s");
  CHECK(webhooks.calls[0].server_name == "hooks.shop.svc");
}

TEST_CASE_FIXTURE(WebhookFixture, "webhook: warnings reach the client") {
  hook("Validating");
  webhooks.respond = [](const WebhookCall&, const Value& review) {
    return FakeWebhooks::answer(
        review, Value::object({{"allowed", true}, {"warnings", Value::array({Value("careful")})}}));
  };

  REQUIRE(create(kConfig));

  CHECK(warnings == std::vector<std::string>{"careful"});
}

TEST_CASE_FIXTURE(WebhookFixture, "webhook: several are asked, the first refusal in order counts") {
  for (const char* name : {"a", "b", "c"}) hook("Validating", "", name);
  webhooks.respond = [](const WebhookCall&, const Value& review) {
    return FakeWebhooks::answer(review, Value::object({{"allowed", false}}));
  };

  const auto refused = create(kConfig);

  CHECK(webhooks.calls.size() == 3);
  CHECK(message_of(refused) ==
        "admission webhook \"a.example.com\" denied the request without explanation");
}

TEST_CASE_FIXTURE(WebhookFixture,
                  "webhook: deletions are asked about, and webhooks never about themselves") {
  REQUIRE(create(kConfig));
  hook("Validating");
  webhooks.respond = [](const WebhookCall&, const Value& review) {
    return FakeWebhooks::answer(review, Value::object({{"allowed", false}}));
  };

  CHECK_FALSE(remove(kConfig));
  const Value review = parse_json(webhooks.calls[0].body).value_or(Value());
  CHECK(review["request"]["object"].is_null());
  CHECK(review["request"]["oldObject"]["data"]["x"].text() == "1");
  CHECK(
      remove("{apiVersion: admissionregistration.k8s.io/v1, kind: "
             "ValidatingWebhookConfiguration, metadata: {name: check}}"));
  CHECK(remove(kConfig));
}
