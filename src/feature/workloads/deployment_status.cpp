#include "feature/workloads/deployment_status.hpp"

#include "feature/workloads/dependents.hpp"
#include "feature/workloads/pods.hpp"

namespace gp::workloads {
namespace {

struct Counts {
  std::int64_t replicas = 0, updated = 0, ready = 0, available = 0;
};

Counts counts_of(const Rollout& rollout) {
  return {rollout.status_total("replicas"), rollout.present()["status"]["replicas"].integer(),
          rollout.status_total("readyReplicas"), rollout.status_total("availableReplicas")};
}

// No deadline: what a spec without one means to Kubernetes.
std::optional<Duration> deadline_of(const Rollout& rollout) {
  const Value& seconds = rollout.deployment()["spec"]["progressDeadlineSeconds"];
  if (!seconds.is_integer() || seconds.integer() == std::numeric_limits<std::int32_t>::max()) {
    return std::nullopt;
  }
  return std::chrono::seconds(seconds.integer());
}

bool is_complete(const Rollout& rollout, const Counts& counts) {
  const std::int64_t wanted = rollout.wanted();
  return counts.updated == wanted && counts.replicas == wanted && counts.available == wanted;
}

bool has_moved(const Rollout& rollout, const Counts& counts) {
  const Value& before = rollout.deployment()["status"];
  const std::int64_t old_updated = before["updatedReplicas"].integer();
  return counts.updated > old_updated ||
         counts.replicas - counts.updated < before["replicas"].integer() - old_updated ||
         counts.ready > before["readyReplicas"].integer() ||
         counts.available > before["availableReplicas"].integer();
}

std::optional<Duration> left_until_deadline(const Rollout& rollout, Duration deadline) {
  const Value& progressing = rollout.condition("Progressing");
  const auto since = parse_time(progressing["lastUpdateTime"].text());
  if (!since || progressing["reason"].text() == "NewReplicaSetAvailable") return std::nullopt;
  return *since + deadline - rollout.run().context().clock().now();
}

std::string about(const Rollout& rollout, std::string_view what) {
  const Value& present = rollout.present();
  return fmt::format(
      "{} \"{}\" {}", present.is_null() ? "Deployment" : "ReplicaSet",
      (present.is_null() ? rollout.deployment() : present)["metadata"]["name"].text(), what);
}

void judge_progress(Rollout& rollout, const Counts& counts, Duration deadline) {
  const std::string reason = rollout.condition("Progressing")["reason"].string();
  const bool was_complete = counts.replicas == counts.updated && reason == "NewReplicaSetAvailable";
  if (was_complete) return;
  if (is_complete(rollout, counts)) {
    rollout.set_condition("Progressing", "True", "NewReplicaSetAvailable",
                          about(rollout, "has successfully progressed."));
  } else if (has_moved(rollout, counts)) {
    rollout.refresh_condition("Progressing", "True", "ReplicaSetUpdated",
                              about(rollout, "is progressing."));
  } else if (const auto left = left_until_deadline(rollout, deadline);
             left && *left < Duration::zero()) {
    rollout.set_condition("Progressing", "False", "ProgressDeadlineExceeded",
                          about(rollout, "has timed out progressing."));
  }
}

void judge_failure(Rollout& rollout) {
  for (const Value& set : rollout.all()) {
    for (const Value& condition : set["status"]["conditions"].items()) {
      if (condition["type"].text() != "ReplicaFailure") continue;
      rollout.set_condition("ReplicaFailure", condition["status"].text(),
                            condition["reason"].text(), condition["message"].string());
      return;
    }
  }
  rollout.drop_condition("ReplicaFailure");
}

}  // namespace

void note_pause(Rollout& rollout) {
  const std::string reason = rollout.condition("Progressing")["reason"].string();
  if (!deadline_of(rollout) || reason == "ProgressDeadlineExceeded") return;
  if (rollout.is_paused() && reason != "DeploymentPaused") {
    rollout.set_condition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused");
  } else if (!rollout.is_paused() && reason == "DeploymentPaused") {
    rollout.set_condition("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed");
  }
}

std::optional<Duration> report(Rollout& rollout) {
  const Counts counts = counts_of(rollout);
  if (counts.available >= rollout.wanted() - rollout.unavailable_max()) {
    rollout.set_condition("Available", "True", "MinimumReplicasAvailable",
                          "Deployment has minimum availability.");
  } else {
    rollout.set_condition("Available", "False", "MinimumReplicasUnavailable",
                          "Deployment does not have minimum availability.");
  }
  const auto deadline = deadline_of(rollout);
  const bool is_judged = deadline && !rollout.is_paused();
  if (is_judged) judge_progress(rollout, counts, *deadline);
  if (!deadline) rollout.drop_condition("Progressing");
  judge_failure(rollout);

  runtime::Reconcile& run = rollout.run();
  run.status("observedGeneration", rollout.deployment()["metadata"]["generation"]);
  status_count(run, "replicas", counts.replicas);
  status_count(run, "updatedReplicas", counts.updated);
  status_count(run, "readyReplicas", counts.ready);
  status_count(run, "availableReplicas", counts.available);
  status_count(run, "unavailableReplicas",
               std::max<std::int64_t>(rollout.spec_total() - counts.available, 0));
  run.status("collisionCount", rollout.collision_count());
  run.status("conditions", rollout.conditions());

  if (!is_judged || is_complete(rollout, counts)) return std::nullopt;
  if (rollout.condition("Progressing")["reason"].text() == "ProgressDeadlineExceeded") {
    return std::nullopt;
  }
  const auto left = left_until_deadline(rollout, *deadline);
  if (!left) return std::nullopt;
  return std::max<Duration>(*left, Duration::zero()) + std::chrono::seconds(1);
}

}  // namespace gp::workloads
