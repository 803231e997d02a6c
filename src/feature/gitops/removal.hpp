#pragma once
// Deleting one object on behalf of an Application: pruning, hooks, cascades.

#include "platform/cluster/cluster.hpp"

namespace gp::gitops {

using Propagation = cluster::DeleteOptions::Propagation;

// One that is gone already is fine. With a uid only that very object is deleted.
Result<> remove_object(const Context& context, cluster::Cluster& cluster, const object::Key& key,
                       Propagation propagation, std::string uid = {});

}  // namespace gp::gitops
