#pragma once
// What a sync has to do, and in which order. Order, as Argo CD's: phases PreSync, Sync, PostSync
// (SyncFail after a failure), within a phase waves, within a wave pruning last to first, then kinds
// as they need each other.

#include <vector>

#include "feature/gitops/comparison.hpp"
#include "feature/gitops/hooks.hpp"
#include "feature/gitops/operation.hpp"

namespace gp::gitops {

struct Task {
  Phase phase = Phase::Sync;
  std::int64_t wave = 0;
  const ResourceState* state = nullptr;
  bool is_prune = false;
};

// In order. The tasks point into `comparison`. `before`: what this very sync has done already.
std::vector<Task> plan_tasks(const Comparison& comparison, const SyncRequest& request,
                             const std::vector<TaskResult>& before);

// An option of the whole sync, or of the task's object by its annotation.
bool has_option(const Task& task, const SyncRequest& request, std::string_view option);

}  // namespace gp::gitops
