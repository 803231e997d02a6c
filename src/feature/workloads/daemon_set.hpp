#pragma once
// A DaemonSet runs a pod on each node. There is no node, so it wants none and says so; its
// revisions are kept for `kubectl rollout history`.
//
// Reads: DaemonSet. Writes: ControllerRevision, DaemonSet.status.

#include "platform/runtime/mount.hpp"

namespace gp::workloads {

void add_daemon_sets(runtime::Mount& mount);

}  // namespace gp::workloads
