#pragma once
// Types as OpenAPI schemas.

#include "base/value.hpp"
#include "platform/object/types.hpp"

namespace gp::object {

// Version 2 and 3 differ in how a reference is written.
enum class RefStyle { Definitions, Components };

// One type: named types in it are `$ref`s.
Value type_schema(const Type& type, RefStyle style);

// One type with everything below it in place, as a CustomResourceDefinition would hold it. Fields
// that are not described are kept (x-kubernetes-preserve-unknown-fields) where the type is open.
Value structural_schema(const Type& type);

}  // namespace gp::object
