#pragma once
// Which differences between objects count: not what only the server puts there, and not what
// spec.ignoreDifferences of an Application names ([{group, kind, name, namespace, jsonPointers}]).

#include "feature/gitops/resource_key.hpp"

namespace gp::gitops {

inline constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

// What is left of an object to compare. Null stays null.
Value normalized(const Value& object, const ResourceKey& key, const Value& ignore);

// `wanted` with the live values of the fields that `ignore` names.
Value with_ignored_fields_of(const Value& live, Value wanted, const ResourceKey& key,
                             const Value& ignore);

}  // namespace gp::gitops
