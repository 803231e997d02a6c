#pragma once
// The versions of a CustomResourceDefinition: names, schemas, columns, subresources, fields to
// select by. Private to this folder.
//
// The real server looks at what versions share as fields of the spec itself: with one version, or
// the same schema in all, the schema's path is "spec.validation.openAPIV3Schema".

#include "platform/object/rules.hpp"

namespace gp::object {

// `before` is the whole definition as it was, or null.
void check_definition_versions(const Value& versions, const Value* before, Report& report);

}  // namespace gp::object
