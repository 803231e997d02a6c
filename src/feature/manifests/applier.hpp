#pragma once
// Makes the cluster hold what a plan wants, in few commits, and removes what the files no longer
// hold. Every write stands alone: a refused one is a problem, and the rest goes on.

#include <vector>

#include "feature/manifests/plan.hpp"
#include "platform/cluster/cluster.hpp"

namespace gp::manifests {

struct Applied {
  std::size_t unchanged = 0, written = 0, removed = 0;
  std::vector<Problem> problems;
};

struct PruneRules {
  bool may_remove = true;  // false: some files are unknown, so nothing counts as gone
  std::vector<std::string> unread_files;  // objects that came from these stay
};

Result<Applied> apply(const Context& context, cluster::Cluster& cluster,
                      const object::KindRegistry& kinds, const Plan& plan, std::string_view source,
                      const PruneRules& rules);

}  // namespace gp::manifests
