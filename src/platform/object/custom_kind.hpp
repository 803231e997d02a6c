#pragma once
// What a custom resource is checked for beside its schema: the numbers of its scale, and rules in
// CEL.

#include "platform/object/kind.hpp"

namespace gp::object {

// Sets the kind's `validate_last` from its schema and scale.
void add_custom_rules(Kind& kind);

}  // namespace gp::object
