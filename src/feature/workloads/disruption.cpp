#include "feature/workloads/disruption.hpp"

#include <set>

#include "feature/workloads/dependents.hpp"
#include "feature/workloads/pods.hpp"

namespace gp::workloads {
namespace {

using runtime::Next;

constexpr std::string_view kBudgets = "poddisruptionbudgets.policy";
constexpr std::string_view kAutoscalers = "horizontalpodautoscalers.autoscaling";

std::string_view resource_of(std::string_view kind) {
  for (const OwnerKind& owner : {kReplicaSet, kReplicationController, kStatefulSet, kDeployment}) {
    if (owner.kind == kind) return owner.resource;
  }
  return {};
}

class BudgetController final : public runtime::Controller {
 public:
  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Value& budget = run.document();
    const auto selector = TRY(selector::LabelSelector::from_object(budget["spec"]["selector"]));
    std::vector<Value> pods = TRY(list(run, kPods, run.key().ns));
    std::erase_if(pods, [&](const Value& pod) {
      return is_ended(pod) || !selector.matches_labels(pod["metadata"]["labels"]);
    });

    const Value& spec = budget["spec"];
    const auto present = static_cast<std::int64_t>(pods.size());
    const Value& unavailable = spec["maxUnavailable"];
    const Value& available = spec["minAvailable"];
    std::int64_t expected = present;
    std::int64_t desired = 0;
    if (!unavailable.is_null()) {
      expected = TRY(expected_of(run, pods));
      desired =
          std::max<std::int64_t>(expected - int_or_percent(unavailable, expected, Round::Up), 0);
    } else if (available.is_integer()) {
      desired = available.integer();
    } else if (!available.is_null()) {
      expected = TRY(expected_of(run, pods));
      desired = int_or_percent(available, expected, Round::Up);
    }
    const std::int64_t healthy = std::ranges::count_if(
        pods, [](const Value& pod) { return is_ready(pod) && !is_deleting(pod); });
    report(run, expected, desired, healthy);
    return Next::done();
  }

 private:
  // What the pods' controllers ask for, which may be more than there is.
  static Result<std::int64_t> expected_of(runtime::Reconcile& run, const std::vector<Value>& pods) {
    std::set<std::string> seen;
    std::int64_t expected = 0;
    for (const Value& pod : pods) {
      const Value controller = controller_reference(pod);
      const std::string_view resource = resource_of(controller["kind"].text());
      if (resource.empty()) {
        ++expected;
        continue;
      }
      if (!seen.insert(controller["uid"].string()).second) continue;
      const auto owner = run.cluster().get(
          run.context(),
          object::Key{std::string(resource), run.key().ns, controller["name"].string()});
      if (!owner && owner.error().code != Code::NotFound) return fail(owner.error());
      if (owner) expected += replicas_of((*owner)->parse());
    }
    return expected;
  }

