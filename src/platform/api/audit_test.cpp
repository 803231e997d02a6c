#include <doctest/doctest.h>

#include "adapter/files/files.hpp"
#include "platform/api/api_fixture.hpp"
#include "platform/api/audit_log.hpp"
#include "platform/api/rbac.hpp"

namespace gp::api {
namespace {

using audit::Level;
using audit::Policy;
using audit::Stage;

audit::Policy policy_of(std::string_view rules) {
  auto policy = Policy::parse(
      fmt::format("{{apiVersion: audit.k8s.io/v1, kind: Policy, {}}}", rules), "audit.yaml");
  REQUIRE_MESSAGE(policy, (policy ? "" : policy.error().message));
  return std::move(*policy);
}

RequestInfo request(std::string_view method, std::string_view path) {
  net::Request asked;
  asked.method = method;
  asked.path = path;
  const auto info = parse_request(asked);
  REQUIRE(info);
  return *info;
}

std::string level(const Policy& policy, std::string_view method, std::string_view path,
                  const Caller& caller = {"carol", "", {"dev"}, {}}) {
  return std::string(audit::level_name(policy.judge(caller, request(method, path)).level));
}

constexpr std::string_view kSecret = "/api/v1/namespaces/shop/secrets/s";
constexpr std::string_view kPodLog = "/api/v1/namespaces/shop/pods/p/log";

struct Fixture : ApiFixture {
  void log_by(std::string_view rules) {
    auto opened = AuditLog::open(policy_of(rules), {.path = folder / "audit.log"}, clock);
    REQUIRE(opened);
    log = std::move(*opened);
    server->set_audit(log.get());
  }
  ~Fixture() { server->set_audit(nullptr); }

  std::vector<Value> events() {
    log->flush();
    std::vector<Value> list;
    std::string text = *files::read_file(folder / "audit.log");
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      list.push_back(parse_json(std::string_view(text).substr(at, end - at)).value_or(Value()));
      at = end + 1;
    }
    return list;
  }
  std::string stages() {
    std::string line;
    for (const Value& event : events()) line += fmt::format("{} ", event["stage"].text());
    return line;
  }

  files::TemporaryDirectory folder;
  std::unique_ptr<AuditLog> log;
};

}  // namespace

TEST_CASE("audit policy: the first rule that matches decides, and without one nothing is told") {
  const Policy policy = policy_of(
      "rules: [{level: RequestResponse, users: [carol], verbs: [delete]},"
      "{level: Request, userGroups: [ops]}, {level: Metadata, users: [carol]}]");
  CHECK(level(policy, "DELETE", kSecret) == "RequestResponse");
  CHECK(level(policy, "GET", kSecret) == "Metadata");
  CHECK(level(policy, "GET", kSecret, {"dave", "", {"ops"}, {}}) == "Request");
  CHECK(level(policy, "GET", kSecret, {"dave", "", {"dev"}, {}}) == "None");
}

TEST_CASE("audit policy: resources, subresources, names and namespaces") {
  const auto only = [](std::string_view condition) {
    return policy_of(fmt::format("rules: [{{level: Metadata, {}}}]", condition));
  };
  const auto tells = [&](std::string_view condition, std::string_view path) {
    return level(only(condition), "GET", path) == "Metadata";
  };
  CHECK(tells("resources: [{group: ''}]", kSecret));
  CHECK_FALSE(tells("resources: [{group: apps}]", kSecret));
  CHECK(tells("resources: [{group: '', resources: [pods/log]}]", kPodLog));
  CHECK_FALSE(tells("resources: [{group: '', resources: [pods]}]", kPodLog));
  CHECK(tells("resources: [{group: '', resources: ['pods/*']}]", kPodLog));
  CHECK(tells("resources: [{group: '', resources: ['*/log']}]", kPodLog));
  CHECK(tells("resources: [{group: '', resources: ['*']}]", kPodLog));
  CHECK(tells("resources: [{group: '', resources: [secrets], resourceNames: [s]}]", kSecret));
  CHECK_FALSE(tells("resources: [{group: '', resources: [secrets], resourceNames: [t]}]", kSecret));
  CHECK(tells("namespaces: [shop]", kSecret));
  CHECK_FALSE(tells("namespaces: ['']", kSecret));
  CHECK(tells("namespaces: ['']", "/api/v1/nodes"));
  CHECK_FALSE(tells("namespaces: ['']", "/version"));
  CHECK(tells("nonResourceURLs: ['/healthz*']", "/healthz/ping"));
  CHECK_FALSE(tells("nonResourceURLs: ['*']", kSecret));
}

TEST_CASE("audit policy: stages and managed fields, of the policy and of a rule") {
  const Policy policy = policy_of(
      "omitStages: [RequestReceived], omitManagedFields: true, rules: ["
      "{level: Metadata, verbs: [get], omitStages: [Panic], omitManagedFields: false},"
      "{level: Metadata}]");
  const auto first = policy.judge({}, request("GET", kSecret));
  CHECK(first.omits(Stage::RequestReceived));
  CHECK(first.omits(Stage::Panic));
  CHECK_FALSE(first.omits(Stage::ResponseComplete));
  CHECK_FALSE(first.omits_managed_fields);
  CHECK(policy.judge({}, request("DELETE", kSecret)).omits_managed_fields);
}

