#include "engine/helm/yaml_scalar.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "base/yaml_scalar.hpp"

namespace gp::helm {
namespace {

constexpr std::size_t kWidth = 80;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

bool is_break(char32_t c) {
  return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

// What the emitter takes for printable: of the basic plane, and no tab.
bool is_plain_character(char32_t c) {
  if (c < 0x80) return c == '\n' || (c >= 0x20 && c < 0x7f);
  return c >= 0xa0 && c < 0x10000 && c != 0xfeff && c != 0xfffe && c != 0xffff;
}

struct Shape {
  bool plain = true, single = true, block = true, multiline = false;
};

// yaml_emitter_analyze_scalar, for block context.
Shape analyze(std::string_view text) {
  bool indicators = text.starts_with("---") || text.starts_with("...");
  bool special = false, breaks = false, edge = false, trailing_space = false;
  bool break_space = false, space_break = false;
  bool after_space = false, after_break = false, after_blank = true;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text.substr(i)), 1);
    const char32_t c = length == 1 && (text[i] & 0x80) ? U'\ufffd' : utf8_decode(text.substr(i));
    const std::size_t next = i + length;
    const bool ends = next >= text.size();
    const bool before_blank = ends || text[next] == ' ' || text[next] == '\t';
    if (i == 0) {
      if (std::string_view("#,[]{}&*!|>'\"%@`").contains(text[0])) indicators = true;
      if ((c == '?' || c == ':' || c == '-') && before_blank) indicators = true;
    } else if ((c == ':' && before_blank) || (c == '#' && after_blank)) {
      indicators = true;
    }
    if (!is_plain_character(c)) special = true;
    if (c == ' ') {
      if (i == 0) edge = true;
      if (ends) edge = trailing_space = true;
      if (after_break) break_space = true;
      after_space = true;
      after_break = false;
    } else if (is_break(c)) {
      breaks = true;
      if (i == 0 || ends) edge = true;
      if (after_space) space_break = true;
      after_space = false;
      after_break = true;
    } else {
      after_space = after_break = false;
    }
    after_blank = c == ' ' || c == '\t' || is_break(c);
    i = next;
  }
  Shape shape;
  shape.multiline = breaks;
  const bool escapes = space_break || special;
  shape.plain = !edge && !break_space && !escapes && !breaks && !indicators;
  shape.single = !break_space && !escapes;
  shape.block = !trailing_space && !escapes;
  return shape;
}

class Emitter {
 public:
  Emitter(std::string& out, const ScalarPlace& place)
      : out_(out), place_(place), column_(place.column) {}

