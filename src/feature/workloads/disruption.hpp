#pragma once
// How many pods of a PodDisruptionBudget may go, and what a HorizontalPodAutoscaler cannot know
// here.
//
// Reads: PodDisruptionBudget, HorizontalPodAutoscaler, Pod and what controls it. Writes: their
// status.

#include "platform/runtime/mount.hpp"

namespace gp::workloads {

void add_disruption_budgets(runtime::Mount& mount);
void add_autoscalers(runtime::Mount& mount);

}  // namespace gp::workloads
