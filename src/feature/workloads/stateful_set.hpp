#pragma once
// Pods with names, numbers and storage of their own: made and replaced in order.
//
// Reads: StatefulSet, Pod, PersistentVolumeClaim, ControllerRevision. Writes: Pod,
// PersistentVolumeClaim, ControllerRevision, StatefulSet.status. Claims are never deleted unless
// persistentVolumeClaimRetentionPolicy says so.

#include "platform/runtime/mount.hpp"

namespace gp::workloads {

void add_stateful_sets(runtime::Mount& mount);

}  // namespace gp::workloads
