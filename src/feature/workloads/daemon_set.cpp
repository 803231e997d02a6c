#include "feature/workloads/daemon_set.hpp"

#include "feature/workloads/revisions.hpp"

namespace gp::workloads {
namespace {

using runtime::Next;

class DaemonSetController final : public runtime::Controller {
 public:
  Result<Next> reconcile(runtime::Reconcile& run) override {
    const auto selector =
        TRY(selector::LabelSelector::from_object(run.document()["spec"]["selector"]));
    if (run.object()->is_deleting() || selector.empty()) return Next::done();
    const Revisions revisions = TRY(settle_revisions(run, selector));
    for (const std::string_view field : {"currentNumberScheduled", "numberMisscheduled",
                                         "desiredNumberScheduled", "numberReady"}) {
      run.status(field, 0);
    }
    run.status("observedGeneration", run.document()["metadata"]["generation"]);
    if (revisions.collisions > 0) run.status("collisionCount", revisions.collisions);
    TRY(forget_revisions(run, revisions, {}, {}));
    return Next::done();
  }
};

}  // namespace

void add_daemon_sets(runtime::Mount& mount) {
  runtime::ControllerOptions options;
  options.name = "daemonset";
  options.component = "daemonset-controller";
  options.resource = kDaemonSet.resource;
  options.reports_ready = false;
  mount.controllers.add(std::move(options), std::make_unique<DaemonSetController>());
}

}  // namespace gp::workloads
