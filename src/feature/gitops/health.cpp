#include "feature/gitops/health.hpp"

#include <array>

#include "feature/gitops/resource_key.hpp"

namespace gp::gitops {
namespace {

using Code = HealthCode;

const Value& condition(const Value& object, std::string_view type) {
  for (const Value& item : object["status"]["conditions"].items()) {
    if (item["type"].text() == type) return item;
  }
  return null_value();
}

bool is_true(const Value& object, std::string_view type) {
  return condition(object, type)["status"].text() == "True";
}

bool is_observed(const Value& object) {
  return object["metadata"]["generation"].integer() <=
         object["status"]["observedGeneration"].integer();
}

Health waiting(std::string message) {
  return {Code::Progressing, std::move(message)};
}

// "Waiting for rollout to finish: 1 out of 3 new replicas have been updated..."
Health rollout(const Value& object, std::string_view noun) {
  const Value& status = object["status"];
  const std::int64_t wanted = object["spec"]["replicas"].integer(1);
  const std::int64_t updated = status["updatedReplicas"].integer();
  const std::int64_t total = status["replicas"].integer();
  const std::int64_t available = status["availableReplicas"].integer();
  if (updated < wanted) {
    return waiting(
        fmt::format("Waiting for rollout to finish: {} out of {} new {} have been "
                    "updated...",
                    updated, wanted, noun));
  }
  if (total > updated) {
    return waiting(
        fmt::format("Waiting for rollout to finish: {} old replicas are pending termination...",
                    total - updated));
  }
  if (available < updated) {
    return waiting(
        fmt::format("Waiting for rollout to finish: {} of {} updated replicas are available...",
                    available, updated));
  }
  return {};
}

Health deployment(const Value& object) {
  if (object["spec"]["paused"].boolean()) return {Code::Suspended, "Deployment is paused"};
  if (!is_observed(object)) {
    return waiting(
        "Waiting for rollout to finish: observed deployment generation less than desired "
        "generation");
  }
  if (condition(object, "Progressing")["reason"].text() == "ProgressDeadlineExceeded") {
    return {Code::Degraded, fmt::format("Deployment \"{}\" exceeded its progress deadline",
                                        object["metadata"]["name"].text())};
  }
  return rollout(object, "replicas");
}

Health stateful_set(const Value& object) {
  if (!is_observed(object) || object["status"]["observedGeneration"].integer() == 0)
    return waiting("Waiting for statefulset spec update to be observed...");
  const Value& status = object["status"];
  const std::int64_t wanted = object["spec"]["replicas"].integer(1);
  const std::int64_t ready = status["readyReplicas"].integer();
  if (ready < wanted) {
    return waiting(fmt::format("Waiting for {} pods to be ready...", wanted - ready));
  }
  const Value& strategy = object["spec"]["updateStrategy"];
  if (strategy["type"].text() == "OnDelete") {
    return {Code::Healthy, "statefulset has " + std::to_string(ready) + " ready pods"};
  }
  if (status["updateRevision"] == status["currentRevision"]) return {};
  return waiting(
      fmt::format("waiting for statefulset rolling update to complete {} pods at "
                  "revision {}...",
                  status["updatedReplicas"].integer(), status["updateRevision"].text()));
}

Health daemon_set(const Value& object) {
  if (!is_observed(object)) {
    return waiting(
        "Waiting for rollout to finish: observed daemon set generation less than desired "
        "generation");
  }
  const Value& status = object["status"];
  const std::int64_t wanted = status["desiredNumberScheduled"].integer();
  if (object["spec"]["updateStrategy"]["type"].text() == "OnDelete") return {};
  if (status["updatedNumberScheduled"].integer() < wanted) {
    return waiting(fmt::format(
        "Waiting for daemon set \"{}\" rollout to finish: {} out of {} new "
        "pods have been updated...",
        object["metadata"]["name"].text(), status["updatedNumberScheduled"].integer(), wanted));
  }
  if (status["numberAvailable"].integer() < wanted) {
    return waiting(fmt::format(
        "Waiting for daemon set \"{}\" rollout to finish: {} of {} updated "
        "pods are available...",
        object["metadata"]["name"].text(), status["numberAvailable"].integer(), wanted));
  }
  return {};
}

Health replica_set(const Value& object) {
  if (!is_observed(object))
    return waiting(
        "Waiting for rollout to finish: observed replica set generation less than desired "
        "generation");
  const Value& failure = condition(object, "ReplicaFailure");
  if (failure["status"].text() == "True") return {Code::Degraded, failure["message"].string()};
  const std::int64_t wanted = object["spec"]["replicas"].integer(1);
  const std::int64_t available = object["status"]["availableReplicas"].integer();
  if (available < wanted) {
    return waiting(
        fmt::format("Waiting for rollout to finish: {} out of {} new replicas are available...",
                    available, wanted));
  }
  return {};
}

Health job(const Value& object) {
  const Value& failed = condition(object, "Failed");
  if (failed["status"].text() == "True") return {Code::Degraded, failed["message"].string()};
  const Value& complete = condition(object, "Complete");
  if (complete["status"].text() == "True") return {Code::Healthy, complete["message"].string()};
  if (is_true(object, "Suspended"))
    return {Code::Suspended, condition(object, "Suspended")["message"].string()};
  return waiting({});
}

// A container that will not start by itself.
std::string stuck_container(const Value& object) {
  static constexpr std::array kReasons = {"ErrImagePull",         "ImagePullBackOff",
                                          "CrashLoopBackOff",     "CreateContainerConfigError",
                                          "CreateContainerError", "RegistryUnavailable",
                                          "InvalidImageName"};
  for (const Value& status : object["status"]["containerStatuses"].items()) {
    const Value& wait = status["state"]["waiting"];
    for (const char* reason : kReasons) {
      if (wait["reason"].text() == reason) return wait["message"].string(reason);
    }
  }
  return {};
}

Health pod(const Value& object) {
  const std::string_view phase = object["status"]["phase"].text();
  const std::string message = object["status"]["message"].string();
  const bool restarts = object["spec"]["restartPolicy"].text("Always") == "Always";
  if (restarts) {
    const std::string stuck = stuck_container(object);
    if (!stuck.empty()) return {Code::Degraded, stuck};
  }
  if (phase == "Succeeded") return {Code::Healthy, message};
  if (phase == "Failed") return {Code::Degraded, message.empty() ? "Pod failed" : message};
  if (phase == "Running") {
    if (!restarts) return {Code::Progressing, message};
    if (is_true(object, "Ready")) return {Code::Healthy, message};
    return {Code::Progressing, message};
  }
  return {Code::Progressing, message};
}

Health claim(const Value& object) {
  const std::string_view phase = object["status"]["phase"].text();
  if (phase == "Lost") return {Code::Degraded, {}};
  return {phase == "Bound" ? Code::Healthy : Code::Progressing, {}};
}

Health load_balanced(const Value& object) {
  return {object["status"]["loadBalancer"]["ingress"].empty() ? Code::Progressing : Code::Healthy,
          {}};
}

Health autoscaler(const Value& object) {
  for (const Value& item : object["status"]["conditions"].items()) {
    const bool is_failure =
        item["status"].text() == "False" && item["reason"].text().starts_with("Failed");
    const bool is_invalid = item["reason"].text() == "InvalidSelector";
    if (is_failure || is_invalid) return {Code::Degraded, item["message"].string()};
  }
  if (is_true(object, "AbleToScale") || is_true(object, "ScalingLimited")) return {};
  return waiting("Waiting to Autoscale");
}

Health api_service(const Value& object) {
  const Value& available = condition(object, "Available");
  if (available["status"].text() == "True") {
    return {Code::Healthy,
            fmt::format("{}: {}", available["reason"].text(), available["message"].text())};
  }
  if (available.is_null()) return waiting("Waiting to be processed");
  return waiting(fmt::format("{}: {}", available["reason"].text(), available["message"].text()));
}

Health definition(const Value& object) {
  if (is_true(object, "Terminating")) return waiting("CRD is being terminated");
  const Value& names = condition(object, "NamesAccepted");
  if (names["status"].text() == "False")
    return {Code::Degraded, "CRD names have not been accepted: " + names["message"].string()};
  if (is_true(object, "Established")) return {Code::Healthy, "CRD is healthy"};
  return waiting("Status conditions not found");
}

Health application(const Value& object) {
  const std::string_view status = object["status"]["health"]["status"].text();
  for (const Code code :
       {Code::Healthy, Code::Suspended, Code::Progressing, Code::Missing, Code::Degraded}) {
    if (health_name(code) == status) return {code, object["status"]["health"]["message"].string()};
  }
  return waiting({});
}

// Kinds that say "Ready" (External Secrets, cert-manager, our own): False is unwell, nothing yet is
// on the way.
Health ready(const Value& object) {
  const Value& it = condition(object, "Ready");
  if (it["status"].text() == "True") return {Code::Healthy, it["message"].string()};
  if (it["status"].text() == "False") return {Code::Degraded, it["message"].string()};
  return waiting(fmt::format("Waiting for {}", object["kind"].text()));
}

struct Rule {
  std::string_view group, kind;  // an empty kind: all of the group
  Health (*judge)(const Value&);
};
constexpr std::array kRules = std::to_array<Rule>({
    {"apps", "Deployment", deployment},
    {"apps", "StatefulSet", stateful_set},
    {"apps", "DaemonSet", daemon_set},
    {"apps", "ReplicaSet", replica_set},
    {"batch", "Job", job},
    {"", "Pod", pod},
    {"", "PersistentVolumeClaim", claim},
    {"networking.k8s.io", "Ingress", load_balanced},
    {"autoscaling", "HorizontalPodAutoscaler", autoscaler},
    {"apiregistration.k8s.io", "APIService", api_service},
    {"apiextensions.k8s.io", "CustomResourceDefinition", definition},
    {"argoproj.io", "Application", application},
    {"external-secrets.io", "", ready},
    {"cert-manager.io", "Certificate", ready},
    {"cert-manager.io", "Issuer", ready},
    {"cert-manager.io", "ClusterIssuer", ready},
    {"goldenpath.dev", "", ready},
});

}  // namespace

std::string_view health_name(HealthCode code) {
  switch (code) {
    case Code::Healthy: return "Healthy";
    case Code::Suspended: return "Suspended";
    case Code::Progressing: return "Progressing";
    case Code::Missing: return "Missing";
    case Code::Degraded: return "Degraded";
    case Code::Unknown: return "Unknown";
  }
  return {};
}

std::optional<Health> health_of(const Value& object) {
  if (!object["metadata"]["deletionTimestamp"].is_null()) return waiting("Pending deletion");
  const std::string group = group_of(object["apiVersion"].text());
  const std::string_view kind = object["kind"].text();
  if (group.empty() && kind == "Service") {
    if (object["spec"]["type"].text() != "LoadBalancer") return Health{};
    return load_balanced(object);
  }
  for (const Rule& rule : kRules) {
    if (rule.group == group && (rule.kind.empty() || rule.kind == kind)) return rule.judge(object);
  }
  return std::nullopt;
}

}  // namespace gp::gitops
