#pragma once
// Names in other objects that follow a name that a build has changed, and $(VARIABLES).

#include "engine/kustomize/context.hpp"

namespace gp::kustomize {

// Every reference to an object's former name becomes its present one. Fails where more than one
// object could be meant.
Result<> fix_references(const Context& context, Resources& resources,
                        const std::vector<ReferenceSpec>& specs);

struct Variable {
  std::string name;
  Id object;
  std::string field_path;  // "metadata.name"
  static Result<Variable> parse(const Value& value);
};

Result<> resolve_variables(Resources& resources, const std::vector<Variable>& variables,
                           const std::vector<FieldSpec>& fields,
                           std::vector<std::string>& warnings);

}  // namespace gp::kustomize
