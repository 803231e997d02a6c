// JSON Patch, merge patch, strategic merge patch: what they change, what they are refused for.
#include "platform/api/api_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {

constexpr std::string_view kJson = "application/json-patch+json";
constexpr std::string_view kMerge = "application/merge-patch+json";
constexpr std::string_view kStrategic = "application/strategic-merge-patch+json";
constexpr std::string_view kA = "/api/v1/namespaces/shop/configmaps/a";
constexpr std::string_view kWeb = "/apis/apps/v1/namespaces/shop/deployments/web";

struct Patched : ApiFixture {
  Patched() {
    config_map("a", "{k: v}");
    put_in(
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: "
        "{matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: "
        "[{name: web, image: 'web:1'}, {name: log, image: 'log:1'}]}}}}",
        "/apis/apps/v1/namespaces/shop/deployments");
  }
  std::string data(std::string_view type, std::string_view change) {
    const Answer answer = patch(kA, type, change);
    return answer.status == 200 ? to_json(answer["data"]) : answer.failure();
  }
  // "log=log:1 web=web:1"
  std::string images(const Answer& answer) {
    std::string line;
    for (const Value& one : answer["spec"]["template"]["spec"]["containers"].items()) {
      line +=
          fmt::format("{}{}={}", line.empty() ? "" : " ", one["name"].text(), one["image"].text());
    }
    return line;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Patched, "merge patch: sets, nests and takes away") {
  CHECK(data(kMerge, "{data: {b: '2'}}") == R"({"b":"2","k":"v"})");
  CHECK(data(kMerge, "{data: {b: null}}") == R"({"k":"v"})");
  CHECK(data(kMerge, "{data: null}") == "null");
}

TEST_CASE_FIXTURE(Patched, "json patch: operations in their order, all or none") {
  CHECK(data(kJson,
             "[{op: test, path: /data/k, value: v}, {op: add, path: /data/b, value: '2'}, "
             "{op: move, from: /data/k, path: /data/c}]") == R"({"b":"2","c":"v"})");
  CHECK(data(kJson, "[{op: remove, path: /data/b}, {op: test, path: /data/c, value: x}]") ==
        "422 Invalid: the server rejected our request due to an error in our request");
  CHECK(to_json(get(kA)["data"]) == R"({"b":"2","c":"v"})");
}

TEST_CASE_FIXTURE(Patched, "json patch: a path that is not there and an unknown operation") {
  const std::string_view refused =
      "422 Invalid: the server rejected our request due to an error in our request";
  CHECK(data(kJson, "[{op: remove, path: /data/none}]") == refused);
  CHECK(data(kJson, "[{op: dance, path: /data/k}]") == refused);
  CHECK(data(kJson, "[{op: add, path: data, value: {}}]") == refused);
}

TEST_CASE_FIXTURE(Patched, "strategic merge: lists are merged by their keys") {
  CHECK(images(patch(kWeb, kStrategic,
                     "{spec: {template: {spec: {containers: [{name: web, image: 'web:2'}]}}}}")) ==
        "web=web:2 log=log:1");
  CHECK(images(patch(kWeb, kStrategic,
                     "{spec: {template: {spec: {containers: [{name: log, $patch: delete}]}}}}")) ==
        "web=web:2");
  CHECK(images(patch(kWeb, kStrategic,
                     "{spec: {template: {spec: {containers: [{$patch: replace}, "
                     "{name: new, image: 'new:1'}]}}}}")) == "new=new:1");
}

TEST_CASE_FIXTURE(Patched, "strategic merge: a merge patch replaces the list instead") {
  CHECK(images(patch(kWeb, kMerge,
                     "{spec: {template: {spec: {containers: [{name: web, image: 'web:2'}]}}}}")) ==
        "web=web:2");
}

TEST_CASE_FIXTURE(Patched, "strategic merge: only of kinds whose lists are known") {
  put_in(
      "{apiVersion: argoproj.io/v1alpha1, kind: AppProject, metadata: {name: p}, spec: "
      "{sourceRepos: ['*']}}",
      "/apis/argoproj.io/v1alpha1/namespaces/shop/appprojects");
  const Answer refused =
      patch("/apis/argoproj.io/v1alpha1/namespaces/shop/appprojects/p", kStrategic, "{spec: {}}");

  CHECK(refused.failure() ==
        "415 UnsupportedMediaType: the body of the request was in an unknown format - accepted "
        "media types include: application/json-patch+json, application/merge-patch+json, "
        "application/apply-patch+yaml");
}

TEST_CASE_FIXTURE(Patched, "patch: what is no patch at all") {
  CHECK(data(kMerge, "[1]") ==
        "400 BadRequest: error decoding patch: json: cannot unmarshal array into Go value of type "
        "map[string]interface {}");
  CHECK(data(kJson, "{a: b}") ==
        "400 BadRequest: error decoding patch: json: cannot unmarshal object into Go value of type "
        "jsonpatch.Patch");
  CHECK(data("application/json", "{}").starts_with("415 UnsupportedMediaType: "));
  CHECK(patch("/api/v1/namespaces/shop/configmaps/b", kMerge, "{}").failure() ==
        "404 NotFound: configmaps \"b\" not found");
}

TEST_CASE_FIXTURE(Patched, "patch: the result is validated as an update would be") {
  CHECK(
      data(kMerge, "{data: {'no/key': x}}").starts_with("422 Invalid: ConfigMap \"a\" is invalid"));
  CHECK(
      data(kMerge, "{metadata: {name: b}}").starts_with("400 BadRequest: the name of the object"));
  CHECK(data(kMerge, "{data: {k: {}}}").starts_with("422 Invalid: "));
  CHECK(to_json(get(kA)["data"]) == R"({"k":"v"})");
}

TEST_CASE_FIXTURE(Patched, "patch: a resourceVersion in it is a precondition") {
  const std::string old = revision_of(get(kA).json);
  const std::string change =
      fmt::format("{{metadata: {{resourceVersion: '{}'}}, data: {{k: w}}}}", old);

  CHECK(data(kMerge, change) == R"({"k":"w"})");
  CHECK(patch(kA, kMerge, change).status == 409);  // though it would change nothing any more
  CHECK(data(kMerge, fmt::format("{{metadata: {{resourceVersion: '{}'}}, data: {{k: x}}}}", old))
            .starts_with("409 Conflict: Operation cannot be fulfilled on configmaps \"a\""));
}

TEST_CASE_FIXTURE(Patched, "patch: force and a missing manager are faults of the options") {
  CHECK(patch(fmt::format("{}?force=true", kA), kMerge, "{}").failure() ==
        "422 Invalid: PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be "
        "specified for non-apply patch");
  CHECK(patch(kA, "application/apply-patch+yaml", "{apiVersion: v1, kind: ConfigMap}").failure() ==
        "422 Invalid: PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is "
        "required for apply patch");
}
