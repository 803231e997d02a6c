#pragma once
// The case shapes of huandu/xstrings 1.5 (snake_case, kebab-case, PascalCase) and the texts of
// Masterminds/goutils 1.1 (abbreviations, initials, wrapping), which sprig borrows.

#include <cstdint>
#include <string>
#include <string_view>

namespace gp::sprig {

std::string snake_case(std::string_view text);
std::string kebab_case(std::string_view text);
std::string pascal_case(std::string_view text);

// At most `width` bytes with "..." where text is missing, beginning near `offset`; "" where there
// is no room for that.
std::string abbreviate(std::string_view text, std::int64_t offset, std::int64_t width);
// goutils reads bytes as characters here; so do we.
std::string initials(std::string_view text);
std::string without_space(std::string_view text);
std::string swap_case(std::string_view text);
std::string uncapitalize(std::string_view text);
std::string wrap(std::string_view text, std::int64_t length, std::string_view line_end,
                 bool breaks_long_words);

}  // namespace gp::sprig
