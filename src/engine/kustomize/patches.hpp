#pragma once
// patches, patchesStrategicMerge and patchesJson6902.

#include "engine/kustomize/context.hpp"

namespace gp::kustomize {

// An entry of `patches`: {path | patch, target, options}. The text is a strategic merge patch (one
// or several documents) or a JSON patch, as it shows itself.
Result<> apply_patch(const Context& context, Resources& resources, const Value& entry);
// An entry of `patchesStrategicMerge`: a file's name, or the patch itself.
Result<> apply_merge_patches(const Context& context, Resources& resources, const Value& entry);
// An entry of `patchesJson6902`: its target is one object.
Result<> apply_json_patch(const Context& context, Resources& resources, const Value& entry);

}  // namespace gp::kustomize
