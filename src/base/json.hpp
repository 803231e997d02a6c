#pragma once
// JSON text (RFC 8259) to Value and back, with the number and escape rules of Go's encoding/json.
//
// Reading: strict; duplicate members: last wins (strict readers can ask for the paths of
// duplicates); integers exact; limits on size and depth. Errors name the byte offset, line and
// column. Writing: integers as digits; doubles as Go writes them (shortest, exponent form below
// 1e-6 and from 1e21 on, never "3E0"); U+2028/2029 and, when asked, <, >, & escaped as \u00XX, as
// Go does by default.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp {

struct JsonLimits {
  std::size_t bytes_max = 16U << 20U;
  std::size_t depth_max = 512;
};

Result<Value> parse_json(std::string_view text, const JsonLimits& limits = {});

// As parse_json; also lists duplicate members as dotted paths ("metadata.labels.a"), in document
// order.
Result<Value> parse_json_strict(std::string_view text, std::vector<std::string>& duplicates,
                                const JsonLimits& limits = {});

struct JsonStyle {
  bool sort_members = true;
  bool escape_html = true;
  int indent = 0;  // 0: compact
};

std::string to_json(const Value& value, const JsonStyle& style = {});
void append_json(std::string& out, const Value& value, const JsonStyle& style = {});
void append_json_string(std::string& out, std::string_view text, bool escape_html = true);

}  // namespace gp
