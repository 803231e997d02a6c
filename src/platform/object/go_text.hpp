#pragma once
// How Go prints values in the API server's messages.

#include <span>
#include <string>
#include <string_view>

#include "base/value.hpp"

namespace gp::object {

std::string go_quote(std::string_view text);  // %q
// BadValue of a field.Error: strings quoted, numbers bare, maps as map[string]string{"a":"b"}.
std::string go_value(const Value& value);
// %#v of a document's part: `map[string]interface {}{"a":"b", "c":[]interface {}{1}}`.
std::string go_syntax(const Value& value);
// %#v of a []string: `[]string{"a", "b"}`.
std::string go_strings(const Value& words);
// %v: strings bare, maps as map[a:1 b:2], lists as [a b].
std::string go_print(const Value& value);
// `"A", "B"`, for "supported values".
std::string quoted_list(std::span<const std::string_view> words);
// "string", "number", "bool", "array", "object": what Go's decoder calls a JSON value.
std::string_view json_kind(const Value& value);
// Position of the first byte that Go's base64 decoder rejects; npos if all is well.
std::size_t bad_base64_at(std::string_view text);

}  // namespace gp::object