TEST_CASE("audit policy: what is wrong is told by its place") {
  const auto message = [](std::string_view text) {
    const auto policy = Policy::parse(text, "audit.yaml");
    return policy ? std::string("no error") : policy.error().message;
  };
  const std::string start = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";
  CHECK(message("kind: Pod") == "audit.yaml: expected kind Policy of audit.k8s.io/v1");
  CHECK(message(start) == "audit.yaml: the policy has no rules, so nothing would be logged");
  CHECK(message(start + "rules: [{level: Some}]") ==
        "audit.yaml: rules[0].level is \"Some\", expected None, Metadata, Request, "
        "RequestResponse");
  CHECK(message(start + "rules: [{level: None}, {level: None, omitStages: [Begin]}]") ==
        "audit.yaml: rules[1].omitStages has \"Begin\", expected RequestReceived, "
        "ResponseStarted, ResponseComplete, Panic");
  CHECK(message(start + "rules: [{level: None, nonResourceURLs: ['/a*b']}]") ==
        "audit.yaml: rules[0].nonResourceURLs has \"/a*b\", expected a path with at most one "
        "\"*\", at its end");
  CHECK(message(start + "rules: [{level: None, user: [a]}]")
            .starts_with("audit.yaml: rules[0]: unknown field \"user\""));
}

TEST_CASE("audit policy: the standard one tells who did what, without bodies, probes and Events") {
  const Policy policy = Policy::standard();
  CHECK(level(policy, "GET", kSecret) == "Metadata");
  CHECK(level(policy, "GET", "/readyz") == "None");
  CHECK(level(policy, "POST", "/apis/events.k8s.io/v1/namespaces/shop/events") == "None");
}

TEST_CASE_FIXTURE(Fixture, "audit: an event tells who did what, when, and how it went") {
  log_by("rules: [{level: Metadata, omitStages: [RequestReceived]}]");
  const Answer answer =
      get("/api/v1/namespaces/shop/secrets/none", {{"User-Agent", "kubectl/v1.32.0"}});
  const auto list = events();
  REQUIRE(list.size() == 1);
  const Value& event = list[0];
  CHECK(event["kind"].text() == "Event");
  CHECK(event["apiVersion"].text() == "audit.k8s.io/v1");
  CHECK(event["stage"].text() == "ResponseComplete");
  CHECK(event["auditID"].text() == answer.headers.get("Audit-Id"));
  CHECK(event["requestURI"].text() == "/api/v1/namespaces/shop/secrets/none");
  CHECK(event["verb"].text() == "get");
  CHECK(event["userAgent"].text() == "kubectl/v1.32.0");
  CHECK(to_json(event["objectRef"]) ==
        R"({"apiVersion":"v1","name":"none","namespace":"shop","resource":"secrets"})");
  CHECK(event["user"]["username"].text() == "admin");
  CHECK(event["responseStatus"]["code"].integer() == 404);
  CHECK(event["responseStatus"]["reason"].text() == "NotFound");
  CHECK(event["annotations"]["authorization.k8s.io/decision"].text() == "allow");
  CHECK(event["requestReceivedTimestamp"].text() == "2023-11-14T22:13:20.000000Z");
}

TEST_CASE_FIXTURE(Fixture, "audit: bodies are told where the policy says so, and only there") {
  log_by(
      "omitStages: [RequestReceived], omitManagedFields: true, rules: ["
      "{level: RequestResponse, resources: [{group: '', resources: [configmaps]}]},"
      "{level: Metadata}]");
  post("/api/v1/namespaces/shop/secrets",
       "{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {password: hunter2}}");
  config_map("a");
  const auto list = events();
  REQUIRE(list.size() == 2);
  CHECK(to_json(list[0]).find("hunter2") == std::string::npos);
  CHECK(list[0].find("requestObject") == nullptr);
  CHECK(list[0]["objectRef"]["name"].text() == "s");
  CHECK(list[1]["requestObject"]["data"]["a"].text() == "1");
  CHECK(list[1]["responseObject"]["data"]["a"].text() == "1");
  CHECK(list[1]["responseObject"]["metadata"].find("managedFields") == nullptr);
}

TEST_CASE_FIXTURE(Fixture, "audit: an impersonated user stands beside the one who signed in") {
  log_by("rules: [{level: Metadata, users: [admin], omitStages: [RequestReceived]}]");
  get("/api/v1/namespaces/shop/configmaps", {{"Impersonate-User", "dora"}});
  const auto list = events();
  REQUIRE(list.size() == 1);
  CHECK(list[0]["user"]["username"].text() == "admin");
  CHECK(list[0]["impersonatedUser"]["username"].text() == "dora");
  CHECK(list[0]["annotations"]["authorization.k8s.io/decision"].text() == "forbid");
  CHECK(list[0]["responseStatus"]["code"].integer() == 403);
}

TEST_CASE_FIXTURE(Fixture, "audit: a watch is told at its beginning and at its end") {
  log_by("rules: [{level: Metadata}]");
  {
    const Watching watching = watch("/api/v1/namespaces/shop/configmaps?watch=true");
    CHECK(stages() == "RequestReceived ResponseStarted ");
  }
  CHECK(stages() == "RequestReceived ResponseStarted ResponseComplete ");
}

TEST_CASE_FIXTURE(Fixture, "audit: whom nobody vouches for is told too") {
  log_by("rules: [{level: Metadata, omitStages: [RequestReceived]}]");
  token = "guess";
  get("/api/v1/namespaces");
  const auto list = events();
  REQUIRE(list.size() == 1);
  CHECK(list[0]["responseStatus"]["code"].integer() == 401);
  CHECK(list[0]["user"]["username"].text().empty());
}

TEST_CASE_FIXTURE(Fixture, "audit: what does not fit into the queue is dropped and counted") {
  auto opened = AuditLog::open(Policy::standard(),
                               {.path = folder / "small.log", .queue_bytes_max = 4}, clock);
  REQUIRE(opened);
  (*opened)->write("too long");
  CHECK((*opened)->dropped() == 1);
  (*opened)->write("ok");
  (*opened)->flush();
  CHECK(*files::read_file(folder / "small.log") == "ok\n");
}

}  // namespace gp::api
