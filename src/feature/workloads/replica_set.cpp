#include "feature/workloads/replica_set.hpp"

#include "feature/workloads/dependents.hpp"
#include "feature/workloads/pods.hpp"

namespace gp::workloads {
namespace {

using runtime::Next;

class ReplicaSetController final : public runtime::Controller {
 public:
  explicit ReplicaSetController(bool has_plain_selector)
      : has_plain_selector_(has_plain_selector) {}

  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Value& set = run.document();
    const auto selector = TRY(selector::LabelSelector::from_object(
        has_plain_selector_ ? Value::object({{"matchLabels", set["spec"]["selector"]}})
                            : set["spec"]["selector"]));
    if (!chooses_own_pods(set, selector)) return Next::done();
    std::vector<Value> pods = TRY(claim(run, kPods, selector));
    std::erase_if(pods, [](const Value& pod) { return !is_active(pod); });

    std::optional<Error> refused;
    if (!run.object()->is_deleting()) {
      refused = adjust(run, set, pods);
      pods = TRY(claim(run, kPods, selector));  // as they are now
      std::erase_if(pods, [](const Value& pod) { return !is_active(pod); });
    }
    const PodCounts counts = count(pods, min_ready_of(set), run.context().clock().now());
    report(run, set, pods, counts, refused);
    if (refused) return fail(std::move(*refused));
    return counts.next ? Next::in(*counts.next) : Next::done();
  }

 private:
  static std::optional<Error> adjust(runtime::Reconcile& run, const Value& set,
                                     std::vector<Value> pods) {
    const std::int64_t wanted = replicas_of(set);
    const auto present = static_cast<std::int64_t>(pods.size());
    if (present < wanted) {
      const Value pod = pod_from(set["spec"]["template"], set);
      return make_pods(run, static_cast<std::size_t>(wanted - present),
                       [&](std::size_t) { return pod; })
          .error;
    }
    if (present == wanted) return std::nullopt;
    sort_for_removal(pods);
    pods.resize(static_cast<std::size_t>(present - wanted));
    const Result<> removed = remove_pods(run, std::move(pods));
    return removed ? std::nullopt : std::optional(removed.error());
  }

  static void report(runtime::Reconcile& run, const Value& set, const std::vector<Value>& pods,
                     const PodCounts& counts, const std::optional<Error>& refused) {
    const Value& labels = set["spec"]["template"]["metadata"]["labels"];
    const auto is_labelled = [&](const Value& pod) {
      return std::ranges::all_of(labels.members(), [&](const Value::Member& label) {
        return pod["metadata"]["labels"][label.key()] == label.value;
      });
    };
    run.status("replicas", counts.all);
    status_count(run, "fullyLabeledReplicas", std::ranges::count_if(pods, is_labelled));
    status_count(run, "readyReplicas", counts.ready);
    status_count(run, "availableReplicas", counts.available);
    run.status("observedGeneration", set["metadata"]["generation"]);

    const Value& before = set["status"]["conditions"];
    Value conditions = Value::array();
    if (refused) {
      const bool is_create = counts.all < replicas_of(set);
      const Value& known = before.at(0);
      const bool is_known = known["type"].text() == "ReplicaFailure";
      conditions.push_back(Value::object(
          {{"type", "ReplicaFailure"},
           {"status", "True"},
           {"reason", is_create ? "FailedCreate" : "FailedDelete"},
           {"message", refused->message},
           {"lastTransitionTime", is_known ? known["lastTransitionTime"]
                                           : Value(format_time(run.context().clock().now()))}}));
    }
    run.status("conditions", conditions.empty() ? Value() : conditions);
  }

  const bool has_plain_selector_;
};

void add(runtime::Mount& mount, const OwnerKind& kind, std::string name, std::string component,
         bool has_plain_selector) {
  runtime::ControllerOptions options;
  options.name = std::move(name);
  options.component = std::move(component);
  options.resource = kind.resource;
  options.reports_ready = false;
  options.workers = 2;
  options.watches.push_back(
      {.resource = std::string(kPods),
       .keys = [kind, &cluster = mount.local, &clock = mount.clock](
                   const store::Event& event) { return owners_of(event, kind, cluster, clock); },
       .all_keys = {}});
  mount.controllers.add(std::move(options),
                        std::make_unique<ReplicaSetController>(has_plain_selector));
}

}  // namespace

void add_replica_sets(runtime::Mount& mount) {
  add(mount, kReplicaSet, "replicaset", "replicaset-controller", false);
  add(mount, kReplicationController, "replication", "replication-controller", true);
}

}  // namespace gp::workloads
