#include "engine/template/quote.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/utf8.hpp"

namespace gp::tmpl {
namespace {

bool matches(char32_t code, const RE2& expression) {
  std::string text;
  append_rune(text, code);
  return RE2::FullMatch(text, expression);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_escaped(std::string& out, char32_t code, char mark, bool ascii_only) {
  if (code == static_cast<unsigned char>(mark) || code == '\\') {
    out.push_back('\\');
    out.push_back(static_cast<char>(code));
    return;
  }
  if (code < 0x80 ? (code >= 0x20 && code < 0x7f) : (!ascii_only && is_printable(code))) {
    append_rune(out, code);
    return;
  }
  switch (code) {
    case '\a': out.append("\\a"); return;
    case '\b': out.append("\\b"); return;
    case '\f': out.append("\\f"); return;
    case '\n': out.append("\\n"); return;
    case '\r': out.append("\\r"); return;
    case '\t': out.append("\\t"); return;
    case '\v': out.append("\\v"); return;
    default: break;
  }
  const auto number = static_cast<std::uint32_t>(code);
  if (number < ' ' || number == 0x7f) {
    out.append(fmt::format("\\x{:02x}", number));
  } else {
    out.append(number < 0x10000 ? fmt::format("\\u{:04x}", number)
                                : fmt::format("\\U{:08x}", number));
  }
}

// One escape after a backslash; false when malformed. `rest` moves past it.
bool unescape(std::string_view& rest, char mark, std::string& out) {
  if (rest.empty()) return false;
  const char c = rest.front();
  rest.remove_prefix(1);
  constexpr std::string_view kNames = "abfnrtv\\";
  constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\";
  if (const std::size_t at = kNames.find(c); at != std::string_view::npos) {
    out.push_back(kValues[at]);
    return true;
  }
  if (c == mark) {
    out.push_back(c);
    return true;
  }
  if (c >= '0' && c <= '7') {
    if (rest.size() < 2) return false;
    const int high = rest[0] - '0';
    const int low = rest[1] - '0';
    const int value = (c - '0') * 64 + high * 8 + low;
    if (high < 0 || high > 7 || low < 0 || low > 7 || value > 255) return false;
    rest.remove_prefix(2);
    out.push_back(static_cast<char>(value));
    return true;
  }
  const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0 || rest.size() < digits) return false;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int digit = hex_digit(rest[i]);
    if (digit < 0) return false;
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  rest.remove_prefix(digits);
  if (c == 'x') {
    out.push_back(static_cast<char>(value));
    return true;
  }
  if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return false;
  append_rune(out, value);
  return true;
}

}  // namespace

Rune decode_rune(std::string_view text) noexcept {
  const std::size_t size = utf8_length(text);
  if (size == 0) return {};
  return {utf8_decode(text), static_cast<std::uint32_t>(size)};
}

void append_rune(std::string& out, char32_t code) {
  const bool no_character = code > 0x10FFFF || (code >= 0xD800 && code < 0xE000);
  append_utf8(out, no_character ? char32_t{0xFFFD} : code);
}

bool is_alphanumeric(char32_t code) {
  if (code < 0x80)
    return code == '_' || (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
           (code >= 'A' && code <= 'Z');
  static const RE2 expression("[\\p{L}\\p{Nd}]");
  return matches(code, expression);
}

bool is_printable(char32_t code) {
  if (code < 0x80) return code >= 0x20 && code < 0x7f;
  static const RE2 expression("[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]");
  return matches(code, expression);
}

std::string quote(std::string_view text, char mark, bool ascii_only) {
  std::string out(1, mark);
  while (!text.empty()) {
    const Rune rune = decode_rune(text);
    if (rune.size == 1 && rune.code == 0xFFFD) {
      out.append(fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front())));
    } else {
      append_escaped(out, rune.code, mark, ascii_only);
    }
    text.remove_prefix(rune.size);
  }
  out.push_back(mark);
  return out;
}

std::string quote_rune(char32_t code, bool ascii_only) {
  if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
  std::string out = "'";
  append_escaped(out, code, '\'', ascii_only);
  out.push_back('\'');
  return out;
}

std::optional<std::string> unquote(std::string_view literal) {
  if (literal.size() < 2 || literal.front() != literal.back()) return std::nullopt;
  const char mark = literal.front();
  std::string_view rest = literal.substr(1, literal.size() - 2);
  std::string out;
  if (mark == '`') {
    for (const char c : rest)
      if (c != '\r') out.push_back(c);
    return out;
  }
  std::size_t characters = 0;
  for (; !rest.empty(); ++characters) {
    if (rest.front() == mark || rest.front() == '\n') return std::nullopt;
    if (rest.front() == '\\') {
      rest.remove_prefix(1);
      if (!unescape(rest, mark, out)) return std::nullopt;
      continue;
    }
    const Rune rune = decode_rune(rest);
    out.append(rest.substr(0, rune.size));
    rest.remove_prefix(rune.size);
  }
  if (mark == '\'' && characters != 1) return std::nullopt;
  return out;
}

std::string describe_rune(char32_t code) {
  std::string out = fmt::format("U+{:04X}", static_cast<std::uint32_t>(code));
  if (!is_printable(code)) return out;
  out.append(" '");
  append_rune(out, code);
  out.push_back('\'');
  return out;
}

}  // namespace gp::tmpl
