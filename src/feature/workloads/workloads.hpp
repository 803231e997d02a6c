#pragma once
// The controllers that belong to the Kubernetes API, as kube-controller-manager has them:
// Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet, Job, CronJob, endpoints of
// Services, PodDisruptionBudget, HorizontalPodAutoscaler, and claims of storage.
//
// Bookkeeping only: they make and remove objects and write status. No node runs here, so pods stay
// Pending and say so; a test (or a node, once there is one) moves them on by writing their status.
// Docs: docs/workloads.md.

#include "platform/runtime/mount.hpp"

namespace gp::workloads {

struct Options {
  bool is_on = true;  // false: objects are only stored
};

void mount(runtime::Mount& mount, const Options& options);

}  // namespace gp::workloads
