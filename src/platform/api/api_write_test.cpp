// Create, update, subresources: what is written, what is refused, in the real server's words.
#include "platform/api/api_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {

constexpr std::string_view kDeployment =
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2, selector: "
    "{matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: "
    "[{name: web, image: 'example/web:1'}]}}}}";
constexpr std::string_view kDeployments = "/apis/apps/v1/namespaces/shop/deployments";

}  // namespace

TEST_CASE_FIXTURE(ApiFixture, "create: the answer is the object, with what the server fills in") {
  const Answer made = post(kMaps, "{metadata: {name: a}, data: {k: v}}");

  CHECK(made.status == 201);
  CHECK(made["kind"].text() == "ConfigMap");
  CHECK(made["metadata"]["namespace"].text() == "shop");
  CHECK(made["metadata"]["uid"].text().size() == 36);
  CHECK(made["metadata"]["creationTimestamp"].text() == "2023-11-14T22:13:20Z");
  CHECK(revision_of(made.json) == std::to_string(store->revision()));
  CHECK(get("/api/v1/namespaces/shop/configmaps/a").text == made.text);
}

TEST_CASE_FIXTURE(ApiFixture, "create: a second one of the same name is a conflict") {
  config_map("a");

  CHECK(post(kMaps, "{metadata: {name: a}}").text ==
        R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
        R"("message":"configmaps \"a\" already exists","reason":"AlreadyExists",)"
        R"("details":{"name":"a","kind":"configmaps"},"code":409})");
}

TEST_CASE_FIXTURE(ApiFixture, "create: an invalid object names every fault with its field") {
  const Answer answer = post(kMaps, "{metadata: {name: Not_A_Name, labels: {'-': x}}}");

  CHECK(answer.status == 422);
  CHECK(answer["reason"].text() == "Invalid");
  CHECK(answer["details"]["kind"].text() == "ConfigMap");
  REQUIRE(answer["details"]["causes"].size() == 2);
  CHECK(answer["details"]["causes"].at(0)["field"].text() == "metadata.name");
  CHECK(answer["details"]["causes"].at(0)["reason"].text() == "FieldValueInvalid");
  CHECK(answer["details"]["causes"].at(1)["field"].text() == "metadata.labels");
  CHECK(answer.message().starts_with("ConfigMap \"Not_A_Name\" is invalid: ["));
}

TEST_CASE_FIXTURE(ApiFixture, "create: without a name there is nothing to call it") {
  CHECK(post(kMaps, "{data: {a: b}}").failure() ==
        "422 Invalid: ConfigMap \"\" is invalid: metadata.name: Required value: name or "
        "generateName is required");
}

TEST_CASE_FIXTURE(ApiFixture, "create: into a namespace that does not exist, or ends, is refused") {
  CHECK(post("/api/v1/namespaces/none/configmaps", "{metadata: {name: a}}").failure() ==
        "404 NotFound: namespaces \"none\" not found");

  config_map("a");
  REQUIRE(remove("/api/v1/namespaces/shop").status == 200);
  const Answer late = post(kMaps, "{metadata: {name: b}}");
  CHECK(late.failure() ==
        "403 Forbidden: configmaps \"b\" is forbidden: unable to create new content in namespace "
        "shop because it is being terminated");
  CHECK(late["details"]["causes"].at(0)["reason"].text() == "NamespaceTerminating");
}

TEST_CASE_FIXTURE(ApiFixture, "create: what the document says must agree with the URL") {
  CHECK(post(kMaps, "{metadata: {name: a, namespace: other}}").failure() ==
        "400 BadRequest: the namespace of the provided object does not match the namespace sent "
        "on the request");
  CHECK(post(kMaps, "{apiVersion: v1, kind: Secret, metadata: {name: a}}").status == 400);
  CHECK(post(kMaps, "{metadata: {name: a, resourceVersion: '5'}}").message() ==
        "resourceVersion should not be set on objects to be created");
}

TEST_CASE_FIXTURE(ApiFixture, "generateName: a suffix that is not there yet; a name wins over it") {
  const Answer first = post(kMaps, "{metadata: {generateName: job-}}");
  const Answer second = post(kMaps, "{metadata: {generateName: job-}}");

  const std::string_view name = first["metadata"]["name"].text();
  CHECK(name.starts_with("job-"));
  CHECK(name.size() == 9);
  CHECK(second["metadata"]["name"].text() != name);
  CHECK(post(kMaps, "{metadata: {generateName: job-, name: own}}")["metadata"]["name"].text() ==
        "own");
  const std::string longest(80, 'x');
  CHECK(post(kMaps, fmt::format("{{metadata: {{generateName: {}}}}}", longest))["metadata"]["name"]
            .text()
            .size() == 63);
}

TEST_CASE_FIXTURE(ApiFixture, "dry run: everything is judged, nothing is written") {
  const Revision before = store->revision();

  const Answer made = post(fmt::format("{}?dryRun=All", kMaps), "{metadata: {name: a}}");
  CHECK(made.status == 201);
  CHECK(made["metadata"]["resourceVersion"].is_null());
  CHECK(made["metadata"]["uid"].text().size() == 36);
  CHECK(post(fmt::format("{}?dryRun=All", kMaps), "{metadata: {name: A}}").status == 422);
  CHECK(store->revision() == before);

  config_map("a");
  const Revision one = store->revision();
  const std::string url = fmt::format("{}/a?dryRun=All", kMaps);
  CHECK(put(url, "{metadata: {name: a}, data: {b: '2'}}")["data"]["b"].text() == "2");
  CHECK(patch(url, "application/merge-patch+json", "{data: {c: '3'}}")["data"].size() == 2);
  CHECK(remove(url).status == 200);
  CHECK(post(fmt::format("{}?dryRun=All", kMaps), "{metadata: {name: a}}").status == 409);
  CHECK(store->revision() == one);
}

