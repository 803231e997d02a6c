#include "platform/object/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace gp::object {
namespace {

__extension__ using Wide = __int128;

constexpr Wide kNano = 1'000'000'000;
// Values above 2^63 - 1 are cut off there, as the API server does.
constexpr Wide kMax = static_cast<Wide>(INT64_MAX) * kNano;

constexpr std::array<std::string_view, 7> kBinary = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

struct DecimalSuffix {
  std::string_view text;
  int exponent;
};
constexpr std::array<DecimalSuffix, 10> kDecimal = {{{"n", -9},
                                                     {"u", -6},
                                                     {"m", -3},
                                                     {"", 0},
                                                     {"k", 3},
                                                     {"M", 6},
                                                     {"G", 9},
                                                     {"T", 12},
                                                     {"P", 15},
                                                     {"E", 18}}};

Error format_error() {
  return invalid_argument(
      "quantities must match the regular expression "
      "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

Error suffix_error() {
  return invalid_argument("unable to parse quantity's suffix");
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The number before the suffix, as an integer times 10^-places.
struct Mantissa {
  Wide digits = 0;
  int places = 0;
  bool is_negative = false;
  bool is_rounded = false;  // digits below were cut off
  bool is_huge = false;
};

Result<Mantissa> take_mantissa(std::string_view& text) {
  Mantissa out;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    out.is_negative = text[0] == '-';
    text.remove_prefix(1);
  }
  bool in_fraction = false;
  std::size_t digits = 0;
  for (; !text.empty() && (is_digit(text[0]) || text[0] == '.'); text.remove_prefix(1)) {
    if (text[0] == '.') {
      if (in_fraction) return fail(format_error());
      in_fraction = true;
      continue;
    }
    ++digits;
    if (out.digits >= kMax / 10) {
      // More than anybody can mean: further digits only tell whether to round up.
      if (in_fraction) {
        out.is_rounded = out.is_rounded || text[0] != '0';
      } else {
        out.is_huge = true;
      }
      continue;
    }
    out.digits = out.digits * 10 + (text[0] - '0');
    if (in_fraction) ++out.places;
  }
  if (digits == 0) return fail(format_error());
  return out;
}

// value * 10^exponent, rounded up; cut off at the limit.
Wide scaled(const Mantissa& mantissa, int exponent, Wide factor, bool& inexact) {
  Wide value = mantissa.is_huge ? kMax : mantissa.digits;
  inexact = mantissa.is_rounded;
  for (Wide left = factor; left > 1; left /= 2) {
    if (value > kMax / 2) {
      value = kMax;
      break;
    }
    value *= 2;
  }
  for (; exponent > 0; --exponent) {
    if (value > kMax / 10) return value == 0 ? 0 : kMax;
    value *= 10;
  }
  for (; exponent < 0 && value > 0; ++exponent) {
    inexact = inexact || value % 10 != 0;
    value /= 10;
  }
  return value;
}

std::string digits_of(Wide value) {
  if (value == 0) return "0";
  const bool is_negative = value < 0;
  std::string out;
  for (Wide left = is_negative ? -value : value; left > 0; left /= 10) {
    out += static_cast<char>('0' + static_cast<int>(left % 10));
  }
  if (is_negative) out += '-';
  std::ranges::reverse(out);
  return out;
}

Wide divided_up(Wide value, Wide by) {
  const Wide down = value / by;
  return value % by == 0 || value < 0 ? down : down + 1;
}

// The largest suffix that leaves no fraction.
std::string decimal_text(Wide nanos) {
  std::size_t step = 0;
  for (; step + 1 < kDecimal.size() && nanos % 1000 == 0; ++step) nanos /= 1000;
  return digits_of(nanos) + std::string(kDecimal[step].text);
}

}  // namespace

Result<Quantity> Quantity::parse(std::string_view text) {
  if (text.empty()) return fail(format_error());
  if (text.size() > 200) return fail(format_error());
  const Mantissa mantissa = TRY(take_mantissa(text));

  Quantity out;
  int exponent = 0;
  Wide factor = 1;
  const auto* const binary = std::ranges::find(kBinary, text);
  const auto* const decimal = std::ranges::find(kDecimal, text, &DecimalSuffix::text);
  if (decimal != kDecimal.end()) {
    exponent = decimal->exponent;
  } else if (binary != kBinary.end()) {
    out.form_ = Form::Binary;
    factor = static_cast<Wide>(1) << (10 * (binary - kBinary.begin()));
  } else if (text[0] == 'e' || text[0] == 'E') {
    out.form_ = Form::Exponent;
    text.remove_prefix(1);
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto read = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size())
      return fail(suffix_error());
    exponent = std::clamp(exponent, -100, 100);
  } else {
    return fail(text.find_first_not_of("einumkKMGTPE0123456789+-") == std::string_view::npos
                    ? suffix_error()
                    : format_error());
  }

  bool inexact = false;
  Wide nanos = scaled(mantissa, exponent - mantissa.places + 9, factor, inexact);
  if (inexact && nanos < kMax && !mantissa.is_negative) ++nanos;
  nanos = std::min(nanos, kMax);
  out.nanos_ = mantissa.is_negative ? -nanos : nanos;
  return out;
}

std::int64_t Quantity::value() const {
  return static_cast<std::int64_t>(divided_up(nanos_, kNano));
}

std::int64_t Quantity::milli_value() const {
  const Wide milli = divided_up(nanos_, kNano / 1000);
  return static_cast<std::int64_t>(
      std::clamp(milli, static_cast<Wide>(INT64_MIN), static_cast<Wide>(INT64_MAX)));
}

std::string Quantity::to_string() const {
  if (nanos_ == 0) return "0";
  const Wide size = nanos_ < 0 ? -nanos_ : nanos_;
  if (form_ == Form::Binary && size >= 1024 * kNano) {
    Wide units = divided_up(nanos_, kNano);
    std::size_t step = 0;
    for (; step + 1 < kBinary.size() && units % 1024 == 0; ++step) units /= 1024;
    if (step > 0) return digits_of(units) + std::string(kBinary[step]);
    return decimal_text(units * kNano);  // without a suffix nobody can tell that it was binary
  }
  if (form_ == Form::Decimal || form_ == Form::Binary) return decimal_text(nanos_);
  // The largest power of a thousand that leaves no fraction.
  Wide units = nanos_;
  std::size_t step = 0;
  for (; step + 1 < kDecimal.size() && units % 1000 == 0; ++step) units /= 1000;
  const int exponent = kDecimal[step].exponent;
  return digits_of(units) + (exponent == 0 ? "" : "e" + std::to_string(exponent));
}

}  // namespace gp::object
