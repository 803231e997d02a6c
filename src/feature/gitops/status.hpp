#pragma once
// What an Application's status says, in Argo CD's fields.

#include "feature/gitops/manifests.hpp"
#include "feature/gitops/sync.hpp"

namespace gp::gitops {

Value resources_status(const Comparison& comparison);
Value sync_status(const Application& app, std::string_view status,
                  const std::vector<std::string>& revisions);
Value summary_status(const Comparison& comparison);
// Conditions of the kinds that a refresh judges are replaced, others stay; times move only where a
// condition is new or says something else.
Value conditions_status(const Value& before, const std::vector<Notice>& notices, TimePoint now);
Value health_status(const Value& before, HealthCode code, TimePoint now);

// A finished sync as the next entry of status.history, oldest entries dropped.
Value history_with(const Value& history, const Application& app, const Value& operation_state,
                   TimePoint now);

// What the last comparison found to be the application's.
std::vector<Owned> owned_of(const Value& status);

}  // namespace gp::gitops
