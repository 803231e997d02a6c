#pragma once
// Go's strconv.Quote and its kin, and which characters Unicode calls letters and printable.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gp::tmpl {

// A character of UTF-8 text and how many bytes it takes; bad bytes are U+FFFD of one byte.
struct Rune {
  char32_t code = 0xFFFD;
  std::uint32_t size = 1;
};
Rune decode_rune(std::string_view text) noexcept;  // text is not empty
void append_rune(std::string& out, char32_t code);

bool is_alphanumeric(char32_t code);  // letters, decimal digits, underscore
bool is_printable(char32_t code);     // as Go's strconv: letters, marks, numbers, symbols, space

std::string quote(std::string_view text, char mark = '"', bool ascii_only = false);
std::string quote_rune(char32_t code, bool ascii_only = false);
// The value of a Go string, raw string or character literal; nothing when it is malformed.
std::optional<std::string> unquote(std::string_view literal);
// "U+0022 '"'": the %#U verb.
std::string describe_rune(char32_t code);

}  // namespace gp::tmpl
