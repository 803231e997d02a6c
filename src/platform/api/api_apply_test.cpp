// Server-side apply: who owns which field, conflicts, force, what is given up.
#include "platform/api/api_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {

constexpr std::string_view kApply = "application/apply-patch+yaml";
constexpr std::string_view kA = "/api/v1/namespaces/shop/configmaps/a";
constexpr std::string_view kWeb = "/apis/apps/v1/namespaces/shop/deployments/web";

struct Applied : ApiFixture {
  Answer apply(std::string_view manager, std::string_view data, std::string_view more = {}) {
    return patch(
        fmt::format("{}?fieldManager={}{}", kA, manager, more), kApply,
        fmt::format("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a}}, data: {}}}", data));
  }
  // What one manager owns, as FieldsV1.
  std::string owned(std::string_view manager) {
    const Answer answer = get(kA);
    for (const Value& entry : answer["metadata"]["managedFields"].items()) {
      if (entry["manager"].text() == manager) return to_json(entry["fieldsV1"]);
    }
    return "nothing";
  }
};

}  // namespace

TEST_CASE_FIXTURE(Applied, "apply: creates what is not there, and says so") {
  const Answer first = apply("kubectl", "{k: v}");
  CHECK(first.status == 201);
  const Value& entry = first["metadata"]["managedFields"].at(0);
  CHECK(entry["manager"].text() == "kubectl");
  CHECK(entry["operation"].text() == "Apply");
  CHECK(entry["apiVersion"].text() == "v1");
  CHECK(entry["fieldsType"].text() == "FieldsV1");
  CHECK(to_json(entry["fieldsV1"]) == R"({"f:data":{"f:k":{}}})");

  const Answer again = apply("kubectl", "{k: v}");
  CHECK(again.status == 200);
  CHECK(revision_of(again.json) == revision_of(first.json));
}

TEST_CASE_FIXTURE(Applied, "apply: another manager's field is a conflict that names both") {
  apply("kubectl", "{k: v}");

  const Answer refused = apply("argo", "{k: w, l: x}");

  CHECK(refused.status == 409);
  CHECK(refused["reason"].text() == "Conflict");
  CHECK(refused.message() == "Apply failed with 1 conflict: conflict with \"kubectl\": .data.k");
  CHECK(to_json(refused["details"]["causes"]) ==
        R"([{"field":".data.k","message":"conflict with \"kubectl\"",)"
        R"("reason":"FieldManagerConflict"}])");
  CHECK(to_json(get(kA)["data"]) == R"({"k":"v"})");
}

TEST_CASE_FIXTURE(Applied, "apply: two conflicts are counted and listed") {
  apply("kubectl", "{k: v, l: x}");

  CHECK(apply("argo", "{k: 1x, l: 2x}").message() ==
        "Apply failed with 2 conflicts: conflicts with \"kubectl\":\n- .data.k\n- .data.l");
}

TEST_CASE_FIXTURE(Applied, "apply: force takes the field over") {
  apply("kubectl", "{k: v, l: x}");

  const Answer forced = apply("argo", "{k: w}", "&force=true");

  CHECK(to_json(forced["data"]) == R"({"k":"w","l":"x"})");
  CHECK(owned("argo") == R"({"f:data":{"f:k":{}}})");
  CHECK(owned("kubectl") == R"({"f:data":{"f:l":{}}})");
}

TEST_CASE_FIXTURE(Applied, "apply: the same value is owned together") {
  apply("kubectl", "{k: v}");

  CHECK(apply("argo", "{k: v}").status == 200);
  CHECK(owned("argo") == owned("kubectl"));
  CHECK(apply("argo", "{}").status == 200);
  CHECK(to_json(get(kA)["data"]) == R"({"k":"v"})");
}

TEST_CASE_FIXTURE(Applied, "apply: what a manager no longer says is gone, unless another owns it") {
  apply("kubectl", "{k: v, l: x}");
  patch(kA, "application/merge-patch+json", "{data: {m: z}}");

  CHECK(to_json(apply("kubectl", "{k: v}")["data"]) == R"({"k":"v","m":"z"})");
}

