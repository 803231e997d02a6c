// Deletion: of one and of many, with preconditions, propagation and finalizers.
#include "platform/api/api_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {
constexpr std::string_view kA = "/api/v1/namespaces/shop/configmaps/a";
}

TEST_CASE_FIXTURE(ApiFixture, "delete: what is gone at once is answered with a Status") {
  const Value made = config_map("a");

  const Answer gone = remove(kA);

  CHECK(gone.status == 200);
  CHECK(gone.text ==
        fmt::format(R"({{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Success",)"
                    R"("details":{{"name":"a","kind":"configmaps","uid":"{}"}}}})",
                    made["metadata"]["uid"].text()));
  CHECK(get(kA).status == 404);
  CHECK(remove(kA).failure() == "404 NotFound: configmaps \"a\" not found");
}

TEST_CASE_FIXTURE(ApiFixture, "delete: a finalizer holds the object until it is taken away") {
  put_in("{metadata: {name: a, finalizers: [example.com/hold]}}", kMaps);

  const Answer held = remove(kA);
  CHECK(held["kind"].text() == "ConfigMap");
  CHECK(held["metadata"]["deletionTimestamp"].text() == "2023-11-14T22:13:20Z");
  CHECK(held["metadata"]["deletionGracePeriodSeconds"].integer(-1) == 0);
  const std::string revision = revision_of(held.json);
  clock.advance(std::chrono::minutes(1));
  CHECK(revision_of(remove(kA).json) == revision);

  CHECK(
      patch(kA, "application/merge-patch+json", "{metadata: {finalizers: [b.example/x]}}").status ==
      422);
  CHECK(patch(kA, "application/merge-patch+json", "{metadata: {finalizers: null}}").status == 200);
  CHECK(get(kA).status == 404);
}

TEST_CASE_FIXTURE(ApiFixture, "delete: preconditions name what the caller has seen") {
  const Value made = config_map("a");

  CHECK(remove(kA, "{preconditions: {uid: 11111111-1111-4111-8111-111111111111}}").failure() ==
        fmt::format("409 Conflict: Operation cannot be fulfilled on configmaps \"a\": Precondition "
                    "failed: UID in precondition: 11111111-1111-4111-8111-111111111111, UID in "
                    "object meta: {}",
                    made["metadata"]["uid"].text()));
  CHECK(
      remove(kA, "{preconditions: {resourceVersion: '1'}}").failure() ==
      fmt::format("409 Conflict: Operation cannot be fulfilled on configmaps \"a\": Precondition "
                  "failed: ResourceVersion in precondition: 1, ResourceVersion in object meta: {}",
                  revision_of(made)));
  CHECK(get(kA).status == 200);
  CHECK(remove(kA, fmt::format("{{preconditions: {{resourceVersion: '{}', uid: {}}}}}",
                               revision_of(made), made["metadata"]["uid"].text()))
            .status == 200);
}

TEST_CASE_FIXTURE(ApiFixture,
                  "delete: a propagation policy leaves its finalizer for the collector") {
  config_map("a");
  config_map("b");

  CHECK(to_json(remove(kA, "{propagationPolicy: Foreground}")["metadata"]["finalizers"]) ==
        R"(["foregroundDeletion"])");
  CHECK(to_json(remove(fmt::format("{}/b?propagationPolicy=Orphan",
                                   kMaps))["metadata"]["finalizers"]) == R"(["orphan"])");
  CHECK(remove(kA, "{propagationPolicy: Background}")["status"].text() == "Success");
}

TEST_CASE_FIXTURE(ApiFixture, "delete: options that mean nothing are refused") {
  config_map("a");

  CHECK(remove(kA, "{propagationPolicy: Sideways}").failure() ==
        "422 Invalid: DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported "
        "value: \"Sideways\": supported values: \"Foreground\", \"Background\", \"Orphan\", nil");
  CHECK(remove(kA, "{kind: ConfigMap}").failure() ==
        "400 BadRequest: the body of a deletion must be DeleteOptions, not ConfigMap");
  CHECK(remove(kA, "[1]").status == 400);
  CHECK(get(kA).status == 200);
}

TEST_CASE_FIXTURE(ApiFixture,
                  "delete: a namespace waits for its content, and the built-in ones stay") {
  const Answer ending = remove("/api/v1/namespaces/shop");
  CHECK(ending["status"]["phase"].text() == "Terminating");
  CHECK(get("/api/v1/namespaces/shop").status == 200);
  const Answer released =
      ask("PUT", "/api/v1/namespaces/shop/finalize",
          json_of("{apiVersion: v1, kind: Namespace, metadata: {name: shop}, spec: {}}"));
  CHECK(released.status == 200);
  CHECK(get("/api/v1/namespaces/shop").status == 404);

  put_in("{apiVersion: v1, kind: Namespace, metadata: {name: default}}", "/api/v1/namespaces");
  CHECK(remove("/api/v1/namespaces/default").failure() ==
        "403 Forbidden: namespaces \"default\" is forbidden: this namespace may not be deleted");
}

TEST_CASE_FIXTURE(ApiFixture,
                  "delete collection: only what the selectors choose, and it is answered") {
  put_in("{metadata: {name: a, labels: {app: web}}}", kMaps);
  put_in("{metadata: {name: b, labels: {app: db}}}", kMaps);
  put_in("{metadata: {name: c, labels: {app: web}}}", kMaps);

  const Answer gone = remove(fmt::format("{}?labelSelector=app%3Dweb", kMaps));

  CHECK(gone["kind"].text() == "ConfigMapList");
  CHECK(names_of(gone.json) == "a c");
  CHECK(names_of(get(kMaps).json) == "b");
  CHECK(names_of(remove(fmt::format("{}?fieldSelector=metadata.name%3Dnone", kMaps)).json) == "");
  CHECK(remove(fmt::format("{}?dryRun=All", kMaps)).status == 200);
  CHECK(names_of(get(kMaps).json) == "b");
}

TEST_CASE_FIXTURE(ApiFixture, "delete collection: all namespaces at once is a method nobody has") {
  CHECK(remove("/api/v1/configmaps").status == 405);
}
