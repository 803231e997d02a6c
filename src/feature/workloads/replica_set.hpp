#pragma once
// Keeps as many pods as a ReplicaSet (or a ReplicationController) asks for.
//
// Reads: ReplicaSet, Pod. Writes: Pod, ReplicaSet.status.

#include "platform/runtime/mount.hpp"

namespace gp::workloads {

void add_replica_sets(runtime::Mount& mount);

}  // namespace gp::workloads
