#pragma once
// What a caller may do. Until RBAC: the group system:masters everything, other authenticated users
// what Kubernetes lets everybody do (discovery, versions, health, asking about themselves),
// anonymous callers health and version.

#include "platform/api/request_info.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

bool is_allowed(const Caller& caller, const RequestInfo& info);
// `configmaps is forbidden: User "alice" cannot list resource "configmaps" in API group "" in the
// namespace "x"`
Error forbidden_error(const Caller& caller, const RequestInfo& info);

}  // namespace gp::api
