#include "engine/template/number.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace gp::tmpl {
namespace {

int base_of_prefix(std::string_view& text) {
  if (text.size() < 2 || text[0] != '0') return 10;
  switch (text[1] | 0x20) {
    case 'x': text.remove_prefix(2); return 16;
    case 'o': text.remove_prefix(2); return 8;
    case 'b': text.remove_prefix(2); return 2;
    default: text.remove_prefix(1); return 8;
  }
}

bool is_digit(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

// Underscores stand between digits, or between a base prefix and a digit.
bool underscores_ok(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  bool after_digit = false;
  if (text.size() >= 2 && text[0] == '0' &&
      std::string_view("xob").find(static_cast<char>(text[1] | 0x20)) != std::string_view::npos) {
    text.remove_prefix(2);
    after_digit = true;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      if (!after_digit || i + 1 == text.size() || !is_digit(text[i + 1])) return false;
      after_digit = false;
    } else {
      after_digit = is_digit(text[i]);
    }
  }
  return true;
}

std::string without_underscores(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != '_') out.push_back(c);
  return out;
}

std::optional<std::uint64_t> digits(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::uint64_t> parse_unsigned(std::string_view text, int base) {
  if (base != 0) return digits(text, base);
  if (!underscores_ok(text)) return std::nullopt;
  const std::string plain = without_underscores(text);
  std::string_view rest = plain;
  const int found = base_of_prefix(rest);
  return digits(rest, found);
}

std::optional<std::int64_t> parse_signed(std::string_view text, int base) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto magnitude = parse_unsigned(text, base);
  constexpr std::uint64_t kLimit = std::uint64_t{1} << 63;
  if (!magnitude || *magnitude > kLimit || (*magnitude == kLimit && !negative)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? ~*magnitude + 1 : *magnitude);
}

std::optional<double> parse_float(std::string_view text) {
  if (!underscores_ok(text)) return std::nullopt;
  const std::string plain = without_underscores(text);
  std::string_view rest = plain;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  const bool hexadecimal = rest.size() > 2 && rest[0] == '0' && (rest[1] | 0x20) == 'x';
  // Underscores need a base prefix, and a hexadecimal float its exponent.
  if (plain.size() != text.size() && !hexadecimal) return std::nullopt;
  if (hexadecimal && rest.find_first_of("pP") == std::string_view::npos) return std::nullopt;
  if (hexadecimal) rest.remove_prefix(2);
  if (rest.empty() || rest[0] == '-' || rest[0] == '+') return std::nullopt;
  double value = 0;
  const auto [end, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), value,
                      hexadecimal ? std::chars_format::hex : std::chars_format::general);
  if (error == std::errc::invalid_argument || end != rest.data() + rest.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // Too small is zero; too large is an error.
    const std::size_t exponent = rest.find_first_of(hexadecimal ? "pP" : "eE");
    if (exponent == std::string_view::npos || rest.substr(exponent + 1).front() != '-')
      return std::nullopt;
    value = 0;
  }
  return negative ? -value : value;
}

std::string format_float(double value, char format, int precision) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  if (precision >= 0) {
    std::string out = format == 'e'   ? fmt::format("{:.{}e}", value, precision)
                      : format == 'f' ? fmt::format("{:.{}f}", value, precision)
                                      : fmt::format("{:.{}g}", value, precision);
    return out;
  }
  if (format == 'f') {
    // The shortest digits, laid out without an exponent.
    char buffer[512];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
    return std::string(buffer, end.ptr);
  }
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string scientific(buffer, end.ptr);
  if (format == 'e') return scientific;
  std::string_view power = std::string_view(scientific).substr(scientific.find('e') + 1);
  if (power.starts_with('+')) power.remove_prefix(1);
  int exponent = 0;
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  // For the shortest text Go decides as %.6g would.
  constexpr int kSmallestPlain = -4;
  constexpr int kFirstScientific = 6;
  if (exponent < kSmallestPlain || exponent >= kFirstScientific) return scientific;
  return format_float(value, 'f');
}

}  // namespace gp::tmpl
