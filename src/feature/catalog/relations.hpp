#pragma once
// The relations that an entity's spec states, always in pairs: one on it, the other on its target.

#include <string>
#include <vector>

#include "base/result.hpp"
#include "feature/catalog/kinds.hpp"

namespace gp::catalog {

struct StatedRelation {
  const ReferenceField* field = nullptr;
  int index = -1;      // in a list of references
  std::string target;  // "group:default/pilots"
};

// "spec.dependsOn.0"
std::string path_of(const ReferenceField& field, int index);

// In the order of the kind's fields. A reference that does not parse fails the entity, in the words
// of Backstage's postprocessing step.
Result<std::vector<StatedRelation>> relations_of(const Value& entity);

// Sorts the lists of references that the entity's kind knows, as Backstage answers them.
void sort_references(Value& entity);

}  // namespace gp::catalog
