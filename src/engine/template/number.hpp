#pragma once
// Numbers as Go's strconv reads them: bases, underscores, hexadecimal floats.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gp::tmpl {

// Base 0: 0x, 0o, 0b and a leading 0 choose the base; underscores between digits. Other bases read
// plain digits. Nothing when malformed or out of range.
std::optional<std::uint64_t> parse_unsigned(std::string_view text, int base);
std::optional<std::int64_t> parse_signed(std::string_view text, int base);
// Decimal and hexadecimal, "Inf", "NaN"; underscores only with a base prefix. Too large is nothing.
std::optional<double> parse_float(std::string_view text);

// A float in the shortest text that reads back the same: format 'e', 'f' or 'g' (%v), as
// strconv.FormatFloat(value, format, -1, 64) writes it.
std::string format_float(double value, char format, int precision = -1);

}  // namespace gp::tmpl
