#pragma once
// What a CustomResourceDefinition adds to the API: one kind for each version that it serves.

#include <vector>

#include "base/value.hpp"
#include "platform/object/kind.hpp"

namespace gp::object {

// From a definition that validate() found nothing wrong with.
std::vector<Kind> kinds_of_definition(const Value& definition);

}  // namespace gp::object
