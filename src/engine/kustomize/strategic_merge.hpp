#pragma once
// Patches as kustomize merges them (kyaml's merge2): nulls remove, lists with merge keys merge item
// by item, patched items first; `$patch: delete|replace|merge` for maps and items.
//
// Other than the API server's strategic merge in the order of lists, and in that a list of a kind
// without merge keys is replaced.

#include <optional>

#include "engine/kustomize/kustomize.hpp"
#include "engine/kustomize/resource.hpp"

namespace gp::kustomize {

// Nothing: the patch deletes the object.
std::optional<Value> merge_strategically(Environment& environment, const Value& target,
                                         const Value& patch);

}  // namespace gp::kustomize
