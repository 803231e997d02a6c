#include "base/decimal.hpp"

#include <charconv>
#include <cstdlib>

namespace gp {
namespace {

template <typename T>
Decimal decimal_of(T number) {
  // to_chars gives the shortest digits as d.ddde±xx.
  char buffer[40];
  const auto written =
      std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific);
  std::string_view text(buffer, static_cast<std::size_t>(written.ptr - buffer));
  Decimal decimal;
  decimal.negative = text.starts_with('-');
  if (decimal.negative) text.remove_prefix(1);
  const std::size_t e = text.find('e');
  decimal.digits = text[0];
  if (e > 2) decimal.digits += text.substr(2, e - 2);
  const std::size_t exponent_at = text[e + 1] == '+' ? e + 2 : e + 1;
  std::from_chars(text.data() + exponent_at, text.data() + text.size(), decimal.exponent);
  return decimal;
}

}  // namespace

Decimal shortest_decimal(double number) {
  return decimal_of(number);
}
Decimal shortest_decimal(float number) {
  return decimal_of(number);
}

void append_plain(std::string& out, const Decimal& decimal) {
  const std::string& digits = decimal.digits;
  if (decimal.negative) out += '-';
  if (decimal.exponent < 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-decimal.exponent - 1), '0').append(digits);
    return;
  }
  const auto whole = static_cast<std::size_t>(decimal.exponent) + 1;
  if (digits.size() <= whole) {
    out.append(digits).append(whole - digits.size(), '0');
  } else {
    out.append(digits, 0, whole).append(1, '.').append(digits, whole);
  }
}

void append_exponential(std::string& out, const Decimal& decimal, int exponent_digits) {
  if (decimal.negative) out += '-';
  out += decimal.digits[0];
  if (decimal.digits.size() > 1) out.append(1, '.').append(decimal.digits, 1);
  out += fmt::format("e{}{:0{}}", decimal.exponent < 0 ? '-' : '+', std::abs(decimal.exponent),
                     exponent_digits);
}

void append_general(std::string& out, const Decimal& decimal) {
  if (decimal.exponent < -4 || decimal.exponent >= 6) {
    append_exponential(out, decimal, 2);
  } else {
    append_plain(out, decimal);
  }
}

}  // namespace gp
