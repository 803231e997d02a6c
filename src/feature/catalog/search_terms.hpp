#pragma once
// What of an entity can be filtered, ordered and counted: a flat list of keys and texts.
//
// Every scalar at its dotted path (keys in lower case); numbers and booleans as text; arrays are
// transparent; relations as `relations.<type>` = target. The name of an object is no key. Keys
// above 200 bytes are left out; values above 200 exist but equal nothing, as null does.

#include <functional>
#include <string_view>

#include "base/value.hpp"

namespace gp::catalog {

constexpr std::size_t kTermBytesMax = 200;

struct Term {
  std::string_view key;     // lower case; valid during the call
  std::string_view value;   // original case
  bool has_value = true;    // false: exists, but equals nothing
  bool is_element = false;  // a string directly in an array: also `key.<value>` = true
};

void for_each_term(const Value& entity, const std::function<void(const Term&)>& visit);

}  // namespace gp::catalog
