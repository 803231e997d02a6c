#pragma once
// Credentials of repositories, as Argo CD keeps them: Secrets labelled
// argocd.argoproj.io/secret-type: repository (one URL) or repo-creds (all URLs that begin so).

#include "adapter/git/git.hpp"
#include "platform/cluster/cluster.hpp"

namespace gp::gitops {

// Those of the longest URL that fits; none when there are none.
git::Credentials credentials_of(const Context& context, cluster::Cluster& cluster,
                                const std::string& url);

}  // namespace gp::gitops
