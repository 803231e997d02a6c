#pragma once
// Says of pods that no node runs here, and of claims that nothing provides storage: both stay
// Pending, with a condition or an event that tells what to do.
//
// Reads: Pod, PersistentVolumeClaim, StorageClass. Writes: their status, Events.

#include "platform/runtime/mount.hpp"

namespace gp::workloads {

void add_scheduling(runtime::Mount& mount);

}  // namespace gp::workloads
