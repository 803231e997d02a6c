#include "engine/cel/lexer.hpp"

#include <array>
#include <cstdlib>

#include "base/encoding.hpp"

namespace gp::cel {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

unsigned hex_value(char c) {
  if (is_digit(c)) return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 0x20) - 'a' + 10);
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0U | (code >> 6U));
    out += static_cast<char>(0x80U | (code & 0x3fU));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0U | (code >> 12U));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3fU));
    out += static_cast<char>(0x80U | (code & 0x3fU));
  } else {
    out += static_cast<char>(0xf0U | (code >> 18U));
    out += static_cast<char>(0x80U | ((code >> 12U) & 0x3fU));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3fU));
    out += static_cast<char>(0x80U | (code & 0x3fU));
  }
}

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Result<std::vector<Token>> run() {
    std::vector<Token> tokens;
    while (true) {
      skip_blank();
      Token token;
      token.offset = points_;
      if (at_ == source_.size()) {
        tokens.push_back(std::move(token));
        return tokens;
      }
      TRY(read(token));
      tokens.push_back(std::move(token));
    }
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }
  void advance(std::size_t bytes = 1) {
    for (; bytes > 0; --bytes, ++at_) {
      if ((static_cast<unsigned char>(source_[at_]) & 0xc0U) != 0x80U) ++points_;
    }
  }
  Error error(std::string_view message) const {
    return invalid_argument("{}", format_issue(source_, points_, message));
  }
  Error unrecognized() const {
    std::size_t end = at_ + 1;
    while (end < source_.size() && (static_cast<unsigned char>(source_[end]) & 0xc0U) == 0x80U)
      ++end;
    return error(fmt::format("Syntax error: token recognition error at: '{}'",
                             source_.substr(at_, end - at_)));
  }

  void skip_blank() {
    while (at_ < source_.size()) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
        advance();
      } else if (c == '/' && peek(1) == '/') {
        while (at_ < source_.size() && peek() != '\n') advance();
      } else {
        return;
      }
    }
  }

  Result<> read(Token& token) {
    if (is_string_start()) return read_string(token);
    const char c = peek();
    if (is_letter(c)) {
      const std::size_t start = at_;
      while (is_letter(peek()) || is_digit(peek())) advance();
      token.kind = Token::Kind::Ident;
      token.text = std::string(source_.substr(start, at_ - start));
      return {};
    }
    if (c == '`') return read_quoted(token);
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return read_number(token);
    return read_symbol(token);
  }

  Result<> read_quoted(Token& token) {
    const std::size_t close = source_.find('`', at_ + 1);
    if (close == std::string_view::npos || close == at_ + 1) return fail(unrecognized());
    token.kind = Token::Kind::Quoted;
    token.text = std::string(source_.substr(at_ + 1, close - at_ - 1));
    advance(close + 1 - at_);
    return {};
  }

  Result<> read_symbol(Token& token) {
    static constexpr std::array<std::string_view, 8> kTwo = {
        "&&", "||", "==", "!=", "<=", ">=", ".?", "[?"};
    token.kind = Token::Kind::Symbol;
    for (const std::string_view two : kTwo) {
      if (!source_.substr(at_).starts_with(two)) continue;
      token.text = std::string(two);
      advance(2);
      return {};
    }
    if (std::string_view("+-*/%!<>?:.,()[]{}").find(peek()) == std::string_view::npos)
      return fail(unrecognized());
    token.text = std::string(1, peek());
    advance();
    return {};
  }

  Result<> read_number(Token& token) {
    const std::size_t start = at_;
    token.kind = Token::Kind::Literal;
    bool is_double = false;
    int base = 10;
    if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X') && is_hex(peek(2))) {
      base = 16;
      advance(2);
      while (is_hex(peek())) advance();
    } else {
      while (is_digit(peek())) advance();
      if (peek() == '.' && is_digit(peek(1))) {
        is_double = true;
        advance();
        while (is_digit(peek())) advance();
      }
      const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
      if ((peek() == 'e' || peek() == 'E') && is_digit(peek(1 + sign))) {
        is_double = true;
        advance(1 + sign);
        while (is_digit(peek())) advance();
      }
    }
    const std::string text(source_.substr(start, at_ - start));
    const char* digits = base == 16 ? text.c_str() + 2 : text.c_str();
    errno = 0;
    if (is_double) {
      token.literal.kind = Literal::Kind::Double;
      token.literal.number = std::strtod(text.c_str(), nullptr);
    } else if (peek() == 'u' || peek() == 'U') {
      advance();
      token.literal.kind = Literal::Kind::Uint;
      token.literal.unsigned_integer = std::strtoull(digits, nullptr, base);
      if (errno == ERANGE) return fail(error("invalid uint literal"));
    } else {
      token.literal.kind = Literal::Kind::Int;
      token.literal.unsigned_integer = std::strtoull(digits, nullptr, base);
      // 9223372036854775808 is fine behind a minus: the parser decides.
      if (errno == ERANGE || token.literal.unsigned_integer > (1ULL << 63U))
        return fail(error("invalid int literal"));
    }
    return {};
  }

  bool is_string_start() const {
    std::size_t i = at_;
    for (; i < at_ + 2 && i < source_.size(); ++i) {
      const char c = source_[i];
      if (c != 'r' && c != 'R' && c != 'b' && c != 'B') break;
    }
    return i < source_.size() && (source_[i] == '"' || source_[i] == '\'');
  }

  Result<> read_string(Token& token) {
    bool is_raw = false;
    token.kind = Token::Kind::Literal;
    token.literal.kind = Literal::Kind::String;
    for (; peek() != '"' && peek() != '\''; advance()) {
      if (peek() == 'r' || peek() == 'R')
        is_raw = true;
      else
        token.literal.kind = Literal::Kind::Bytes;
    }
    const char quote = peek();
    const bool is_triple = peek(1) == quote && peek(2) == quote;
    const std::string close(is_triple ? 3 : 1, quote);
    advance(close.size());
    std::string& text = token.literal.text;
    while (true) {
      if (at_ >= source_.size() || (!is_triple && peek() == '\n'))
        return fail(error("Syntax error: unterminated string"));
      if (source_.substr(at_).starts_with(close)) break;
      if (peek() == '\\' && !is_raw) {
        TRY(read_escape(text, token.literal.kind == Literal::Kind::Bytes));
      } else {
        text += peek();
        advance();
      }
    }
    advance(close.size());
    if (token.literal.kind == Literal::Kind::String && !is_utf8(text))
      return fail(error("invalid UTF-8 in string literal"));
    return {};
  }

  Result<> read_escape(std::string& out, bool is_bytes) {
    const char kind = peek(1);
    static constexpr std::string_view kNames = "abfnrtv\\'\"`?";
    static constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\'\"`?";
    if (const auto simple = kNames.find(kind); kind != '\0' && simple != std::string_view::npos) {
      out += kValues[simple];
      advance(2);
      return {};
    }
    std::size_t digits = 0;
    unsigned base = 16;
    std::size_t skip = 2;
    if (kind == 'x' || kind == 'X')
      digits = 2;
    else if (kind == 'u' && !is_bytes)
      digits = 4;
    else if (kind == 'U' && !is_bytes)
      digits = 8;
    else if (kind >= '0' && kind <= '3')
      digits = 3, base = 8, skip = 1;
    else
      return fail(error("Syntax error: invalid escape sequence"));

    std::uint32_t code = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = peek(skip + i);
      if (!is_hex(c) || hex_value(c) >= base)
        return fail(error("Syntax error: invalid escape sequence"));
      code = code * base + hex_value(c);
    }
    advance(skip + digits);
    if (is_bytes) {
      out += static_cast<char>(code);
      return {};
    }
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
      return fail(error("invalid unicode code point"));
    append_utf8(out, code);
    return {};
  }

  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t points_ = 0;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view source, const ParseLimits& limits) {
  if (source.size() > limits.bytes_max) {
    return fail(
        too_large("expression has {} bytes, more than {}", source.size(), limits.bytes_max));
  }
  return Lexer(source).run();
}

std::string format_issue(std::string_view source, std::size_t offset, std::string_view message) {
  std::size_t line = 1;
  std::size_t line_start = 0;
  std::size_t column = 0;
  std::size_t points = 0;
  for (std::size_t i = 0; i < source.size() && points < offset; ++i) {
    if ((static_cast<unsigned char>(source[i]) & 0xc0U) == 0x80U) continue;
    ++points;
    ++column;
    if (source[i] == '\n') {
      ++line;
      column = 0;
      line_start = i + 1;
    }
  }
  const std::size_t line_end = std::min(source.find('\n', line_start), source.size());
  return fmt::format("ERROR: <input>:{}:{}: {}\n | {}\n | {}^", line, column + 1, message,
                     source.substr(line_start, line_end - line_start), std::string(column, '.'));
}

}  // namespace gp::cel
