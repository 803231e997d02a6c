#include <doctest/doctest.h>

#include "feature/workloads/rollout.hpp"
#include "feature/workloads/workloads_fixture.hpp"

namespace gp::workloads {
namespace {

constexpr std::string_view kDeployments = "deployments.apps";
constexpr std::string_view kSets = "replicasets.apps";

struct Fixture : WorkloadsFixture {
  void deploy(int replicas, std::string_view more = "") {
    apply(fmt::format(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\n"
        "spec:\n  replicas: {}\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n"
        "    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: a, image: "
        "a:1}}]}}\n{}",
        replicas, more));
  }
  void set_image(std::string_view image) {
    patch(kDeployments, "web",
          fmt::format("spec: {{template: {{spec: {{containers: [{{name: a, image: '{}'}}]}}}}}}",
                      image));
  }
  Value web() const { return read_in_shop(kDeployments, "web"); }
  Value set_with(std::string_view image) const {
    for (const Value& set : all(kSets)) {
      if (set["spec"]["template"]["spec"]["containers"].at(0)["image"].text() == image) return set;
    }
    return {};
  }
  std::int64_t size(std::string_view image) const {
    return set_with(image)["spec"]["replicas"].integer(-1);
  }
};

TEST_CASE_FIXTURE(Fixture, "deployment: a ReplicaSet of the template and its pods, which wait") {
  deploy(2);
  const Value set = set_with("a:1");
  CHECK(set["spec"]["replicas"].integer() == 2);
  CHECK(set["metadata"]["annotations"][kRevision].text() == "1");
  CHECK(set["metadata"]["labels"]["app"].text() == "web");
  const std::string hash = set["metadata"]["labels"][kHashLabel].string();
  CHECK(set["metadata"]["name"].text() == "web-" + hash);
  CHECK(set["spec"]["selector"]["matchLabels"][kHashLabel].text() == hash);

  REQUIRE(pods().size() == 2);
  const Value pod = pods().front();
  CHECK(pod["metadata"]["name"].text().starts_with("web-" + hash + "-"));
  CHECK(pod["metadata"]["ownerReferences"].at(0)["kind"].text() == "ReplicaSet");
  CHECK(condition(pod, "PodScheduled")["reason"].text() == "Unschedulable");
  CHECK(has_event("FailedScheduling", "goldenpath cluster add"));
  CHECK(has_event("ScalingReplicaSet", "Scaled up replica set web-" + hash + " from 0 to 2"));
  CHECK(has_event("SuccessfulCreate", "Created pod: web-"));

  CHECK(web()["metadata"]["annotations"][kRevision].text() == "1");
  CHECK(web()["status"]["observedGeneration"].integer() == 1);
  CHECK(web()["status"]["unavailableReplicas"].integer() == 2);
  CHECK(condition(web(), "Available")["status"].text() == "False");
  CHECK(condition(web(), "Progressing")["reason"].text() == "ReplicaSetUpdated");
}

TEST_CASE_FIXTURE(Fixture, "deployment: is available and complete when its pods are ready") {
  deploy(2);
  run_all();
  CHECK(web()["status"]["availableReplicas"].integer() == 2);
  CHECK(web()["status"]["unavailableReplicas"].is_null());
  CHECK(condition(web(), "Available")["reason"].text() == "MinimumReplicasAvailable");
  const Value progressing = condition(web(), "Progressing");
  CHECK(progressing["reason"].text() == "NewReplicaSetAvailable");
  CHECK(progressing["message"].text().ends_with("has successfully progressed."));
}

TEST_CASE_FIXTURE(Fixture, "deployment: rolling keeps within maxSurge and maxUnavailable") {
  deploy(4, "  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 1}}\n");
  run_all();
  set_image("a:2");
  CHECK(size("a:2") == 2);  // one more than asked for, and one of the old ones is gone
  CHECK(size("a:1") == 3);
  CHECK(pods().size() == 5);

  run_all();
  CHECK(size("a:2") == 4);
  CHECK(size("a:1") == 0);
  CHECK(web()["status"]["updatedReplicas"].integer() == 4);
  CHECK(web()["metadata"]["annotations"][kRevision].text() == "2");
  CHECK(condition(web(), "Progressing")["reason"].text() == "NewReplicaSetAvailable");
}

TEST_CASE_FIXTURE(Fixture, "deployment: going back takes the old ReplicaSet with a new revision") {
  deploy(1);
  run_all();
  set_image("a:2");
  run_all();
  set_image("a:1");
  run_all();
  CHECK(all(kSets).size() == 2);
  CHECK(size("a:1") == 1);
  CHECK(set_with("a:1")["metadata"]["annotations"][kRevision].text() == "3");
  CHECK(set_with("a:1")["metadata"]["annotations"][kRevisionHistory].text() == "1");
}

TEST_CASE_FIXTURE(Fixture, "deployment: recreate starts new pods when the old ones are gone") {
  deploy(2, "  strategy: {type: Recreate}\n");
  run_all();
  set_image("a:2");
  CHECK(size("a:1") == 0);
  CHECK(size("a:2") == 2);
  CHECK(pods().size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "deployment: while paused it scales, but changes nothing else") {
  deploy(1);
  patch(kDeployments, "web", "spec: {paused: true}");
  CHECK(condition(web(), "Progressing")["reason"].text() == "DeploymentPaused");
  set_image("a:2");
  CHECK(set_with("a:2").is_null());
  patch(kDeployments, "web", "spec: {replicas: 3}");
  CHECK(size("a:1") == 3);

  patch(kDeployments, "web", "spec: {paused: false}");
  CHECK_FALSE(set_with("a:2").is_null());
}

TEST_CASE_FIXTURE(Fixture, "deployment: scaling during a rollout keeps the proportions") {
  deploy(10,
         "  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 3, maxUnavailable: 2}}\n");
  run_all();
  set_image("a:2");
  CHECK(size("a:1") == 8);
  CHECK(size("a:2") == 5);
  patch(kDeployments, "web", "spec: {replicas: 15}");
  CHECK(size("a:1") + size("a:2") == 18);
  CHECK(size("a:1") > size("a:2"));
}

TEST_CASE_FIXTURE(Fixture, "deployment: a rollout that does not move exceeds its deadline") {
  deploy(1, "  progressDeadlineSeconds: 60\n");
  clock.advance(std::chrono::seconds(30));
  quiet();
  CHECK(condition(web(), "Progressing")["status"].text() == "True");
  clock.advance(std::chrono::seconds(40));
  quiet();
  const Value progressing = condition(web(), "Progressing");
  CHECK(progressing["status"].text() == "False");
  CHECK(progressing["reason"].text() == "ProgressDeadlineExceeded");
  CHECK(progressing["message"].text().ends_with("has timed out progressing."));
}

TEST_CASE_FIXTURE(Fixture, "deployment: keeps as many old ReplicaSets as it should") {
  deploy(0, "  revisionHistoryLimit: 1\n");
  for (const char* image : {"a:2", "a:3", "a:4"}) set_image(image);
  CHECK(all(kSets).size() == 2);
  CHECK_FALSE(set_with("a:3").is_null());
}

TEST_CASE_FIXTURE(Fixture, "deployment: a restart is a new template") {
  deploy(1);
  patch(kDeployments, "web",
        "spec: {template: {metadata: {annotations: {kubectl.kubernetes.io/restartedAt: now}}}}");
  CHECK(all(kSets).size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "deployment: what changes nothing writes nothing") {
  deploy(2);
  run_all();
  const auto revision = store->revision();
  manager.enqueue("deployment", {std::string(kDeployments), "shop", "web"});
  manager.enqueue("replicaset",
                  {std::string(kSets), "shop", set_with("a:1")["metadata"]["name"].string()});
  quiet();
  CHECK(store->revision() == revision);
}

}  // namespace
}  // namespace gp::workloads
