#pragma once
// Replaces the pods of a Deployment step by step: a ReplicaSet for each template, scaled up and
// down as its strategy allows.
//
// Reads: Deployment, ReplicaSet, Pod. Writes: ReplicaSet, the Deployment's revision annotation and
// status.

#include "platform/runtime/mount.hpp"

namespace gp::workloads {

void add_deployments(runtime::Mount& mount);

}  // namespace gp::workloads
