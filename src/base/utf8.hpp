#pragma once
// UTF-8, one character at a time (Unicode 15, table 3-7: no surrogates, no overlong forms).

#include <cstdint>
#include <string>
#include <string_view>

namespace gp {

// Bytes of the character that `text` begins with; 0 if it is not well formed (or there is none).
std::size_t utf8_length(std::string_view text) noexcept;

// The code point of the character that `text` begins with, which must be well formed.
char32_t utf8_decode(std::string_view text) noexcept;

void append_utf8(std::string& out, char32_t code_point);

// Characters in `text`; a byte that is not UTF-8 counts as one.
std::size_t utf8_count(std::string_view text) noexcept;

// Ill-formed bytes replaced by U+FFFD, one for each.
std::string replace_invalid_utf8(std::string_view text);

}  // namespace gp
