#pragma once
// Hooks of Argo CD and of Helm: in which phases an object is one, and when it may go.

#include <vector>

#include "base/value.hpp"

namespace gp::gitops {

enum class Phase { PreSync, Sync, PostSync, SyncFail };
std::string_view phase_name(Phase phase);

// When a hook may be removed.
enum class HookDelete { BeforeCreation, Succeeded, Failed };
std::vector<Phase> hook_phases(const Value& object);
bool deletes_hook(const Value& object, HookDelete when);

}  // namespace gp::gitops
