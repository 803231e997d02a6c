#include "feature/workloads/stateful_set.hpp"

#include <map>

#include "feature/workloads/dependents.hpp"
#include "feature/workloads/pods.hpp"
#include "feature/workloads/revisions.hpp"
#include "feature/workloads/stateful_pods.hpp"

namespace gp::workloads {
namespace {

using runtime::Next;

constexpr std::string_view kManager = "goldenpath-statefulset";

std::string name_of(const Value& object) {
  return object["metadata"]["name"].string();
}

std::string_view revision_of(const Value& pod) {
  return pod["metadata"]["labels"][kRevisionLabel].text();
}

// One look at a StatefulSet and what follows from it.
class Turn {
 public:
  Turn(runtime::Reconcile& run, const Revisions& revisions, std::vector<Value> pods)
      : run_(run), set_(run.document()), revisions_(revisions), pods_(std::move(pods)) {
    update_ = name_of(revisions.update());
    current_ = set_["status"]["currentRevision"].string(update_);
    if (revisions.find(current_).is_null()) current_ = update_;
    for (const Value& pod : pods_) {
      const std::int64_t ordinal = ordinal_of(set_, pod);
      if (ordinal >= 0) by_ordinal_.emplace(ordinal, pod);
    }
  }

  const std::string& current() const { return current_; }
  const std::string& update() const { return update_; }

  Result<> act() {
    const std::int64_t first = first_ordinal(set_);
    const std::int64_t end = first + replicas_of(set_);
    for (std::int64_t i = first; i < end; ++i) {
      const bool goes_on = TRY(settle(i));
      if (!goes_on && is_ordered()) return {};
    }
    // From the last one down, one at a time.
    for (auto at = by_ordinal_.rbegin(); at != by_ordinal_.rend(); ++at) {
      if (at->first >= first && at->first < end) continue;
      if (is_deleting(at->second)) {
        if (is_ordered()) return {};
        continue;
      }
      TRY(remove_pod(at->second));
      if (is_ordered()) return {};
    }
    return replace_old(first, end);
  }

 private:
  bool is_ordered() const { return set_["spec"]["podManagementPolicy"].text() != "Parallel"; }
  bool is_rolling() const {
    return set_["spec"]["updateStrategy"]["type"].text("RollingUpdate") == "RollingUpdate";
  }
  std::int64_t partition() const {
    return set_["spec"]["updateStrategy"]["rollingUpdate"]["partition"].integer();
  }
  bool is_healthy(const Value& pod) const {
    return is_active(pod) && is_available(pod, min_ready_of(set_), run_.context().clock().now());
  }

  // Whether a new pod of this number still gets the template from before the change.
  bool takes_current(std::int64_t ordinal) const {
    if (!is_rolling() || current_ == update_) return false;
    const std::int64_t first = first_ordinal(set_);
    const Value& rolling = set_["spec"]["updateStrategy"]["rollingUpdate"];
    const std::int64_t kept = rolling["partition"].is_integer()
                                  ? partition()
                                  : set_["status"]["currentReplicas"].integer();
    return ordinal < first + kept;
  }

  // True when the next number may follow.
  Result<bool> settle(std::int64_t ordinal) {
    auto at = by_ordinal_.find(ordinal);
    if (at != by_ordinal_.end() && is_ended(at->second) && !is_deleting(at->second)) {
      run_.event("Warning", "RecreatingTerminatedPod",
                 fmt::format("StatefulSet {}/{} is recreating terminated Pod {}", run_.key().ns,
                             run_.key().name, name_of(at->second)));
      TRY(remove(run_, kPods, at->second));
      by_ordinal_.erase(at);
      at = by_ordinal_.end();
    }
    if (at != by_ordinal_.end()) return is_healthy(at->second);
    TRY(make(ordinal));
    return false;
  }

  Result<> make(std::int64_t ordinal) {
    const std::string& revision = takes_current(ordinal) ? current_ : update_;
    const Value set = with_template(set_, revisions_.find(revision));
    const Value pod = stateful_pod(set, ordinal, revision);
    for (const Value& claim : claims_of(set, ordinal)) TRY(ensure_claim(claim, pod));
    const auto created = run_.cluster().create(run_.context(), pod, kManager);
    if (!created) {
      run_.event("Warning", "FailedCreate",
                 fmt::format("create Pod {} in StatefulSet {} failed error: {}", name_of(pod),
                             run_.key().name, created.error().message));
      return fail(created.error());
    }
    run_.event(
        "Normal", "SuccessfulCreate",
        fmt::format("create Pod {} in StatefulSet {} successful", name_of(pod), run_.key().name));
    return {};
  }

