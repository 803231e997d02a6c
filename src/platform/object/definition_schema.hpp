#pragma once
// What a CustomResourceDefinition's schema must be: structural, without what Kubernetes forbids,
// with defaults that it accepts itself. In apiextensions-apiserver's words.

#include <string>

#include "platform/object/rules.hpp"

namespace gp::object {

// `path` names the schema: "spec.validation.openAPIV3Schema". `before` is the schema that this
// version had, null for a new one: rules that are as they were are not refused for their cost.
void check_definition_schema(const Value& schema, const std::string& path, bool has_status,
                             const Value* before, Report& report);

}  // namespace gp::object
