#pragma once
// Keeps the rules of aggregated ClusterRoles equal to what their selectors choose.
//
// Reads: ClusterRoles. Writes: ClusterRole.rules. A change of any ClusterRole looks at all
// aggregated ones, which are few.

#include "platform/runtime/manager.hpp"

namespace gp::lifecycle {

void add_role_aggregation(runtime::Manager& manager);

}  // namespace gp::lifecycle
