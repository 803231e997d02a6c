#pragma once
// JSON Pointer (RFC 6901): "/spec/containers/0/image", with ~0 for "~" and ~1 for "/".

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::patch {

struct Pointer {
  std::vector<std::string> tokens;  // unescaped; none: the whole document

  static Result<Pointer> parse(std::string_view text);
  std::string to_string() const;
  bool is_prefix_of(const Pointer& other) const;
};

// "~" and "/" of one token escaped.
std::string escape_token(std::string_view token);

// An array index as the RFC writes it: digits without leading zeros.
std::optional<std::size_t> parse_index(std::string_view token);

// nullptr if nothing is there ("-" is never there).
const Value* find(const Value& root, const Pointer& pointer);

}  // namespace gp::patch
