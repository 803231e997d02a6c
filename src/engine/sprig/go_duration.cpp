#include "engine/sprig/go_duration.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>

#include "engine/template/quote.hpp"

namespace gp::sprig {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};

constexpr std::array<Unit, 8> kUnits = {{{"ns", 1},
                                         {"us", 1'000},
                                         {"\u00B5s", 1'000},
                                         {"\u03BCs", 1'000},
                                         {"ms", 1'000'000},
                                         {"s", 1'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"h", 3'600'000'000'000}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

Result<std::int64_t> parse_go_duration(std::string_view text) {
  const std::string whole = tmpl::quote(text);
  const Error invalid = invalid_argument("time: invalid duration {}", whole);
  const bool is_negative = text.starts_with('-');
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return fail(invalid);
  long double total = 0;
  while (!text.empty()) {
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    long double amount = 0;
    for (std::size_t i = 0; i < digits; ++i) amount = amount * 10 + (text[i] - '0');
    text.remove_prefix(digits);
    std::size_t decimals = 0;
    if (text.starts_with('.')) {
      text.remove_prefix(1);
      long double scale = 1;
      while (decimals < text.size() && is_digit(text[decimals])) {
        scale /= 10;
        amount += (text[decimals] - '0') * scale;
        ++decimals;
      }
      text.remove_prefix(decimals);
    }
    if (digits == 0 && decimals == 0) return fail(invalid);
    std::size_t size = 0;
    while (size < text.size() && text[size] != '.' && !is_digit(text[size])) ++size;
    if (size == 0) return fail(invalid_argument("time: missing unit in duration {}", whole));
    const std::string_view name = text.substr(0, size);
    const auto* unit = std::ranges::find(kUnits, name, &Unit::name);
    if (unit == kUnits.end())
      return fail(
          invalid_argument("time: unknown unit {} in duration {}", tmpl::quote(name), whole));
    total += amount * static_cast<long double>(unit->nanoseconds);
    if (total > static_cast<long double>(std::numeric_limits<std::int64_t>::max()))
      return fail(invalid);
    text.remove_prefix(size);
  }
  const auto nanoseconds = static_cast<std::int64_t>(total + 1e-6L);
  return is_negative ? -nanoseconds : nanoseconds;
}

std::string go_duration_text(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return "0s";
  const std::string sign = nanoseconds < 0 ? "-" : "";
  std::uint64_t left = nanoseconds < 0 ? 0 - static_cast<std::uint64_t>(nanoseconds)
                                       : static_cast<std::uint64_t>(nanoseconds);
  // The amount without trailing zeros: 1.5s, 1.5ms.
  const auto in_units = [](std::uint64_t amount, std::uint64_t unit, int places) {
    std::string text = std::to_string(amount / unit);
    if (amount % unit == 0) return text;
    std::string fraction = fmt::format("{:0{}}", amount % unit, places);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return text + "." + fraction;
  };
  if (left < 1'000) return fmt::format("{}{}ns", sign, left);
  if (left < 1'000'000) return sign + in_units(left, 1'000, 3) + "\u00B5s";
  if (left < 1'000'000'000) return sign + in_units(left, 1'000'000, 6) + "ms";
  const std::uint64_t minutes = left / 60'000'000'000U;
  const std::string seconds = in_units(left % 60'000'000'000U, 1'000'000'000, 9) + "s";
  if (minutes == 0) return sign + seconds;
  if (minutes < 60) return fmt::format("{}{}m{}", sign, minutes, seconds);
  return fmt::format("{}{}h{}m{}", sign, minutes / 60, minutes % 60, seconds);
}

}  // namespace gp::sprig
