#pragma once
// Defaults of built-in types that have to be computed. Private to this folder.

#include "base/value.hpp"
#include "platform/object/kind.hpp"
#include "platform/object/types.hpp"

namespace gp::object {

using ComputedDefault = void (*)(Value& object);

// Of objects of this type wherever they stand, after the type's own defaults; null if there is
// none.
ComputedDefault computed_default(const Type& type);

// What a kind's strategy does before a write: generated selectors, addresses, first phases.
// `before` is null on create.
void prepare_builtin(const Kind& kind, Value& object, const Value* before);

// What Go writes for a struct that was never touched.
Value empty_object(const Type& type);

}  // namespace gp::object
