#include "engine/helm/json_problem.hpp"

#include "engine/template/quote.hpp"

namespace gp::helm {
namespace {

// Go's scanner, for its messages only. False once `problem` is set.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::string run() {
    if (!value(0)) return problem_;
    blanks();
    if (at_ < text_.size()) wrong("after top-level value");
    return problem_;
  }

 private:
  static constexpr int kDepthMax = 10'000;

  bool ends() const { return at_ >= text_.size(); }
  char peek() const { return ends() ? '\0' : text_[at_]; }
  void blanks() {
    while (!ends() && std::string_view(" \t\r\n").contains(peek())) ++at_;
  }
  bool wrong(std::string_view where) {
    if (ends()) {
      problem_ = "unexpected end of JSON input";
      return false;
    }
    const char c = peek();
    // Go quotes the byte as a character of its own.
    const std::string shown = c == '\''  ? "'\\''"
                              : c == '"' ? "'\"'"
                                         : tmpl::quote_rune(static_cast<unsigned char>(c));
    problem_ = fmt::format("invalid character {} {}", shown, where);
    return false;
  }

  bool value(int depth) {
    blanks();
    if (depth > kDepthMax) {
      problem_ = "exceeded max depth";
      return false;
    }
    const char c = peek();
    if (c == '{') return object(depth);
    if (c == '[') return array(depth);
    if (c == '"') return string();
    if (c == '-' || (c >= '0' && c <= '9')) return number();
    for (const std::string_view word : {"true", "false", "null"})
      if (!ends() && c == word[0]) return literal(word);
    return wrong("looking for beginning of value");
  }

  bool object(int depth) {
    ++at_;
    blanks();
    if (peek() == '}') return step();
    while (true) {
      blanks();
      if (peek() != '"') return wrong("looking for beginning of object key string");
      if (!string()) return false;
      blanks();
      if (peek() != ':') return wrong("after object key");
      ++at_;
      if (!value(depth + 1)) return false;
      blanks();
      if (peek() == '}') return step();
      if (peek() != ',') return wrong("after object key:value pair");
      ++at_;
    }
  }

  bool array(int depth) {
    ++at_;
    blanks();
    if (peek() == ']') return step();
    while (true) {
      if (!value(depth + 1)) return false;
      blanks();
      if (peek() == ']') return step();
      if (peek() != ',') return wrong("after array element");
      ++at_;
    }
  }

  bool string() {
    for (++at_; !ends() && peek() != '"'; ++at_) {
      if (static_cast<unsigned char>(peek()) < 0x20) return wrong("in string literal");
      if (peek() != '\\') continue;
      ++at_;
      if (ends()) break;
      if (peek() == 'u') {
        for (int i = 0; i < 4; ++i) {
          ++at_;
          if (ends() || !is_hex(peek())) return wrong("in \\u hexadecimal character escape");
        }
      } else if (!std::string_view("\"\\/bfnrt").contains(peek())) {
        return wrong("in string escape code");
      }
    }
    return ends() ? wrong("") : step();
  }

  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
  void digits() {
    while (is_digit(peek())) ++at_;
  }
  bool number() {
    if (peek() == '-') ++at_;
    if (!is_digit(peek())) return wrong("in numeric literal");
    if (peek() == '0') {
      ++at_;
    } else {
      digits();
    }
    if (peek() == '.') {
      ++at_;
      if (!is_digit(peek())) return wrong("after decimal point in numeric literal");
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!is_digit(peek())) return wrong("in exponent of numeric literal");
      digits();
    }
    return true;
  }

  bool literal(std::string_view word) {
    for (const char c : word) {
      if (peek() != c)
        return wrong(fmt::format("in literal {} (expecting {})", word,
                                 tmpl::quote_rune(static_cast<unsigned char>(c))));
      ++at_;
    }
    return true;
  }

  bool step() {
    ++at_;
    return true;
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::string problem_;
};

}  // namespace

std::string json_problem(std::string_view text) {
  return Scanner(text).run();
}

}  // namespace gp::helm
