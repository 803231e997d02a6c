#pragma once
// Strategic merge patch: `kubectl patch` and `kubectl apply` on built-in kinds.
//
// Lists merge by the key that the type names; $patch: delete|replace|merge, $retainKeys,
// $setElementOrder/x and $deleteFromPrimitiveList/x are understood. Error texts are apimachinery's.

#include "base/result.hpp"
#include "base/value.hpp"
#include "platform/object/types.hpp"

namespace gp::object {

// InvalidArgument: the patch cannot be applied to this document or type.
Result<Value> apply_strategic_patch(const Type& type, const Value& target, const Value& patch);

// The field at "spec.template.spec.containers" below `type`, walking lists and maps; null if there
// is none.
const Field* field_at(const Type& type, std::string_view path);

}  // namespace gp::object
