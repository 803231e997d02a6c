#pragma once
// YAML and JSON texts as Helm reads them, with the messages of Go's libraries.

#include <string_view>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::helm {

// The first document of a YAML text, by way of JSON: "error converting YAML to JSON: …".
Result<Value> parse_document(std::string_view text);

// As parse_document, of a map; null for an empty text.
Result<Value> parse_map(std::string_view text);

Result<Value> parse_go_json(std::string_view text);

// "string", "number", "array", …: what Go calls a value it cannot take.
std::string_view json_kind(const Value& value);

// "error unmarshaling JSON: …": the wrong kind of value for a Go type.
Error wrong_kind(const Value& value, std::string_view type);

}  // namespace gp::helm
