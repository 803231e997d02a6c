#include "feature/workloads/deployment.hpp"

#include "feature/workloads/dependents.hpp"
#include "feature/workloads/deployment_status.hpp"
#include "feature/workloads/pods.hpp"
#include "feature/workloads/rollout.hpp"

namespace gp::workloads {
namespace {

using runtime::Next;

// --- rolling update

// Old replicas that are not available serve nobody: they go first.
Result<std::int64_t> remove_unhealthy(Rollout& rollout, std::int64_t most) {
  std::int64_t removed = 0;
  for (Value* set : rollout.old()) {
    const std::int64_t size = replicas_of(*set);
    const std::int64_t unhealthy = size - (*set)["status"]["availableReplicas"].integer();
    const std::int64_t step = std::min(most - removed, unhealthy);
    if (step <= 0) continue;
    TRY(rollout.scale(*set, size - step));
    removed += step;
  }
  return removed;
}

Result<std::int64_t> remove_available(Rollout& rollout) {
  const std::int64_t least = rollout.wanted() - rollout.unavailable_max();
  const std::int64_t most = rollout.status_total("availableReplicas") - least;
  std::int64_t removed = 0;
  for (Value* set : rollout.old()) {
    const std::int64_t size = replicas_of(*set);
    const std::int64_t step = std::min(size, most - removed);
    if (step <= 0) continue;
    TRY(rollout.scale(*set, size - step));
    removed += step;
  }
  return removed;
}

Result<> shrink_old(Rollout& rollout) {
  const Value& present = rollout.present();
  const std::int64_t present_size = present.is_null() ? 0 : replicas_of(present);
  if (rollout.spec_total() == present_size) return {};
  const std::int64_t least = rollout.wanted() - rollout.unavailable_max();
  const std::int64_t not_yet = present_size - present["status"]["availableReplicas"].integer();
  const std::int64_t most = rollout.spec_total() - least - not_yet;
  if (most <= 0) return {};
  TRY(remove_unhealthy(rollout, most));
  TRY(remove_available(rollout));
  return {};
}

Result<> roll(Rollout& rollout) {
  TRY(rollout.settle_present(true));
  const std::int64_t size = replicas_of(rollout.present());
  const std::int64_t target = size > rollout.wanted() ? rollout.wanted() : rollout.present_target();
  const bool has_grown = TRY(rollout.scale_present(target));
  if (has_grown) return {};
  return shrink_old(rollout);
}

// --- recreate

Result<bool> old_pods_remain(Rollout& rollout) {
  const auto pods = TRY(list(rollout.run(), kPods, rollout.run().key().ns));
  const auto old = rollout.old();
  return std::ranges::any_of(pods, [&](const Value& pod) {
    const Value controller = controller_reference(pod);
    return !is_ended(pod) && std::ranges::any_of(old, [&](const Value* set) {
      return (*set)["metadata"]["uid"] == controller["uid"];
    });
  });
}

Result<> recreate(Rollout& rollout) {
  TRY(rollout.settle_present(false));
  bool has_shrunk = false;
  for (Value* set : rollout.old()) {
    if (replicas_of(*set) == 0) continue;
    TRY(rollout.scale(*set, 0));
    has_shrunk = true;
  }
  if (has_shrunk) return {};
  const bool has_old_pods = TRY(old_pods_remain(rollout));
  if (has_old_pods) return {};
  TRY(rollout.settle_present(true));
  TRY(rollout.scale_present(rollout.wanted()));
  return {};
}

// --- the controller

bool is_complete(const Rollout& rollout) {
  const Value& status = rollout.present()["status"];
  return status["availableReplicas"].integer() == rollout.wanted() &&
         rollout.status_total("replicas") == rollout.wanted();
}

Result<> advance(Rollout& rollout) {
  if (rollout.is_paused() || rollout.is_scaled_anew()) {
    TRY(rollout.settle_present(false));
    TRY(rollout.scale_all());
  } else if (rollout.is_rolling()) {
    TRY(roll(rollout));
  } else {
    TRY(recreate(rollout));
  }
  if (is_complete(rollout) || rollout.is_paused()) TRY(rollout.clean_up());
  return {};
}

class DeploymentController final : public runtime::Controller {
 public:
  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Value& deployment = run.document();
    if (deployment["spec"]["selector"].empty()) {
      run.event("Warning", "SelectingAll",
                "This deployment is selecting all pods. A non-empty selector is required.");
      return Next::done();
    }
    Rollout rollout = TRY(Rollout::load(run));
    Result<> advanced;
    if (!run.object()->is_deleting()) {
      note_pause(rollout);
      advanced = advance(rollout);
    }
    const auto next = report(rollout);
    if (!advanced) return fail(advanced.error());
    return next ? Next::in(*next) : Next::done();
  }
};

}  // namespace

void add_deployments(runtime::Mount& mount) {
  runtime::ControllerOptions options;
  options.name = "deployment";
  options.component = "deployment-controller";
  options.resource = kDeployment.resource;
  options.reports_ready = false;
  options.workers = 2;
  options.watches.push_back(
      {.resource = std::string(kReplicaSet.resource),
       .keys =
           [&cluster = mount.local, &clock = mount.clock](const store::Event& event) {
             return owners_of(event, kDeployment, cluster, clock);
           },
       .all_keys = {}});
  // Recreate waits for the last old pod, which its ReplicaSet's status may not show.
  options.watches.push_back({.resource = std::string(kPods),
                             .keys = [&cluster = mount.local, &clock = mount.clock](
                                         const store::Event& event) -> std::vector<object::Key> {
                               if (event.type != store::Event::Type::Deleted) return {};
                               const auto sets = owners_of(event, kReplicaSet, cluster, clock);
                               if (sets.empty()) return {};
                               const auto set = cluster.get(Context(clock, std::chrono::seconds(5)),
                                                            sets.front());
                               if (!set) return {};
                               const Value owner = controller_reference((*set)->parse());
                               if (owner["kind"].text() != kDeployment.kind) return {};
                               return {object::Key{std::string(kDeployment.resource),
                                                   sets.front().ns, owner["name"].string()}};
                             },
                             .all_keys = {}});
  mount.controllers.add(std::move(options), std::make_unique<DeploymentController>());
}

}  // namespace gp::workloads