  static void report(runtime::Reconcile& run, std::int64_t expected, std::int64_t desired,
                     std::int64_t healthy) {
    const std::int64_t allowed = expected > 0 ? std::max<std::int64_t>(healthy - desired, 0) : 0;
    const Value& generation = run.document()["metadata"]["generation"];
    run.status("expectedPods", expected);
    run.status("desiredHealthy", desired);
    run.status("currentHealthy", healthy);
    run.status("disruptionsAllowed", allowed);
    run.status("observedGeneration", generation);

    const std::string status = allowed > 0 ? "True" : "False";
    const Value& known = run.document()["status"]["conditions"].at(0);
    const bool keeps_time = known["status"].text() == status;
    run.status(
        "conditions",
        Value::array({Value::object(
            {{"type", "DisruptionAllowed"},
             {"status", status},
             {"observedGeneration", generation},
             {"lastTransitionTime", keeps_time ? known["lastTransitionTime"]
                                               : Value(format_time(run.context().clock().now()))},
             {"reason", allowed > 0 ? "SufficientPods" : "InsufficientPods"},
             {"message", ""}})}));
  }
};

std::vector<object::Key> budgets_of(const store::Event& event, cluster::Cluster& cluster,
                                    Clock& clock) {
  std::vector<object::Key> keys;
  cluster::ListOptions options;
  options.resource = kBudgets;
  options.ns = event.object->ns();
  const auto budgets = cluster.list(Context(clock, std::chrono::seconds(5)), options);
  if (!budgets) return keys;
  for (const auto& budget : budgets->objects) keys.push_back(budget->key());
  return keys;
}

// Autoscalers of what has changed.
std::vector<object::Key> autoscalers_of(const store::Event& event, cluster::Cluster& cluster,
                                        Clock& clock) {
  std::vector<object::Key> keys;
  cluster::ListOptions options;
  options.resource = kAutoscalers;
  options.ns = event.object->ns();
  const auto autoscalers = cluster.list(Context(clock, std::chrono::seconds(5)), options);
  if (!autoscalers) return keys;
  for (const auto& autoscaler : autoscalers->objects) {
    const Value document = autoscaler->parse();
    if (document["spec"]["scaleTargetRef"]["name"].text() == event.object->name()) {
      keys.push_back(autoscaler->key());
    }
  }
  return keys;
}

class AutoscalerController final : public runtime::Controller {
 public:
  explicit AutoscalerController(const object::KindRegistry& kinds) : kinds_(kinds) {}

  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Value& autoscaler = run.document();
    const Value& reference = autoscaler["spec"]["scaleTargetRef"];
    const auto target = find(run, reference);
    if (!target) {
      const std::string message =
          fmt::format("the HPA controller was unable to get the target's current scale: {}",
                      target.error().message);
      run.condition("AbleToScale", "False", "FailedGetScale", message);
      run.event("Warning", "FailedGetScale", target.error().message);
      return Next::done();
    }
    const std::int64_t replicas = replicas_of(*target);
    run.status("currentReplicas", replicas);
    run.status("desiredReplicas", replicas);
    run.condition("AbleToScale", "True", "SucceededGetScale",
                  "the HPA controller was able to get the target's current scale");
    const std::string message =
        "the HPA was unable to compute the replica count: no metrics of pods are available, "
        "because no node or cluster is attached (`goldenpath cluster add`)";
    run.condition("ScalingActive", "False", "FailedGetResourceMetric", message);
    run.event("Warning", "FailedGetResourceMetric", message);
    return Next::done();
  }

 private:
  Result<Value> find(runtime::Reconcile& run, const Value& reference) const {
    const std::string_view api_version = reference["apiVersion"].text();
    const std::size_t slash = api_version.find('/');
    const bool is_core = slash == std::string_view::npos;
    const auto kind = kinds_.find_kind(is_core ? "" : api_version.substr(0, slash),
                                       is_core ? api_version : api_version.substr(slash + 1),
                                       reference["kind"].text());
    if (!kind) {
      return fail(not_found("no matches for kind \"{}\" in group \"{}\"", reference["kind"].text(),
                            api_version.substr(0, is_core ? 0 : slash)));
    }
    const auto object = TRY(run.cluster().get(
        run.context(), object::Key{kind->resource(), run.key().ns, reference["name"].string()}));
    return object->parse();
  }

  const object::KindRegistry& kinds_;
};

}  // namespace

void add_disruption_budgets(runtime::Mount& mount) {
  runtime::ControllerOptions options;
  options.name = "disruption";
  options.component = "controllermanager";
  options.resource = kBudgets;
  options.reports_ready = false;
  options.watches.push_back(
      {.resource = std::string(kPods),
       .keys = [&cluster = mount.local, &clock = mount.clock](
                   const store::Event& event) { return budgets_of(event, cluster, clock); },
       .all_keys = {}});
  mount.controllers.add(std::move(options), std::make_unique<BudgetController>());
}

void add_autoscalers(runtime::Mount& mount) {
  runtime::ControllerOptions options;
  options.name = "autoscaler";
  options.component = "horizontal-pod-autoscaler";
  options.resource = kAutoscalers;
  options.reports_ready = false;
  for (const OwnerKind& target : {kDeployment, kStatefulSet, kReplicaSet}) {
    options.watches.push_back(
        {.resource = std::string(target.resource),
         .keys = [&cluster = mount.local, &clock = mount.clock](
                     const store::Event& event) { return autoscalers_of(event, cluster, clock); },
         .all_keys = {}});
  }
  mount.controllers.add(std::move(options), std::make_unique<AutoscalerController>(mount.kinds));
}

}  // namespace gp::workloads
