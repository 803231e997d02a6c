#pragma once
// The catalog's rules for entities, also for what comes by kubectl or as a manifest: the API asks
// them on every write of a Backstage kind.
//
// What an object was allowed to be stays allowed: an update is refused only for a flaw that it
// adds, so that labels and finalizers of an old object can still be changed.

#include <optional>

#include "platform/object/kind.hpp"

namespace gp::catalog {

// Adds the rules to every entity kind of the registry.
void add_entity_rules(object::KindRegistry& kinds);

// What is wrong with an entity as it is stored (metadata of the store, relations and status are
// left aside).
std::optional<object::FieldError> flaw_of_stored(const Value& object);

}  // namespace gp::catalog
