#pragma once
// What every namespace holds: ServiceAccount "default" and ConfigMap "kube-root-ca.crt" with the
// cluster's root certificate. Both come back when somebody deletes or changes them.
//
// Reads: Namespace. Writes: ServiceAccount, ConfigMap.

#include <string>

#include "platform/cluster/cluster.hpp"
#include "platform/runtime/manager.hpp"

namespace gp::lifecycle {

// "default", "kube-system", "kube-public", "kube-node-lease".
Result<> ensure_system_namespaces(cluster::Cluster& cluster, Clock& clock);

// Without a certificate the ConfigMap is left alone.
void add_namespace_defaults(runtime::Manager& manager, std::string root_certificate);

}  // namespace gp::lifecycle
