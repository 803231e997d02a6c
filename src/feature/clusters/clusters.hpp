#pragma once
// Clusters elsewhere, as objects: keeps the status of every Cluster true, and its connection in the
// set that others deploy by.
//
// Reads: Cluster, the Secret that it names. Writes: Cluster.status. Asks each cluster once a minute
// (version, who we are there, clock); may wait for the network, never twice at once for one object.

#include "platform/cluster/cluster_set.hpp"
#include "platform/runtime/mount.hpp"

namespace gp::clusters {

// Secrets of this namespace are the platform's own: a kubeconfig in them may name a credential
// plug-in, which is run.
inline constexpr std::string_view kSystemNamespace = "goldenpath-system";
inline constexpr std::string_view kDefaultKey = "kubeconfig";

// `set` must outlive the controllers.
void mount(runtime::Mount& mount, cluster::ClusterSet& set);

}  // namespace gp::clusters
