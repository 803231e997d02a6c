#pragma once
// A sync under way: how far it is, and the next steps of it.
//
// State lives in status.operationState, so a sync goes on after a restart. A wave is done when its
// hooks have succeeded and, if others follow, its objects are healthy.

#include <optional>
#include <string>
#include <vector>

#include "feature/gitops/sync_plan.hpp"

namespace gp::gitops {

class Sync {
 public:
  Sync(const Context& context, cluster::Cluster& cluster, const Application& app,
       const SyncRequest& request, const Comparison& comparison,
       const std::vector<TaskResult>& before)
      : context_(context),
        cluster_(cluster),
        app_(app),
        request_(request),
        tasks_(plan_tasks(comparison, request, before)) {}

  // Does what can be done now. `before`: what was reported so far, as the constructor was told.
  Progress advance(Progress before);

  // How many objects it has changed in this step.
  std::size_t writes() const { return writes_; }

 private:
  using Wave = std::pair<Phase, std::int64_t>;

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
  const std::vector<Task> tasks_;  // in order; they point into the comparison
  std::size_t writes_ = 0;
};

}  // namespace gp::gitops
