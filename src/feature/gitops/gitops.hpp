#pragma once
// GitOps: keeps clusters equal to what repositories say, by Argo CD's Applications and AppProjects.
//
// Reads: Application, AppProject, the repositories that platform.yaml maps. Writes: what they
// describe, in the cluster they name, and Application.status.

#include <functional>
#include <memory>

#include "platform/runtime/mount.hpp"

namespace gp::gitops {

// The cluster of a destination by name or by URL; null when it is not known. What is found stays
// usable while it is held.
using FindCluster = std::function<std::shared_ptr<cluster::Cluster>(const std::string& name,
                                                                    const std::string& server)>;

class GitOps {  // what must live as long as the controllers
 public:
  virtual ~GitOps() = default;
};

std::unique_ptr<GitOps> mount(runtime::Mount& mount, FindCluster find_cluster);

}  // namespace gp::gitops
