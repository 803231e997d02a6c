#pragma once
// One line of a .types text taken apart. Private to this folder; the grammar is in types/README.md.

#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "platform/object/types.hpp"

namespace gp::object {

// `data 2 {string} keep : texts by name`
struct FieldLine {
  Field field;                 // without `object` and the spans
  std::string_view type_name;  // "meta.ObjectMeta" of named types
  bool is_inline = false;
  std::vector<std::string_view> allowed;
  std::vector<std::string_view> list_keys;
};

// Splits at blanks; quoted JSON stays whole.
std::vector<std::string_view> split_words(std::string_view line);
std::vector<std::string_view> split_at(std::string_view text, char separator);
// `a=b` into its halves; without "=" the value is empty.
std::pair<std::string_view, std::string_view> split_word(std::string_view word);
// Cuts ` : description` off the end of `line`.
std::string_view take_description(std::string_view& line);

Result<FieldLine> parse_field_line(std::string_view line);

}  // namespace gp::object
