#pragma once
// Whether a schema is structural: every field typed where it stands, alternatives only narrowing
// what the fields say (KEP-20190425, "Structural OpenAPI"). Private to this folder.

#include <string>

#include "platform/object/rules.hpp"

namespace gp::object {

void check_structure(const Value& schema, const std::string& path, Report& report);

}  // namespace gp::object