TEST_CASE_FIXTURE(Applied, "apply: an update takes fields as well, by its own entry") {
  apply("kubectl", "{k: v}");
  const Answer updated =
      put(fmt::format("{}?fieldManager=editor", kA), "{metadata: {name: a}, data: {k: w}}");
  REQUIRE(updated.status == 200);

  CHECK(owned("editor").find("f:k") != std::string::npos);
  CHECK(apply("kubectl", "{k: v}")
            .message()
            .starts_with("Apply failed with 1 conflict: conflict with \"editor\" using v1"));
}

TEST_CASE_FIXTURE(Applied, "apply: lists with keys belong to their items' owners") {
  const auto apply_containers = [this](std::string_view manager, std::string_view containers) {
    return patch(fmt::format("{}?fieldManager={}", kWeb, manager), kApply,
                 fmt::format("{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web}}, "
                             "spec: {{selector: {{matchLabels: {{app: web}}}}, template: "
                             "{{metadata: {{labels: {{app: web}}}}, spec: {{containers: {}}}}}}}}}",
                             containers));
  };
  REQUIRE(apply_containers("one", "[{name: web, image: 'web:1'}]").status == 201);

  const Answer both = apply_containers("two", "[{name: log, image: 'log:1'}]");
  REQUIRE_MESSAGE(both.status == 200, both.text);
  CHECK(both["spec"]["template"]["spec"]["containers"].size() == 2);
  const Answer clash = apply_containers("two", "[{name: web, image: 'web:2'}]");
  CHECK(clash["details"]["causes"].at(0)["field"].text() ==
        ".spec.template.spec.containers[name=\"web\"].image");
}

TEST_CASE_FIXTURE(Applied, "apply: status is applied at its own place, with its own entry") {
  REQUIRE(patch(fmt::format("{}?fieldManager=one", kWeb), kApply,
                "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: "
                "{matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: "
                "{containers: [{name: web, image: 'web:1'}]}}}}")
              .status == 201);

  const Answer answer = patch(fmt::format("{}/status?fieldManager=ctl", kWeb), kApply,
                              "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
                              "spec: {replicas: 9}, status: {replicas: 1}}");

  REQUIRE_MESSAGE(answer.status == 200, answer.text);
  CHECK(answer["status"]["replicas"].integer() == 1);
  CHECK(answer["spec"]["replicas"].integer() == 1);
  bool is_found = false;
  for (const Value& entry : answer["metadata"]["managedFields"].items()) {
    if (entry["manager"].text() != "ctl") continue;
    is_found = true;
    CHECK(entry["subresource"].text() == "status");
  }
  CHECK(is_found);
}

TEST_CASE_FIXTURE(Applied, "apply: a list that says an item twice is nobody's clear wish") {
  const Answer refused =
      patch("/api/v1/namespaces/shop/services/web?fieldManager=one", kApply,
            "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, "
            "name: a}, {port: 80, name: b}]}}");

  CHECK(refused.status == 500);
  CHECK(refused.message() ==
        "failed to create typed patch object (shop/web; /v1, Kind=Service): .spec.ports: duplicate "
        "entries for key [port=80,protocol=\"TCP\"]");
}

TEST_CASE_FIXTURE(Applied, "apply: a dry run shows what would be, and keeps nothing") {
  const Answer shown = apply("kubectl", "{k: v}", "&dryRun=All");

  CHECK(shown.status == 201);
  CHECK(shown["metadata"]["resourceVersion"].is_null());
  CHECK(get(kA).status == 404);
}

TEST_CASE_FIXTURE(Applied, "apply: documents that cannot be meant") {
  const auto failure = [this](std::string_view text) {
    return patch(fmt::format("{}?fieldManager=m", kA), kApply, text).failure();
  };

  CHECK(failure("{kind: ConfigMap}") ==
        "400 BadRequest: apply patches must say their apiVersion and kind");
  CHECK(failure("{apiVersion: v1, kind: ConfigMap, metadata: {name: a, managedFields: [{}]}}") ==
        "400 BadRequest: metadata.managedFields must be nil");
  CHECK(failure("{apiVersion: v1, kind: ConfigMap, metadata: {name: b}}")
            .starts_with("400 BadRequest: the name of the object (b) does not match"));
  CHECK(failure("{apiVersion: v1, kind: Secret, metadata: {name: a}}").starts_with("400 "));
  CHECK(failure("[]").starts_with("400 "));
  CHECK(ask("PATCH", fmt::format("{}?fieldManager=m", kA), "a: [", {{"Content-Type", kApply}})
            .message()
            .starts_with("error converting YAML to JSON: "));
}
