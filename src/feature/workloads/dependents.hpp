#pragma once
// Whose object is whose: what all controllers here do with ownerReferences and selectors.

#include <string>
#include <string_view>
#include <vector>

#include "engine/selector/selector.hpp"
#include "platform/runtime/manager.hpp"

namespace gp::workloads {

inline constexpr std::string_view kPods = "pods";

// A kind that owns others.
struct OwnerKind {
  std::string_view api_version, kind, resource;
};
inline constexpr OwnerKind kDeployment{"apps/v1", "Deployment", "deployments.apps"};
inline constexpr OwnerKind kReplicaSet{"apps/v1", "ReplicaSet", "replicasets.apps"};
inline constexpr OwnerKind kReplicationController{"v1", "ReplicationController",
                                                  "replicationcontrollers"};
inline constexpr OwnerKind kStatefulSet{"apps/v1", "StatefulSet", "statefulsets.apps"};
inline constexpr OwnerKind kDaemonSet{"apps/v1", "DaemonSet", "daemonsets.apps"};
inline constexpr OwnerKind kJob{"batch/v1", "Job", "jobs.batch"};
inline constexpr OwnerKind kCronJob{"batch/v1", "CronJob", "cronjobs.batch"};

// {apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true}
Value owner_reference(const Value& owner);

// The reference to its controller; null when it has none.
Value controller_reference(const Value& object);

// What the owner controls in its namespace, newest state. What its selector chooses and nobody
// controls is adopted; what it no longer chooses is released. Conflict: look again.
Result<std::vector<Value>> claim(runtime::Reconcile& run, std::string_view resource,
                                 const selector::LabelSelector& selector);

// False when the pods of the owner's template would not be its own: making some would never end.
bool chooses_own_pods(const Value& owner, const selector::LabelSelector& selector);

// The keys of owners of this kind that a change of a dependent concerns: its controller, before and
// now; and for one that nobody controls, those whose selector might choose it.
std::vector<object::Key> owners_of(const store::Event& event, const OwnerKind& kind,
                                   cluster::Cluster& cluster, Clock& clock);

// Deletes it, if it is still that very object. Gone already is fine.
Result<> remove(runtime::Reconcile& run, std::string_view resource, const Value& object);

// Everything of a resource in a namespace (all namespaces when empty).
Result<std::vector<Value>> list(runtime::Reconcile& run, std::string_view resource,
                                std::string_view ns);

// Sets a status field, or leaves it out when it is zero, as Go does with its `omitempty`.
void status_count(runtime::Reconcile& run, std::string_view field, std::int64_t count);

}  // namespace gp::workloads
