// TOML 1.0 texts: tables, arrays of tables, strings, numbers, dates (as text), inline values.

#include <charconv>

#include "base/utf8.hpp"
#include "engine/helm/output.hpp"
#include "engine/template/quote.hpp"

namespace gp::helm {
namespace {

using tmpl::Val;

constexpr int kDepthMax = 100;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Val> run() {
    Val root = Val::new_map();
    Val table = root;
    while (true) {
      skip_lines();
      if (at_end()) return root;
      if (peek() == '[') {
        table = TRY(header(root));
      } else {
        TRY(pair(table, 0));
      }
      TRY(end_of_line());
    }
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  // Blanks, line ends and comments.
  void skip_lines() {
    while (!at_end()) {
      if (peek() == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (std::string_view(" \t\r\n").contains(peek())) {
        line_ += peek() == '\n' ? 1 : 0;
        ++at_;
      } else {
        return;
      }
    }
  }
  std::unexpected<Error> wrong(std::string_view what) const {
    if (last_key_.empty()) return fail(invalid_argument("toml: line {}: {}", line_, what));
    return fail(invalid_argument("toml: line {} (last key \"{}\"): {}", line_, last_key_, what));
  }

  Result<void> end_of_line() {
    skip_blanks();
    if (peek() == '#') at_ = std::min(text_.find('\n', at_), text_.size());
    if (peek() == '\r') ++at_;
    if (at_end() || peek() == '\n') return {};
    return wrong(
        fmt::format("expected a top-level item to end with a newline, comment, or EOF, "
                    "but got {} instead",
                    tmpl::quote_rune(tmpl::decode_rune(text_.substr(at_)).code)));
  }

  Result<std::string> key_part() {
    skip_blanks();
    if (peek() == '"' || peek() == '\'') return string();
    const std::size_t begin = at_;
    while (!at_end() && (is_word(peek()) || peek() == '-' || peek() == '_')) ++at_;
    if (at_ == begin) return wrong("expected a key");
    return std::string(text_.substr(begin, at_ - begin));
  }
  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  Result<std::vector<std::string>> key() {
    std::vector<std::string> parts;
    do {
      std::string part = TRY(key_part());
      parts.push_back(std::move(part));
      skip_blanks();
    } while (take("."));
    last_key_ = parts.back();
    return parts;
  }

  Result<Val> step_into(const Val& table, const std::string& name) {
    const Val* present = table.map().find(name);
    if (!present) {
      Val inner = Val::new_map();
      table.map().set(name, inner);
      return inner;
    }
    if (present->is_map()) return *present;
    if (present->is_slice() && present->size() > 0 && present->items().back().is_map())
      return present->items().back();
    return wrong(fmt::format("Key '{}' has already been defined.", name));
  }

  Result<Val> header(const Val& root) {
    const bool is_list = take("[[");
    if (!is_list) take("[");
    const auto parts = TRY(key());
    if (!take(is_list ? "]]" : "]")) return wrong("expected a table name to end with ']'");
    Val table = root;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) table = TRY(step_into(table, parts[i]));
    if (!is_list) return step_into(table, parts.back());
    std::vector<Val> items;
    const Val* present = table.map().find(parts.back());
    if (present && present->is_slice()) items = present->items();
    items.push_back(Val::new_map());
    Val added = items.back();
    table.map().set(parts.back(), Val::list(std::move(items)));
    return added;
  }

  Result<void> pair(const Val& into, int depth) {
    const auto parts = TRY(key());
    if (!take("=")) return wrong("expected key separator '='");
    Val table = into;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) table = TRY(step_into(table, parts[i]));
    if (table.map().find(parts.back()))
      return wrong(fmt::format("Key '{}' has already been defined.", parts.back()));
    skip_blanks();
    Val item = TRY(value(depth));
    table.map().set(parts.back(), std::move(item));
    return {};
  }

  Result<Val> value(int depth) {
    if (depth > kDepthMax) return wrong("nested too deeply");
    if (at_end()) return wrong("unexpected EOF; expected value");
    const char c = peek();
    if (c == '"' || c == '\'') {
      std::string text = TRY(string());
      return Val::string(std::move(text));
    }
    if (c == '[') return list(depth);
    if (c == '{') return inline_table(depth);
    return scalar();
  }

