#pragma once
// A sync under way: what is done in which order, how far it is, and the next steps of it.
//
// State lives in status.operationState, so a sync goes on after a restart. Order, as Argo CD's:
// phases PreSync, Sync, PostSync (SyncFail after a failure), within a phase waves, within a wave
// pruning last to first, then kinds as they need each other. A wave is done when its hooks have
// succeeded and, if others follow, its objects are healthy.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "feature/gitops/comparison.hpp"

namespace gp::gitops {

enum class Phase { PreSync, Sync, PostSync, SyncFail };
std::string_view phase_name(Phase phase);

struct Task {
  Phase phase = Phase::Sync;
  std::int64_t wave = 0;
  const ResourceState* state = nullptr;
  bool is_prune = false;
};

// What an operation asks for (`operation.sync`).
struct SyncRequest {
  bool prune = false;
  bool dry_run = false;
  bool skips_hooks = false;  // syncStrategy.apply
  Value resources;           // only these: [{group, kind, name, namespace}]; empty: all
  SyncOptions options;

  static SyncRequest of(const Value& operation, const Application& app);
};

// One entry of status.operationState.syncResult.resources.
struct TaskResult {
  ResourceKey key;
  std::string version, sync_phase, hook_type, status, hook_phase, message;

  static TaskResult of(const Value& value);
  Value to_value() const;
};

struct Progress {
  enum class Phase { Running, Succeeded, Failed, Error } phase = Phase::Running;
  std::string message;
  std::vector<TaskResult> results;
};
std::string_view progress_name(Progress::Phase phase);

class Sync {
 public:
  Sync(const Context& context, cluster::Cluster& cluster, const Application& app,
       const SyncRequest& request, const Comparison& comparison,
       const std::vector<TaskResult>& before);

  // Does what can be done now. `before`: what was reported so far, as the constructor was told.
  Progress advance(Progress before);

  // How many objects it has changed in this step.
  std::size_t writes() const { return writes_; }

 private:
  using Wave = std::pair<Phase, std::int64_t>;

  void plan(const std::vector<TaskResult>& before);
  void add(const ResourceState& state, bool was_done);
  bool is_selected(const ResourceKey& key) const;
  bool prunes(const ResourceState& state) const;
  TaskResult* find(std::vector<TaskResult>& results, const Task& task) const;
  void look_again(std::vector<TaskResult>& results);
  std::optional<std::string> dry_run_failure();
  void run_wave(const Wave& wave, std::vector<TaskResult>& results);
  TaskResult run(const Task& task);
  TaskResult prune(const Task& task, TaskResult result);
  TaskResult write(const Task& task, TaskResult result);
  Result<> ensure_namespace();
  Value document_of(const ResourceState& state) const;
  Progress finish(Progress progress, bool has_failed);

  const Context& context_;
  cluster::Cluster& cluster_;
  const Application& app_;
  const SyncRequest& request_;
  const Comparison& comparison_;
  std::vector<Task> tasks_;  // in order
  std::size_t writes_ = 0;
};

// When a hook may be removed.
enum class HookDelete { BeforeCreation, Succeeded, Failed };
std::vector<Phase> hook_phases(const Value& object);
bool deletes_hook(const Value& object, HookDelete when);

}  // namespace gp::gitops
