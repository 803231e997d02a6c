#pragma once
// The string formats of OpenAPI and JSON Schema. Private to this folder.

#include <string_view>

namespace gp::schema {

// True if `text` has the format, or the format is not known (unknown ones never fail).
bool has_format(std::string_view format, std::string_view text);

}  // namespace gp::schema
