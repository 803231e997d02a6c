#pragma once
// Characters as Go's package unicode knows them: case, letters, space.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gp::sprig {

char32_t to_upper(char32_t rune);
char32_t to_lower(char32_t rune);
char32_t to_title(char32_t rune);

bool is_upper(char32_t rune);
bool is_lower(char32_t rune);
bool is_letter(char32_t rune);
bool is_number(char32_t rune);
bool is_punctuation(char32_t rune);
bool is_space(char32_t rune);

// Bytes that are no UTF-8 are U+FFFD, one for each.
std::vector<char32_t> runes_of(std::string_view text);
std::string text_of_runes(const std::vector<char32_t>& runes);
// strings.Map.
std::string map_runes(std::string_view text, const std::function<char32_t(char32_t)>& change);

// strings.TrimFunc over white space, and strings.Trim over a set of characters.
std::string_view trim_space(std::string_view text);
std::string trim_set(std::string_view text, std::string_view set);

}  // namespace gp::sprig
