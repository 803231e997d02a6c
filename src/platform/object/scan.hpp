#pragma once
// Finds the parts of a document that an object's header points to, in one pass over its JSON and
// without building a Value.
//
// Expects text as to_json() writes it: compact, well formed. On anything else it stops with false
// and reads nothing outside the text.

#include <string_view>
#include <vector>

#include "platform/object/shape.hpp"

namespace gp::object {

// A place in the JSON. Of a string: between the quotes.
struct Token {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  bool is_string = false;
  bool is_escaped = false;  // holds backslashes: the bytes are not the text

  std::string_view in(std::string_view json) const { return json.substr(offset, size); }
};

struct Scanned {
  Token name, ns, uid, revision;
  std::vector<Token> labels;  // name, value, name, value, …
  std::vector<Token> fields;  // in the shape's order; not a scalar or absent: size 0
  std::vector<OwnerView> owners;
  bool is_deleting = false;
  bool has_finalizers = false;
  std::size_t depth = 0;  // of what was read
};

// `to_the_end`: the whole text is walked, its nesting checked and measured; otherwise reading stops
// when nothing more is wanted.
bool scan(std::string_view json, const Shape& shape, bool to_the_end, Scanned& out);

}  // namespace gp::object
