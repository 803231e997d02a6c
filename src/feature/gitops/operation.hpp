#pragma once
// What an operation of an Application asks for, and what is told of it in status.operationState.

#include <vector>

#include "feature/gitops/application.hpp"
#include "feature/gitops/resource_key.hpp"

namespace gp::gitops {

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

}  // namespace gp::gitops
