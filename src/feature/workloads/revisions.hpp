#pragma once
// ControllerRevisions: the templates that a StatefulSet or DaemonSet has had, for `kubectl rollout
// history` and `undo`.

#include "feature/workloads/dependents.hpp"

namespace gp::workloads {

inline constexpr std::string_view kRevisions = "controllerrevisions.apps";
inline constexpr std::string_view kRevisionLabel = "controller-revision-hash";

struct Revisions {
  std::vector<Value> all;  // oldest first; the last one is the present template's
  std::int64_t collisions = 0;

  const Value& update() const { return all.back(); }
  // Null when it is not there any more.
  const Value& find(std::string_view name) const;
};

// Makes the revision of the present template, or numbers an equal older one anew.
Result<Revisions> settle_revisions(runtime::Reconcile& run,
                                   const selector::LabelSelector& selector);
// Keeps those in use and as many others as spec.revisionHistoryLimit says.
Result<> forget_revisions(runtime::Reconcile& run, const Revisions& revisions,
                          const std::vector<Value>& pods, std::string_view current);

// The owner with the template of a revision.
Value with_template(const Value& owner, const Value& revision);

}  // namespace gp::workloads
