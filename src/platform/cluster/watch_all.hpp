#pragma once
// A watch of everything on a remote cluster: one watch a kind, read as one.

#include "platform/cluster/remote.hpp"

namespace gp::cluster {

Result<std::unique_ptr<Watcher>> watch_all(RemoteCluster& cluster, const Context& context,
                                           const WatchOptions& options);

}  // namespace gp::cluster
