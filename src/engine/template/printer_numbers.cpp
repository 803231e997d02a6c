// How numbers print.

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "engine/template/number.hpp"
#include "engine/template/printer.hpp"
#include "engine/template/quote.hpp"

namespace gp::tmpl {
namespace {

constexpr int kShortest = -1;
constexpr int kMantissaBits = 52;

// 4503599627370496p-52
std::string binary_exponent(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  std::uint64_t mantissa = bits & ((std::uint64_t{1} << kMantissaBits) - 1);
  int exponent = static_cast<int>((bits >> kMantissaBits) & 0x7FF);
  if (exponent == 0) {
    ++exponent;
  } else {
    mantissa |= std::uint64_t{1} << kMantissaBits;
  }
  exponent -= 1023 + kMantissaBits;
  return fmt::format("{}{}p{:+}", std::signbit(value) ? "-" : "", mantissa, exponent);
}

// 0x1.8p+00: C's %a with two digits of exponent.
std::string hexadecimal_float(double value, int precision, bool upper) {
  std::string text =
      precision < 0 ? fmt::format("{:a}", value) : fmt::format("{:.{}a}", value, precision);
  const std::size_t exponent = text.find('p') + 2;
  if (text.size() - exponent < 2) text.insert(exponent, 1, '0');
  if (upper)
    for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return text;
}

std::string float_digits(double value, char verb, int precision) {
  switch (verb) {
    case 'b': return binary_exponent(value);
    case 'x': return hexadecimal_float(value, precision, false);
    case 'X': return hexadecimal_float(value, precision, true);
    case 'E':
    case 'G': {
      std::string text = format_float(value, static_cast<char>(verb + 32), precision);
      for (char& c : text)
        if (c == 'e') c = 'E';
      return text;
    }
    case 'F': return format_float(value, 'f', precision);
    default: return format_float(value, verb, precision);
  }
}

// '#' keeps the decimal point, and for %g the digits that were dropped.
void keep_point(std::string& number, char verb, int precision) {
  int digits = 0;
  if (verb == 'g' || verb == 'G' || verb == 'x') digits = precision < 0 ? 6 : precision;
  std::string tail;
  bool has_point = false;
  bool significant = false;
  for (std::size_t i = 1; i < number.size(); ++i) {
    const char c = number[i];
    const bool exponent =
        c == 'p' || c == 'P' || ((c == 'e' || c == 'E') && verb != 'x' && verb != 'X');
    if (exponent) {
      tail = number.substr(i);
      number.resize(i);
      break;
    }
    if (c == '.') {
      has_point = true;
      continue;
    }
    if (c != '0') significant = true;
    if (significant) --digits;
  }
  if (!has_point) {
    if (number.size() == 2 && number[1] == '0') --digits;
    number.push_back('.');
  }
  if (digits > 0) number.append(static_cast<std::size_t>(digits), '0');
  number.append(tail);
}

}  // namespace

void Printer::integer(const Val& value, char32_t verb) {
  const std::uint64_t number = value.unsigned_integer();
  const bool is_signed = value.type()->is_signed();
  switch (verb) {
    case 'v':
      if (flags.sharp_v && !is_signed) {
        const bool sharp = std::exchange(flags.sharp, true);
        digits(number, 16, false, 'v', false);
        flags.sharp = sharp;
        return;
      }
      [[fallthrough]];
    case 'd': return digits(number, 10, is_signed, verb, false);
    case 'b': return digits(number, 2, is_signed, verb, false);
    case 'o':
    case 'O': return digits(number, 8, is_signed, verb, false);
    case 'x': return digits(number, 16, is_signed, verb, false);
    case 'X': return digits(number, 16, is_signed, verb, true);
    case 'c': {
      std::string text;
      append_rune(text, number > 0x10FFFF ? char32_t{0xFFFD} : static_cast<char32_t>(number));
      return pad(text);
    }
    case 'q':
      return pad(quote_rune(number > 0x10FFFF ? char32_t{0xFFFD} : static_cast<char32_t>(number),
                            flags.plus));
    case 'U': return unicode(number);
    default: return bad_verb(value, verb);
  }
}

void Printer::digits(std::uint64_t number, unsigned base, bool is_signed, char32_t verb,
                     bool upper) {
  const bool negative = is_signed && static_cast<std::int64_t>(number) < 0;
  if (negative) number = ~number + 1;
  int least = 0;
  if (flags.precision) {
    least = *flags.precision;
    // Nothing but padding.
    if (least == 0 && number == 0) return pad_without_zeros("");
  } else if (flags.zero && !flags.minus && flags.width) {
    least = *flags.width - (negative || flags.plus || flags.space ? 1 : 0);
  }
  std::string text = base == 2    ? fmt::format("{:b}", number)
                     : base == 8  ? fmt::format("{:o}", number)
                     : base == 10 ? fmt::format("{}", number)
                     : upper      ? fmt::format("{:X}", number)
                                  : fmt::format("{:x}", number);
  if (least > static_cast<int>(text.size()))
    text.insert(0, static_cast<std::size_t>(least) - text.size(), '0');
  if (flags.sharp) {
    if (base == 2) text.insert(0, "0b");
    if (base == 8 && text[0] != '0') text.insert(0, "0");
    if (base == 16) text.insert(0, upper ? "0X" : "0x");
  }
  if (verb == 'O') text.insert(0, "0o");
  if (negative) {
    text.insert(0, "-");
  } else if (flags.plus || flags.space) {
    text.insert(0, flags.plus ? "+" : " ");
  }
  pad_without_zeros(text);
}

void Printer::unicode(std::uint64_t number) {
  const int least = flags.precision ? std::max(*flags.precision, 4) : 4;
  std::string text = fmt::format("U+{:0{}X}", number, least);
  if (flags.sharp && number <= 0x10FFFF && is_printable(static_cast<char32_t>(number))) {
    text.append(" '");
    append_rune(text, static_cast<char32_t>(number));
    text.push_back('\'');
  }
  pad_without_zeros(text);
}

void Printer::floating(const Val& argument, double value, char32_t verb) {
  constexpr int kDefaultPrecision = 6;
  switch (verb) {
    case 'v': return float_text(value, 'g', kShortest);
    case 'b':
    case 'g':
    case 'G':
    case 'x':
    case 'X': return float_text(value, static_cast<char>(verb), kShortest);
    case 'e':
    case 'E':
    case 'f':
    case 'F': return float_text(value, static_cast<char>(verb), kDefaultPrecision);
    default: return bad_verb(argument, verb);
  }
}

void Printer::float_text(double value, char verb, int precision) {
  if (flags.precision) precision = *flags.precision;
  std::string number = float_digits(value, verb, precision);
  if (number[0] != '-' && number[0] != '+') number.insert(0, "+");
  if (flags.space && number[0] == '+' && !flags.plus) number[0] = ' ';
  if (number[1] == 'I' || number[1] == 'N') {
    if (number[1] == 'N' && !flags.space && !flags.plus) number.erase(0, 1);
    return pad_without_zeros(number);
  }
  if (flags.sharp && verb != 'b') keep_point(number, verb, precision);
  if (!flags.plus && number[0] == '+') return pad(std::string_view(number).substr(1));
  const int missing = flags.width ? *flags.width - static_cast<int>(number.size()) : 0;
  if (flags.zero && !flags.minus && missing > 0) {
    // The sign stands before the zeros.
    out_.push_back(number[0]);
    padding(missing);
    out_.append(number, 1);
    return;
  }
  pad(number);
}

void Printer::complex(const Val& value, char32_t verb) {
  if (std::u32string_view(U"vbgGxXfFeE").find(verb) == std::u32string_view::npos)
    return bad_verb(value, verb);
  const auto [real, imaginary] = value.complex();
  out_.push_back('(');
  floating(value, real, verb);
  const bool plus = std::exchange(flags.plus, true);
  floating(value, imaginary, verb);
  flags.plus = plus;
  out_.append("i)");
}

}  // namespace gp::tmpl
