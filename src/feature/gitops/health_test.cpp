#include "feature/gitops/health.hpp"

#include <doctest/doctest.h>

#include "base/yaml.hpp"

using namespace gp;
using namespace gp::gitops;

namespace {

std::string judged(std::string_view yaml) {
  const auto health = health_of(parse_yaml(yaml).value());
  if (!health) return "none";
  return health->message.empty()
             ? std::string(health_name(health->code))
             : fmt::format("{}: {}", health_name(health->code), health->message);
}

}  // namespace

TEST_CASE("gitops health: a Deployment is well when what is wanted is there") {
  const auto deployment = [](std::string_view status, std::string_view spec = "{replicas: 2}") {
    return judged(
        fmt::format("{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web, "
                    "generation: 2}}, spec: {}, status: {}}}",
                    spec, status));
  };
  CHECK(deployment(
            "{observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2}") ==
        "Healthy");
  CHECK(deployment("{observedGeneration: 1}").starts_with("Progressing: Waiting for rollout"));
  CHECK(deployment("{observedGeneration: 2, replicas: 2, updatedReplicas: 1}") ==
        "Progressing: Waiting for rollout to finish: 1 out of 2 new replicas have been updated...");
  CHECK(deployment("{observedGeneration: 2, replicas: 3, updatedReplicas: 2}") ==
        "Progressing: Waiting for rollout to finish: 1 old replicas are pending termination...");
  CHECK(deployment(
            "{observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 1}") ==
        "Progressing: Waiting for rollout to finish: 1 of 2 updated replicas are available...");
  CHECK(deployment(
            "{observedGeneration: 2, conditions: [{type: Progressing, status: 'False', reason: "
            "ProgressDeadlineExceeded}]}") ==
        "Degraded: Deployment \"web\" exceeded its progress deadline");
  CHECK(deployment("{}", "{paused: true}") == "Suspended: Deployment is paused");
}

TEST_CASE("gitops health: Jobs and pods by how they ended") {
  CHECK(judged("{apiVersion: batch/v1, kind: Job, status: {}}") == "Progressing");
  CHECK(judged("{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Complete, status: "
               "'True'}]}}") == "Healthy");
  CHECK(judged("{apiVersion: batch/v1, kind: Job, status: {conditions: [{type: Failed, status: "
               "'True', message: boom}]}}") == "Degraded: boom");
  CHECK(judged("{apiVersion: v1, kind: Pod, status: {phase: Pending, containerStatuses: [{state: "
               "{waiting: {reason: ImagePullBackOff, message: no such image}}}]}}") ==
        "Degraded: no such image");
  CHECK(judged("{apiVersion: v1, kind: Pod, spec: {restartPolicy: Never}, status: {phase: "
               "Succeeded}}") == "Healthy");
}

TEST_CASE(
    "gitops health: kinds with a Ready condition, kinds without health, things on their way out") {
  CHECK(judged("{apiVersion: external-secrets.io/v1, kind: ExternalSecret, status: {conditions: "
               "[{type: Ready, status: 'False', message: no store}]}}") == "Degraded: no store");
  CHECK(judged("{apiVersion: external-secrets.io/v1, kind: ExternalSecret}") ==
        "Progressing: Waiting for ExternalSecret");
  CHECK(judged("{apiVersion: v1, kind: ConfigMap}") == "none");
  CHECK(judged("{apiVersion: v1, kind: Service, spec: {type: LoadBalancer}}") == "Progressing");
  CHECK(judged("{apiVersion: v1, kind: Service}") == "Healthy");
  CHECK(judged("{apiVersion: v1, kind: ConfigMap, metadata: {deletionTimestamp: "
               "2024-01-01T00:00:00Z}}") == "Progressing: Pending deletion");
}
