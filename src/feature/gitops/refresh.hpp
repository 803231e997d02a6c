#pragma once
// One reconcile of one Application, step by step. Private to the feature.

#include "feature/gitops/controller.hpp"
#include "feature/gitops/status.hpp"

namespace gp::gitops {

struct ApplicationController::Refresh {
  Refresh(ApplicationController& the_controller, runtime::Reconcile& the_run)
      : controller(the_controller), run(the_run) {}

  ApplicationController& controller;
  runtime::Reconcile& run;
  Application app;
  std::shared_ptr<cluster::Cluster> cluster;
  std::string server;
  Value project;
  Value before;  // status as it was
  Value status;  // as it will be
  std::shared_ptr<const Rendered> rendered;
  Comparison comparison;
  std::vector<Notice> notices;

  void find_cluster();
  Result<> judge_specification();
  Result<> render(bool is_hard);
  Result<> compare();
  // What is asked for, or under way; null: nothing.
  Value operation() const;
  Value with_name(const Value& object) const;
  void note_failed_attempt();
  bool may_heal(Value& sync);
  void maybe_sync_automatically();
  Result<runtime::Next> work_on_operation();
  void begin(const Value& operation);
  void end(Progress progress);
  bool retries(const Progress& progress, const Retry& retry);
  void fill_status();
  Result<> write_status();

  bool is_local() const { return cluster && cluster->name() == run.cluster().name(); }
  TimePoint now() const { return controller.clock_.now(); }
  Duration heals_in{0};  // an automatic sync that must wait until then
  Value asked;           // an automatic sync that was decided on just now
};

}  // namespace gp::gitops
