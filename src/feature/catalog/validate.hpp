#pragma once
// Backstage's rules for entities, in its words: the envelope, the fields of metadata, and the spec
// of each built-in kind.

#include "base/result.hpp"

namespace gp::catalog {

// What a document must have to be an entity at all: apiVersion, kind, metadata.name. TypeError.
Result<> check_envelope(const Value& document);

// The policies: types of the envelope's fields, no foreign root fields, formats of names, labels,
// annotations, tags and links. Error without the "Policy check failed for …" around it.
Result<> check_policies(const Value& entity);

// The kind's own rules. `No processor recognized the entity …` for a kind or apiVersion that nobody
// knows; otherwise `Processor … threw an error while validating the entity …; caused by …`.
Result<> check_kind(const Value& entity);

}  // namespace gp::catalog
