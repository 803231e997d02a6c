#pragma once
// Removes core/v1 Events an hour after what they tell of last happened.
//
// Reads and deletes: Event. No sweep: each Event comes up when its hour is over.

#include "platform/runtime/manager.hpp"

namespace gp::lifecycle {

inline constexpr Duration kEventLifetime = std::chrono::hours(1);

void add_event_expiry(runtime::Manager& manager);

}  // namespace gp::lifecycle