  Result<> ensure_claim(const Value& claim, const Value& pod) {
    const auto created = run_.cluster().create(run_.context(), claim, kManager);
    if (!created && created.error().code == Code::AlreadyExists) return {};
    if (!created) {
      run_.event(
          "Warning", "FailedCreate",
          fmt::format("create Claim {} for Pod {} in StatefulSet {} failed error: {}",
                      name_of(claim), name_of(pod), run_.key().name, created.error().message));
      return fail(created.error());
    }
    run_.event("Normal", "SuccessfulCreate",
               fmt::format("create Claim {} Pod {} in StatefulSet {} success", name_of(claim),
                           name_of(pod), run_.key().name));
    return {};
  }

  Result<> remove_pod(const Value& pod) {
    TRY(remove(run_, kPods, pod));
    run_.event(
        "Normal", "SuccessfulDelete",
        fmt::format("delete Pod {} in StatefulSet {} successful", name_of(pod), run_.key().name));
    return {};
  }

  // A rolling update goes from the last number down, and waits for each.
  Result<> replace_old(std::int64_t first, std::int64_t end) {
    if (!is_rolling()) return {};
    for (std::int64_t i = end - 1; i >= first + partition(); --i) {
      const auto at = by_ordinal_.find(i);
      if (at == by_ordinal_.end()) return {};
      if (revision_of(at->second) != update_ && !is_deleting(at->second)) {
        return remove_pod(at->second);
      }
      if (!is_healthy(at->second)) return {};
    }
    return {};
  }

  runtime::Reconcile& run_;
  const Value& set_;
  const Revisions& revisions_;
  const std::vector<Value> pods_;
  std::map<std::int64_t, Value> by_ordinal_;
  std::string current_, update_;
};

std::optional<Duration> report(runtime::Reconcile& run, const std::vector<Value>& pods,
                               const Turn& turn, std::int64_t collisions) {
  const Value& set = run.document();
  const PodCounts counts = count(pods, min_ready_of(set), run.context().clock().now());
  const auto of_revision = [&](std::string_view name) -> std::int64_t {
    return std::ranges::count_if(
        pods, [&](const Value& pod) { return !is_deleting(pod) && revision_of(pod) == name; });
  };
  const std::int64_t updated = of_revision(turn.update());
  const bool is_complete =
      updated == replicas_of(set) && counts.all == updated && counts.ready == updated;
  const std::string& current = is_complete ? turn.update() : turn.current();

  run.status("observedGeneration", set["metadata"]["generation"]);
  run.status("replicas", counts.all);
  status_count(run, "readyReplicas", counts.ready);
  run.status("availableReplicas", counts.available);
  status_count(run, "currentReplicas", of_revision(current));
  status_count(run, "updatedReplicas", updated);
  run.status("currentRevision", current);
  run.status("updateRevision", turn.update());
  run.status("collisionCount", collisions);
  return counts.next;
}

class StatefulSetController final : public runtime::Controller {
 public:
  Result<Next> reconcile(runtime::Reconcile& run) override {
    const auto selector =
        TRY(selector::LabelSelector::from_object(run.document()["spec"]["selector"]));
    if (run.object()->is_deleting() || !chooses_own_pods(run.document(), selector)) {
      return Next::done();
    }
    const Revisions revisions = TRY(settle_revisions(run, selector));
    std::vector<Value> pods = TRY(claim(run, kPods, selector));
    Turn turn(run, revisions, std::move(pods));
    const Result<> acted = turn.act();
    pods = TRY(claim(run, kPods, selector));
    const auto next = report(run, pods, turn, revisions.collisions);
    if (!acted) return fail(acted.error());
    TRY(forget_revisions(run, revisions, pods, turn.current()));
    return next ? Next::in(*next) : Next::done();
  }
};

}  // namespace

void add_stateful_sets(runtime::Mount& mount) {
  runtime::ControllerOptions options;
  options.name = "statefulset";
  options.component = "statefulset-controller";
  options.resource = kStatefulSet.resource;
  options.reports_ready = false;
  options.watches.push_back(
      {.resource = std::string(kPods),
       .keys =
           [&cluster = mount.local, &clock = mount.clock](const store::Event& event) {
             return owners_of(event, kStatefulSet, cluster, clock);
           },
       .all_keys = {}});
  mount.controllers.add(std::move(options), std::make_unique<StatefulSetController>());
}

}  // namespace gp::workloads