  void plain(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] == ' ' && may_fold() && !is_space(text, i + 1)) {
        fold();
        ++i;
        after_space_ = true;
        continue;
      }
      after_space_ = text[i] == ' ';
      i += copy(text.substr(i));
    }
  }

  void single(std::string_view text) {
    put('\'');
    bool breaks = false;
    for (std::size_t i = 0; i < text.size();) {
      const char32_t c = utf8_decode(text.substr(i));
      if (c == ' ') {
        if (may_fold() && i > 0 && i + 1 < text.size() && !is_space(text, i + 1)) {
          fold();
          ++i;
        } else {
          i += copy(text.substr(i));
        }
        after_space_ = true;
        continue;
      }
      if (is_break(c)) {
        if (!breaks && c == '\n') new_line();
        const std::size_t size = utf8_length(text.substr(i));
        out_.append(text.substr(i, size));
        column_ = 0;
        i += size;
        breaks = true;
        continue;
      }
      if (breaks) indent();
      if (c == '\'') put('\'');
      i += copy(text.substr(i));
      after_space_ = breaks = false;
    }
    put('\'');
  }

  void quoted(std::string_view text) {
    put('"');
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t length = utf8_length(text.substr(i));
      const char32_t c = length ? utf8_decode(text.substr(i)) : U'\ufffd';
      if (!is_plain_character(c) || is_break(c) || c == '"' || c == '\\') {
        escape(c);
        i += std::max<std::size_t>(length, 1);
        after_space_ = false;
      } else if (c == ' ' && may_fold() && i > 0 && i + 1 < text.size()) {
        fold();
        if (is_space(text, i + 1)) put('\\');
        ++i;
        after_space_ = true;
      } else {
        after_space_ = c == ' ';
        i += copy(text.substr(i));
      }
    }
    put('"');
  }

  void literal(std::string_view text) {
    out_ += '|';
    if (text[0] == ' ' || text[0] == '\n') out_ += '2';
    if (!text.ends_with('\n')) {
      out_ += '-';
    } else if (text.size() == 1 || text.ends_with("\n\n")) {
      out_ += '+';
    }
    std::string_view rest = text;
    if (rest.ends_with('\n')) rest.remove_suffix(1);
    while (true) {
      const std::size_t end = rest.find('\n');
      const std::string_view line = rest.substr(0, end);
      out_ += '\n';
      if (!line.empty()) out_.append(place_.indent, ' ').append(line);
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }

 private:
  static bool is_space(std::string_view text, std::size_t at) {
    return at < text.size() && text[at] == ' ';
  }
  bool may_fold() const {
    return place_.folds && !place_.is_key && !after_space_ && column_ > kWidth;
  }
  void put(char c) {
    out_ += c;
    ++column_;
  }
  std::size_t copy(std::string_view text) {
    const std::size_t size = std::max<std::size_t>(utf8_length(text), 1);
    out_.append(text.substr(0, size));
    ++column_;
    return size;
  }
  void new_line() {
    out_ += '\n';
    column_ = 0;
  }
  void indent() {
    if (column_ < place_.indent) out_.append(place_.indent - column_, ' ');
    column_ = std::max(column_, place_.indent);
  }
  void fold() {
    new_line();
    indent();
  }
  void escape(char32_t c) {
    constexpr std::string_view kNamed =
        "\x07"
        "a\x08"
        "b\tt\nn\x0bv\x0c"
        "f\rr\x1b"
        "e\"\"\\\\";
    std::string text;
    for (std::size_t i = 0; i < kNamed.size(); i += 2)
      if (c == static_cast<unsigned char>(kNamed[i])) text = kNamed[i + 1];
    const auto code = static_cast<std::uint32_t>(c);
    if (code == 0) text = "0";
    if (code == 0x85) text = "N";
    if (code == 0x2028) text = "L";
    if (code == 0x2029) text = "P";
    if (text.empty()) {
      text = code <= 0xff     ? fmt::format("x{:02X}", code)
             : code <= 0xffff ? fmt::format("u{:04X}", code)
                              : fmt::format("U{:08X}", code);
    }
    out_ += '\\';
    out_ += text;
    column_ += 1 + text.size();
  }

  std::string& out_;
  const ScalarPlace place_;
  std::size_t column_;
  bool after_space_ = false;
};

}  // namespace

void append_scalar(std::string& out, std::string_view text, const ScalarPlace& place) {
  const Shape shape = analyze(text);
  Emitter emitter(out, place);
  if (text.contains('\n')) {
    if (shape.block && !place.is_key) return emitter.literal(text);
    return emitter.quoted(text);
  }
  if (yaml::needs_quotes(text) || (place.is_key && shape.multiline)) return emitter.quoted(text);
  if (shape.plain) return emitter.plain(text);
  if (shape.single) return emitter.single(text);
  emitter.quoted(text);
}

bool is_simple_key(std::string_view text) {
  constexpr std::size_t kKeyMax = 128;
  return text.size() <= kKeyMax && !analyze(text).multiline;
}

bool key_less(std::string_view a, std::string_view b) {
  bool in_digits = false;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (a[i] == b[i]) {
      in_digits = is_digit(a[i]);
      continue;
    }
    const bool a_letter = is_letter(a[i]);
    const bool b_letter = is_letter(b[i]);
    if (a_letter && b_letter)
      return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[i]);
    if (a_letter || b_letter) return in_digits ? a_letter : b_letter;
    // The numbers here, without leading zeros unless those are inside a number.
    const auto number = [&](std::string_view text) {
      std::string_view run =
          text.substr(i, std::min(text.find_first_not_of("0123456789", i), text.size()) - i);
      const std::size_t all = run.size();
      const bool inside = in_digits && (a[i] == '0' || b[i] == '0');
      if (!inside) run.remove_prefix(std::min(run.find_first_not_of('0'), run.size()));
      return std::pair(run, all);
    };
    const auto [a_run, a_size] = number(a);
    const auto [b_run, b_size] = number(b);
    if (a_run.size() != b_run.size()) return a_run.size() < b_run.size();
    if (a_run != b_run) return a_run < b_run;
    if (a_size != b_size) return a_size < b_size;
    return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[i]);
  }
  return a.size() < b.size();
}

}  // namespace gp::helm
