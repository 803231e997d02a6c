#include "engine/template/parse_number.hpp"

#include "engine/template/number.hpp"
#include "engine/template/quote.hpp"

namespace gp::tmpl {
namespace {

void make_int(Node& node, std::int64_t value) {
  node.is_int = true;
  node.integer = value;
}

void make_uint(Node& node, std::uint64_t value) {
  node.is_uint = true;
  node.unsigned_integer = value;
}

void make_float(Node& node, double value) {
  node.is_float = true;
  node.number = value;
  constexpr double kTwo63 = 9223372036854775808.0;
  if (!node.is_int && value >= -kTwo63 && value < kTwo63 &&
      static_cast<double>(static_cast<std::int64_t>(value)) == value)
    make_int(node, static_cast<std::int64_t>(value));
  if (!node.is_uint && value >= 0 && value < 2 * kTwo63 &&
      static_cast<double>(static_cast<std::uint64_t>(value)) == value)
    make_uint(node, static_cast<std::uint64_t>(value));
}

// An imaginary part of zero leaves a float.
void make_complex(Node& node, double real, double imaginary) {
  node.is_complex = true;
  node.imaginary = imaginary;
  if (imaginary == 0) make_float(node, real);
  node.number = real;
}

Result<void> read_complex(std::string_view text, Node& node) {
  const std::string_view pair = text.substr(0, text.size() - 1);  // without "i"
  std::size_t sign = pair.find_last_of("+-");
  while (sign > 0 && sign != std::string_view::npos &&
         std::string_view("eEpP").find(pair[sign - 1]) != std::string_view::npos)
    sign = pair.find_last_of("+-", sign - 1);
  const auto real = parse_float(pair.substr(0, sign));
  const auto imaginary = parse_float(pair.substr(sign));
  if (!real || !imaginary) return fail(invalid_argument("syntax error scanning complex number"));
  make_complex(node, *real, *imaginary);
  return {};
}

}  // namespace

Result<void> read_number(const Token& token, Node& node) {
  const std::string_view text = token.text;
  node.text = token.text;
  if (token.kind == TokenKind::CharConstant) {
    const auto character = unquote(text);
    if (!character) return fail(invalid_argument("invalid syntax"));
    const char32_t code = character->size() == 1 && (*character)[0] < 0
                              ? static_cast<unsigned char>((*character)[0])
                              : decode_rune(*character).code;
    make_int(node, static_cast<std::int64_t>(code));
    make_uint(node, code);
    make_float(node, static_cast<double>(code));
    return {};
  }
  if (token.kind == TokenKind::Complex) return read_complex(text, node);
  if (text.ends_with('i')) {
    if (const auto imaginary = parse_float(text.substr(0, text.size() - 1))) {
      make_complex(node, 0, *imaginary);
      return {};
    }
  }
  if (const auto value = parse_unsigned(text, 0)) make_uint(node, *value);
  if (const auto value = parse_signed(text, 0)) {
    make_int(node, *value);
    if (*value == 0) make_uint(node, 0);
  }
  if (node.is_int) {
    make_float(node, static_cast<double>(node.integer));
  } else if (node.is_uint) {
    make_float(node, static_cast<double>(node.unsigned_integer));
  } else if (const auto value = parse_float(text)) {
    // A float that is written like an integer is one that is too large.
    if (text.find_first_of(".eEpP") == std::string_view::npos)
      return fail(invalid_argument("integer overflow: {}", quote(text)));
    make_float(node, *value);
  }
  if (!node.is_int && !node.is_uint && !node.is_float)
    return fail(invalid_argument("illegal number syntax: {}", quote(text)));
  return {};
}

}  // namespace gp::tmpl
