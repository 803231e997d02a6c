#pragma once
// Makes the cluster hold what a plan wants, in few commits, and removes what the files no longer
// hold. Every write stands alone: a refused one is a problem, and the rest goes on.

#include <functional>
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

// Names the place of an entity of the catalog, "catalog/all.yaml:12", given where its file is
// ("file:/srv/acme/catalog/all.yaml").
using FindPlace = std::function<std::string(const std::string& origin, const Value& entity)>;

Result<Applied> apply(const Context& context, cluster::Cluster& cluster,
                      const object::KindRegistry& kinds, const Plan& plan, std::string_view source,
                      const PruneRules& rules, const FindPlace& find_place);

}  // namespace gp::manifests
