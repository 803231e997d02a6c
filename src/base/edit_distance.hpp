#pragma once
// "Did you mean …?": the nearest of the known words by Levenshtein distance, without case.

#include <initializer_list>
#include <span>
#include <string_view>

namespace gp {

std::size_t edit_distance(std::string_view a, std::string_view b);

// Empty when nothing is near: more than a third of the letters differ. Words above 64 bytes are
// never near.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);
inline std::string_view nearest_word(std::string_view word,
                                     std::initializer_list<std::string_view> known) {
  return nearest_word(word, std::span(known.begin(), known.size()));
}

}  // namespace gp
