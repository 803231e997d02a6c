#pragma once
// How go-yaml's emitter writes one string: plain, quoted or as a block, folded near column 80.
// Private to yaml_text.cpp.

#include <string>
#include <string_view>

namespace gp::helm {

struct ScalarPlace {
  std::size_t column = 0;  // where the scalar begins, in characters
  std::size_t indent = 0;  // of its further lines
  bool is_key = false;     // on one line, never folded
  bool folds = true;
};

void append_scalar(std::string& out, std::string_view text, const ScalarPlace& place);

// A key that stands on one line before its colon; others are written as "? key".
bool is_simple_key(std::string_view text);

// go-yaml's order of keys: "k9" before "k10".
bool key_less(std::string_view a, std::string_view b);

}  // namespace gp::helm
