#pragma once
// Questions across all kinds that the Kubernetes API would need a request a kind for: how many
// objects there are of each, and which are called so.

#include "base/result.hpp"
#include "base/value.hpp"
#include "platform/runtime/mount.hpp"

namespace gp::portal {

inline constexpr std::size_t kFoundMax = 100;

// {"counts": {"configmaps": 3, "applications.argoproj.io": 2}}; kinds without objects are left out.
Result<Value> count_objects(const object::KindRegistry& kinds, cluster::Cluster& local,
                            const Context& context);

// {"items": [{group, version, kind, plural, namespace, name}]}: objects whose name contains `part`
// (without case), exact names first, then those that begin with it. Entities are left out, the
// catalog finds those; so are events, which are named by numbers.
Result<Value> find_objects(const object::KindRegistry& kinds, cluster::Cluster& local,
                           const Context& context, std::string_view part, std::size_t limit);

// GET /api/portal/counts, GET /api/portal/objects?name=…&limit=…
void add_object_routes(runtime::Mount& mount);

}  // namespace gp::portal