TEST_CASE_FIXTURE(ApiFixture, "dry run: another word than All is refused") {
  CHECK(post(fmt::format("{}?dryRun=Some", kMaps), "{metadata: {name: a}}").failure() ==
        "422 Invalid: CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: "
        "\"Some\": supported values: \"All\"");
}

TEST_CASE_FIXTURE(ApiFixture,
                  "update: replaces what was there, but for what belongs to the server") {
  const Value made = config_map("a");
  const Answer next = put("/api/v1/namespaces/shop/configmaps/a",
                          "{metadata: {name: a, creationTimestamp: '2001-01-01T00:00:00Z'}, "
                          "data: {b: '2'}}");

  CHECK(next.status == 200);
  CHECK(to_json(next["data"]) == R"({"b":"2"})");
  CHECK(next["metadata"]["uid"] == made["metadata"]["uid"]);
  CHECK(next["metadata"]["creationTimestamp"] == made["metadata"]["creationTimestamp"]);
  CHECK(revision_of(next.json) != revision_of(made));
}

TEST_CASE_FIXTURE(ApiFixture, "update: nothing changed is nothing written") {
  const Value made = config_map("a");

  CHECK(revision_of(
            put("/api/v1/namespaces/shop/configmaps/a", "{metadata: {name: a}, data: {a: '1'}}")
                .json) == revision_of(made));
}

TEST_CASE_FIXTURE(ApiFixture, "update: an old resourceVersion and another uid are conflicts") {
  const Value made = config_map("a");
  const std::string url = "/api/v1/namespaces/shop/configmaps/a";
  REQUIRE(patch(url, "application/merge-patch+json", "{data: {b: '2'}}").status == 200);

  CHECK(put(url, fmt::format("{{metadata: {{name: a, resourceVersion: '{}'}}}}", revision_of(made)))
            .text ==
        R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":)"
        R"("Operation cannot be fulfilled on configmaps \"a\": the object has been modified; )"
        R"(please apply your changes to the latest version and try again","reason":"Conflict",)"
        R"("details":{"name":"a","kind":"configmaps"},"code":409})");
  CHECK(put(url, "{metadata: {name: a, uid: 11111111-1111-4111-8111-111111111111}}").status == 409);
  CHECK(put(url, "{metadata: {name: b}}").failure() ==
        "400 BadRequest: the name of the object (b) does not match the name on the URL (a)");
  CHECK(put("/api/v1/namespaces/shop/configmaps/b", "{metadata: {name: b}}").failure() ==
        "404 NotFound: configmaps \"b\" not found");
}

TEST_CASE_FIXTURE(ApiFixture, "generation: grows with the spec, not with labels or status") {
  REQUIRE(put_in(kDeployment, kDeployments)["metadata"]["generation"].integer() == 1);
  const std::string url = fmt::format("{}/web", kDeployments);
  const auto generation = [&](std::string_view at, std::string_view change) {
    return patch(at, "application/merge-patch+json", change)["metadata"]["generation"].integer();
  };

  CHECK(generation(url, "{metadata: {labels: {a: b}}}") == 1);
  CHECK(generation(url + "/status", "{status: {readyReplicas: 1, replicas: 1}}") == 1);
  CHECK(generation(url, "{spec: {replicas: 3}}") == 2);
}

TEST_CASE_FIXTURE(ApiFixture, "status: its own URL changes it alone, the object's never does") {
  put_in(kDeployment, kDeployments);
  const std::string url = fmt::format("{}/web", kDeployments);

  patch(url, "application/merge-patch+json", "{status: {replicas: 9}}");
  CHECK(get(url)["status"]["replicas"].is_null());
  const Answer answer = patch(url + "/status", "application/merge-patch+json",
                              "{spec: {replicas: 7}, metadata: {labels: {a: b}}, "
                              "status: {replicas: 2}}");
  CHECK(answer["status"]["replicas"].integer() == 2);
  CHECK(answer["spec"]["replicas"].integer() == 2);
  CHECK(get(url + "/status").text == get(url).text);
}

TEST_CASE_FIXTURE(ApiFixture, "scale: reads and sets the number of replicas of what has one") {
  put_in(kDeployment, kDeployments);
  const std::string url = fmt::format("{}/web", kDeployments);

  Answer scale = get(url + "/scale");
  CHECK(scale["kind"].text() == "Scale");
  CHECK(scale["apiVersion"].text() == "autoscaling/v1");
  CHECK(scale["spec"]["replicas"].integer() == 2);
  CHECK(scale["status"]["selector"].text() == "app=web");

  scale.json.edit("spec").set("replicas", 5);
  CHECK(ask("PUT", url + "/scale", to_json(scale.json))["spec"]["replicas"].integer() == 5);
  CHECK(patch(url + "/scale", "application/merge-patch+json",
              "{spec: {replicas: 6}}")["spec"]["replicas"]
            .integer() == 6);
  CHECK(get(url)["spec"]["replicas"].integer() == 6);
  CHECK(ask("PUT", url + "/scale", to_json(scale.json)).status == 409);
  CHECK(patch(url + "/scale", "application/merge-patch+json", "{spec: {replicas: -1}}").failure() ==
        "422 Invalid: Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must "
        "be greater than or equal to 0");
  CHECK(get("/api/v1/namespaces/shop/configmaps/a/scale").status == 404);
}
