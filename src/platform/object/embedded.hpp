#pragma once
// Objects within objects (x-kubernetes-embedded-resource): their kind, version and metadata are
// held to what holds for any object. Private to this folder.

#include "platform/object/kind.hpp"

namespace gp::object {

bool has_embedded(const Value& schema);

// That kind and apiVersion are there is for the schema's validator to say.
void check_embedded(const Value& schema, const Value& object, std::vector<FieldError>& errors);

}  // namespace gp::object
