#include "feature/workloads/scheduling.hpp"

#include "feature/workloads/dependents.hpp"
#include "feature/workloads/pods.hpp"

namespace gp::workloads {
namespace {

using runtime::Next;

constexpr std::string_view kClaims = "persistentvolumeclaims";
constexpr std::string_view kNoNodes =
    "no nodes available to schedule pods: the platform's own API keeps workloads as objects only; "
    "attach a cluster with `goldenpath cluster add` and deploy there";

bool is_unscheduled(const Value& pod) {
  return is_active(pod) && pod["spec"]["nodeName"].text().empty() &&
         pod["spec"]["schedulingGates"].empty() && pod["status"]["phase"].text() == "Pending";
}

bool is_told(const Value& pod) {
  return std::ranges::any_of(pod["status"]["conditions"].items(), [](const Value& condition) {
    return condition["type"].text() == "PodScheduled";
  });
}

class NoScheduler final : public runtime::Controller {
 public:
  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Value& pod = run.document();
    if (!is_unscheduled(pod) || is_told(pod)) return Next::done();
    run.condition("PodScheduled", "False", "Unschedulable", std::string(kNoNodes));
    run.event("Warning", "FailedScheduling", std::string(kNoNodes));
    return Next::done();
  }
};

class NoStorage final : public runtime::Controller {
 public:
  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Value& claim = run.document();
    const bool waits = !is_deleting(claim) && claim["status"]["phase"].text() == "Pending" &&
                       claim["spec"]["volumeName"].text().empty();
    if (!waits) return Next::done();
    const std::string_view storage_class = claim["spec"]["storageClassName"].text();
    if (storage_class.empty()) {
      run.event("Normal", "FailedBinding",
                "no persistent volumes available for this claim and no storage class is set; "
                "the platform's own API provides no storage, a cluster does (`goldenpath cluster "
                "add`)");
    } else {
      run.event("Warning", "ProvisioningFailed",
                fmt::format("storageclass \"{}\" has no provisioner here: the platform's own API "
                            "provides no storage, a cluster does (`goldenpath cluster add`)",
                            storage_class));
    }
    return Next::done();
  }
};

bool is_new(const store::Event& event) {
  return event.type == store::Event::Type::Added;
}

}  // namespace

void add_scheduling(runtime::Mount& mount) {
  runtime::ControllerOptions pods;
  pods.name = "scheduler";
  pods.component = "default-scheduler";
  pods.resource = kPods;
  pods.reports_ready = false;
  pods.workers = 2;
  mount.controllers.add(std::move(pods), std::make_unique<NoScheduler>());

  runtime::ControllerOptions claims;
  claims.name = "claims";
  claims.component = "persistentvolume-controller";
  claims.resource = kClaims;
  claims.reports_ready = false;
  claims.wants = is_new;
  mount.controllers.add(std::move(claims), std::make_unique<NoStorage>());
}

}  // namespace gp::workloads