  Result<Val> list(int depth) {
    ++at_;
    std::vector<Val> items;
    while (true) {
      skip_lines();
      if (take("]")) return Val::list(std::move(items));
      Val item = TRY(value(depth + 1));
      items.push_back(std::move(item));
      skip_lines();
      if (take(",")) continue;
      if (peek() != ']') return wrong("expected a comma (',') or array terminator (']')");
    }
  }

  Result<Val> inline_table(int depth) {
    ++at_;
    Val table = Val::new_map();
    skip_blanks();
    if (take("}")) return table;
    while (true) {
      TRY(pair(table, depth + 1));
      skip_blanks();
      if (take("}")) return table;
      if (!take(",")) return wrong("expected a comma or an inline table terminator '}'");
      skip_blanks();
    }
  }

  Result<Val> scalar() {
    const std::size_t begin = at_;
    while (!at_end() && (is_word(peek()) || std::string_view("+-_.:").contains(peek()))) ++at_;
    std::string word(text_.substr(begin, at_ - begin));
    if (word == "true" || word == "false") return Val::boolean(word == "true");
    const bool is_date = word.size() >= 8 && (word[2] == ':' || word[4] == '-');
    if (is_date) return Val::string(word.size() == 10 ? word + "T00:00:00Z" : word);
    std::erase(word, '_');
    std::string_view digits = word;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const int base = digits.starts_with("0x")   ? 16
                     : digits.starts_with("0o") ? 8
                     : digits.starts_with("0b") ? 2
                                                : 10;
    if (base != 10) digits.remove_prefix(2);
    std::int64_t whole = 0;
    const char* end = digits.data() + digits.size();
    auto read = std::from_chars(digits.data(), end, whole, base);
    if (read.ec == std::errc() && read.ptr == end && !digits.empty()) return Val::int64(whole);
    double number = 0;
    read = std::from_chars(digits.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end && !digits.empty()) return Val::number(number);
    return wrong(
        fmt::format("expected value but found {} instead",
                    tmpl::quote(text_.substr(begin, std::max<std::size_t>(at_ - begin, 1)))));
  }

  Result<std::string> string() {
    const char mark = peek();
    const std::string triple(3, mark);
    const bool is_long = take(triple);
    if (!is_long) ++at_;
    if (is_long && !take("\n")) take("\r\n");
    std::string out;
    while (true) {
      if (at_end()) return wrong("unexpected EOF; expected '\"'");
      if (is_long ? take(triple) : take(std::string_view(&mark, 1))) return out;
      const char c = text_[at_++];
      if (c == '\n' && !is_long) return wrong("strings cannot contain newlines");
      if (c == '\n') ++line_;
      if (c != '\\' || mark == '\'') {
        out += c;
        continue;
      }
      TRY(escape(out, is_long));
    }
  }

  Result<void> escape(std::string& out, bool is_long) {
    constexpr std::string_view kNamed = "b\bt\tn\nf\fr\r\"\"\\\\";
    const char c = peek();
    for (std::size_t i = 0; i < kNamed.size(); i += 2) {
      if (kNamed[i] != c) continue;
      out += kNamed[i + 1];
      ++at_;
      return {};
    }
    if (c == 'u' || c == 'U') {
      const std::size_t size = c == 'u' ? 4 : 8;
      std::uint32_t code = 0;
      const std::string_view digits = text_.substr(at_ + 1, size);
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
      if (digits.size() != size || read.ptr != digits.data() + size || code > 0x10ffff)
        return wrong("invalid unicode escape");
      append_utf8(out, static_cast<char32_t>(code));
      at_ += 1 + size;
      return {};
    }
    if (is_long && std::string_view(" \t\r\n").contains(c)) {
      while (!at_end() && std::string_view(" \t\r\n").contains(peek())) ++at_;
      return {};
    }
    return wrong("invalid escape character");
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 0;
  std::string last_key_;
};

}  // namespace

Result<Val> parse_toml(std::string_view text) {
  return Reader(text).run();
}

}  // namespace gp::helm
