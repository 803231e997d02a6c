#pragma once
// URI references as JSON Schema's $id and $ref use them (RFC 3986 section 5). Private to this
// folder.

#include <string>
#include <string_view>
#include <utility>

namespace gp::schema {

std::string resolve_uri(std::string_view base, std::string_view reference);

// What stands before and behind "#".
std::pair<std::string_view, std::string_view> split_fragment(std::string_view uri);

}  // namespace gp::schema
