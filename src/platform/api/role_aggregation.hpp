#pragma once
// Aggregated ClusterRoles: a role with an aggregationRule holds the rules of those that its
// selectors choose, written into it as `rules`, as Kubernetes' own controller does it.

#include <span>

#include "platform/api/verbs.hpp"

namespace gp::api {

bool is_aggregated(const Value& role);

// What `role` should hold: the rules of the chosen roles in the order of their names, each once.
Value aggregated_rules(const Value& role, std::span<const ObjectRef> roles);

// Brings all aggregated roles to what they should hold, those that gather each other too. For the
// start, before anybody asks; later the controller follows (feature/lifecycle).
Result<> aggregate_roles(Verbs& verbs);

}  // namespace gp::api
