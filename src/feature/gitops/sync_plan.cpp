#include "feature/gitops/sync_plan.hpp"

#include <algorithm>
#include <array>

#include "base/contains.hpp"

namespace gp::gitops {
namespace {

// What others need comes first (gitops-engine's order of kinds).
constexpr std::array<std::string_view, 34> kKinds = {
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
};

std::size_t rank_of(std::string_view kind) {
  if (kind == "APIService") return kKinds.size() + 1;
  const auto found = std::ranges::find(kKinds, kind);
  // What is not in the list may need anything that is.
  return static_cast<std::size_t>(found - kKinds.begin());
}

bool comes_before(const Task& a, const Task& b) {
  const auto place = [](const Task& task) {
    return std::tuple(task.phase, task.wave, !task.is_prune, rank_of(task.state->key.kind));
  };
  if (place(a) != place(b)) return place(a) < place(b);
  return a.state->key < b.state->key;
}

bool is_selected(const SyncRequest& request, const ResourceKey& key) {
  if (request.resources.empty()) return true;
  bool is_in = false;
  for (const Value& item : request.resources.items()) {
    std::string_view group = item["group"].text();
    const bool excludes = group.starts_with('!');
    if (excludes) group.remove_prefix(1);
    const auto fits = [](std::string_view wanted, std::string_view is) {
      return wanted == "*" || wanted == is;
    };
    const bool is_it = fits(group, key.group) && fits(item["kind"].text(), key.kind) &&
                       fits(item["name"].text(), key.name) &&
                       (item["namespace"].empty() || item["namespace"].text() == key.ns);
    if (is_it && excludes) return false;
    is_in = is_in || is_it;
  }
  return is_in;
}

void add(std::vector<Task>& tasks, const SyncRequest& request, const ResourceState& state,
         bool was_done) {
  if (state.is_hook) {
    const bool is_left_out = request.skips_hooks || !request.resources.empty();
    if (is_left_out || state.target.is_null()) return;
    for (const Phase phase : hook_phases(state.target))
      tasks.push_back({phase, state.wave, &state, false});
    return;
  }
  if (!is_selected(request, state.key)) return;
  // What this very sync has brought up to date is still waited for.
  const bool is_up_to_date =
      state.is_synced && !was_done && request.options.has("ApplyOutOfSyncOnly=true");
  if (!is_up_to_date) tasks.push_back({Phase::Sync, state.wave, &state, state.requires_pruning});
}

}  // namespace

bool has_option(const Task& task, const SyncRequest& request, std::string_view option) {
  const Value& object = task.is_prune ? task.state->live : task.state->target;
  return request.options.has(option) || SyncOptions::of_annotation(object).has(option);
}

// What is pruned goes in the reverse order of how it came.
std::vector<Task> plan_tasks(const Comparison& comparison, const SyncRequest& request,
                             const std::vector<TaskResult>& before) {
  std::vector<Task> tasks;
  for (const ResourceState& state : comparison.resources) {
    const auto is_its = [&](const TaskResult& result) { return result.key == state.key; };
    add(tasks, request, state, std::ranges::any_of(before, is_its));
  }
  std::int64_t last = 0;
  std::vector<std::int64_t> waves;
  for (const Task& task : tasks) {
    last = std::max(last, task.wave);
    if (task.is_prune && !contains(waves, task.wave)) waves.push_back(task.wave);
  }
  std::ranges::sort(waves);
  for (Task& task : tasks) {
    if (!task.is_prune) continue;
    const auto place = std::ranges::find(waves, task.wave) - waves.begin();
    task.wave = waves[waves.size() - 1 - static_cast<std::size_t>(place)];
    if (has_option(task, request, "PruneLast=true")) task.wave = last + 1;
  }
  std::ranges::sort(tasks, comes_before);
  return tasks;
}

}  // namespace gp::gitops
