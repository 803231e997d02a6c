#pragma once
// Whether the rules that somebody holds cover those that they want to give away. Private to this
// folder. After k8s.io/component-helpers/auth/rbac/validation.

#include <span>

#include "platform/api/rbac_rules.hpp"

namespace gp::api::rbac {

// The parts of `wanted` that no single rule of `held` covers, put together where they differ in
// their verbs alone.
std::vector<Rule> missing_rules(std::span<const Rule> held, std::span<const Rule> wanted);

// `{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`
std::string to_string(const Rule& rule);

}  // namespace gp::api::rbac
