#include <doctest/doctest.h>

#include "feature/workloads/revisions.hpp"
#include "feature/workloads/workloads_fixture.hpp"

namespace gp::workloads {
namespace {

constexpr std::string_view kSets = "statefulsets.apps";

struct Fixture : WorkloadsFixture {
  void make_set(int replicas, std::string_view more = "") {
    apply(fmt::format(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db, namespace: shop}}\n"
        "spec:\n  serviceName: db\n  replicas: {}\n  selector: {{matchLabels: {{app: db}}}}\n"
        "  template:\n    metadata: {{labels: {{app: db}}}}\n"
        "    spec: {{containers: [{{name: a, image: a:1}}]}}\n{}",
        replicas, more));
  }
  void set_image(std::string_view image) {
    patch(kSets, "db",
          fmt::format("spec: {{template: {{spec: {{containers: [{{name: a, image: '{}'}}]}}}}}}",
                      image));
  }
  Value set() const { return read_in_shop(kSets, "db"); }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const Value& pod : pods()) found.push_back(pod["metadata"]["name"].string());
    return found;
  }
  std::string image_of(std::string_view pod) const {
    return read_in_shop("pods", pod)["spec"]["containers"].at(0)["image"].string();
  }
};

using Names = std::vector<std::string>;

TEST_CASE_FIXTURE(Fixture, "stateful set: the next pod comes when the one before is ready") {
  make_set(3);
  CHECK(names() == Names{"db-0"});
  CHECK(read_in_shop("pods", "db-0")["spec"]["subdomain"].text() == "db");
  set_status(pods().front(), "Running", true);
  quiet();
  CHECK(names() == Names{"db-0", "db-1"});
  run_all();
  CHECK(names() == Names{"db-0", "db-1", "db-2"});
  CHECK(set()["status"]["readyReplicas"].integer() == 3);
  CHECK(set()["status"]["currentRevision"] == set()["status"]["updateRevision"]);
  CHECK(has_event("SuccessfulCreate", "create Pod db-0 in StatefulSet db successful"));

  patch(kSets, "db", "spec: {replicas: 1}");
  CHECK(names() == Names{"db-0"});
}

TEST_CASE_FIXTURE(Fixture, "stateful set: Parallel makes all pods at once") {
  make_set(3, "  podManagementPolicy: Parallel\n  ordinals: {start: 5}\n");
  CHECK(names() == Names{"db-5", "db-6", "db-7"});
}

TEST_CASE_FIXTURE(Fixture, "stateful set: each pod has a claim of its own, which stays") {
  make_set(1,
           "  volumeClaimTemplates:\n  - metadata: {name: data}\n"
           "    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n");
  CHECK(read_in_shop("persistentvolumeclaims", "data-db-0")["metadata"]["labels"]["app"].text() ==
        "db");
  CHECK(pods().front()["spec"]["volumes"].at(0)["persistentVolumeClaim"]["claimName"].text() ==
        "data-db-0");
  patch(kSets, "db", "spec: {replicas: 0}");
  CHECK(pods().empty());
  CHECK(exists("persistentvolumeclaims", "shop", "data-db-0"));
}

TEST_CASE_FIXTURE(Fixture, "stateful set: a new template goes from the last pod down") {
  make_set(2);
  run_all();
  set_image("a:2");
  CHECK(image_of("db-0") == "a:1");
  CHECK(image_of("db-1") == "a:2");
  CHECK(set()["status"]["updatedReplicas"].integer() == 1);
  CHECK(set()["status"]["currentRevision"] != set()["status"]["updateRevision"]);

  run_all();
  CHECK(image_of("db-0") == "a:2");
  CHECK(set()["status"]["currentRevision"] == set()["status"]["updateRevision"]);
  CHECK(all(kRevisions).size() == 2);

  set_image("a:1");  // an equal template is the old revision with a new number
  run_all();
  CHECK(all(kRevisions).size() == 2);
  CHECK(image_of("db-0") == "a:1");
}

TEST_CASE_FIXTURE(Fixture, "stateful set: a partition keeps the pods below it as they are") {
  make_set(3, "  updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}\n");
  run_all();
  set_image("a:2");
  run_all();
  CHECK(image_of("db-2") == "a:2");
  CHECK(image_of("db-1") == "a:1");
  remove("pods", "shop", "db-0");
  quiet();
  CHECK(image_of("db-0") == "a:1");
}

TEST_CASE_FIXTURE(Fixture, "stateful set: what changes nothing writes nothing") {
  make_set(2);
  run_all();
  const auto revision = store->revision();
  manager.enqueue("statefulset", {std::string(kSets), "shop", "db"});
  quiet();
  CHECK(store->revision() == revision);
}

TEST_CASE_FIXTURE(Fixture,
                  "daemon set: without nodes it wants no pods, and remembers its templates") {
  apply(
      "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent, namespace: shop}\nspec:\n"
      "  selector: {matchLabels: {app: agent}}\n  template:\n"
      "    metadata: {labels: {app: agent}}\n    spec: {containers: [{name: a, image: a:1}]}\n");
  const Value set = read_in_shop("daemonsets.apps", "agent");
  CHECK(set["status"]["desiredNumberScheduled"].integer(-1) == 0);
  CHECK(set["status"]["observedGeneration"].integer() == 1);
  CHECK(all(kRevisions).size() == 1);
  CHECK(pods().empty());
}

}  // namespace
}  // namespace gp::workloads
