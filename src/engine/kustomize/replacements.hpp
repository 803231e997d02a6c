#pragma once
// replacements: a field of one object copied into fields of others.

#include "engine/kustomize/context.hpp"

namespace gp::kustomize {

// An entry of the list: {source, targets}, or {path} of a file with one or several.
Result<> apply_replacement(const Context& context, Resources& resources, const Value& entry);

}  // namespace gp::kustomize
