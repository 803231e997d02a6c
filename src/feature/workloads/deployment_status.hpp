#pragma once
// What a Deployment says of itself, in Kubernetes' words: `kubectl rollout status` reads it.

#include "feature/workloads/rollout.hpp"

namespace gp::workloads {

// Writes the status. Answers when to look again, should nothing happen until then: the progress
// deadline.
std::optional<Duration> report(Rollout& rollout);

// Progressing as far as a pause changes it.
void note_pause(Rollout& rollout);

}  // namespace gp::workloads
