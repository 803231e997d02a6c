#pragma once
// The few things that everybody does with short texts. ASCII only: names, headers, keywords.

#include <string>
#include <string_view>
#include <vector>

namespace gp {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string lower(std::string_view text);

// Every part, empty ones too; "" is one empty part. Views into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);
// What stands between blanks and tabs.
std::vector<std::string_view> split_words(std::string_view text);

std::string_view trimmed(std::string_view text);  // without white space at both ends

}  // namespace gp
