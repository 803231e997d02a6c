#include <doctest/doctest.h>

#include "feature/workloads/workloads_fixture.hpp"

namespace gp::workloads {
namespace {

constexpr std::string_view kSets = "replicasets.apps";

struct Fixture : WorkloadsFixture {
  void make_set(int replicas, std::string_view more = "") {
    apply(fmt::format(
        "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {{name: web, namespace: shop}}\n"
        "spec:\n  replicas: {}\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n"
        "    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: a, image: "
        "a:1}}]}}\n{}",
        replicas, more));
  }
  void bare_pod(std::string_view name) {
    apply(fmt::format(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {}, namespace: shop, labels: {{app: web}}}}\n"
        "spec: {{containers: [{{name: a, image: a:1}}]}}\n",
        name));
  }
  Value set() const { return read_in_shop(kSets, "web"); }
};

TEST_CASE_FIXTURE(Fixture, "replica set: makes, replaces and removes pods") {
  make_set(3);
  CHECK(pods().size() == 3);
  CHECK(set()["status"]["replicas"].integer() == 3);
  CHECK(set()["status"]["fullyLabeledReplicas"].integer() == 3);

  remove("pods", "shop", pods().front()["metadata"]["name"].text());
  quiet();
  CHECK(pods().size() == 3);

  patch(kSets, "web", "spec: {replicas: 1}");
  CHECK(pods().size() == 1);
  CHECK(has_event("SuccessfulDelete", "Deleted pod: web-"));
}

TEST_CASE_FIXTURE(Fixture,
                  "replica set: a pod that failed is replaced, and stays to be looked at") {
  make_set(1);
  set_status(pods().front(), "Failed", false);
  quiet();
  CHECK(pods().size() == 2);
  CHECK(set()["status"]["replicas"].integer() == 1);
}

TEST_CASE_FIXTURE(Fixture,
                  "replica set: adopts nobody's pods, and releases what it no longer chooses") {
  bare_pod("stray");
  make_set(2);
  CHECK(pods().size() == 2);
  CHECK(read_in_shop("pods", "stray")["metadata"]["ownerReferences"].at(0)["name"].text() == "web");

  patch("pods", "stray", "metadata: {labels: {app: other}}");
  CHECK(read_in_shop("pods", "stray")["metadata"]["ownerReferences"].empty());
  CHECK(pods().size() == 3);
}

TEST_CASE_FIXTURE(Fixture, "replica set: takes away pods that are not ready first") {
  make_set(2);
  const std::string kept = pods().back()["metadata"]["name"].string();
  set_status(pods().back(), "Running", true);
  quiet();
  patch(kSets, "web", "spec: {replicas: 1}");
  REQUIRE(pods().size() == 1);
  CHECK(pods().front()["metadata"]["name"].text() == kept);
}

TEST_CASE_FIXTURE(Fixture, "replica set: ready pods count as available after minReadySeconds") {
  make_set(1, "  minReadySeconds: 10\n");
  set_status(pods().front(), "Running", true);
  quiet();
  CHECK(set()["status"]["readyReplicas"].integer() == 1);
  CHECK(set()["status"]["availableReplicas"].integer() == 0);
  clock.advance(std::chrono::seconds(11));
  quiet();
  CHECK(set()["status"]["availableReplicas"].integer() == 1);
}

TEST_CASE_FIXTURE(Fixture, "replication controller: works as a replica set does") {
  apply(
      "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: old, namespace: shop}\n"
      "spec:\n  replicas: 2\n  selector: {app: old}\n  template:\n"
      "    metadata: {labels: {app: old}}\n    spec: {containers: [{name: a, image: a:1}]}\n");
  CHECK(pods().size() == 2);
  CHECK(read_in_shop("replicationcontrollers", "old")["status"]["replicas"].integer() == 2);
}

TEST_CASE_FIXTURE(Fixture, "claim: waits, and an event says why") {
  apply(
      "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop}\n"
      "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n");
  CHECK(read_in_shop("persistentvolumeclaims", "data")["status"]["phase"].text() == "Pending");
  CHECK(has_event("FailedBinding", "no storage class is set"));
}

}  // namespace
}  // namespace gp::workloads
