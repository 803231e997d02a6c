// Values as block YAML, laid out as go-yaml v2 (and so kubectl) does it; long lines are never
// folded.

#include <cmath>

#include "base/decimal.hpp"
#include "base/utf8.hpp"
#include "base/yaml.hpp"
#include "base/yaml_scalar.hpp"

namespace gp {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

// go-yaml's order of keys: "a2" before "a10", letters after everything else.
bool key_less(std::string_view a, std::string_view b) {
  bool in_digits = false;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (a[i] == b[i]) {
      in_digits = is_digit(a[i]);
      continue;
    }
    const bool a_letter = is_letter(a[i]);
    const bool b_letter = is_letter(b[i]);
    const auto a_byte = static_cast<unsigned char>(a[i]);
    const auto b_byte = static_cast<unsigned char>(b[i]);
    if (a_letter && b_letter) return a_byte < b_byte;
    if (a_letter || b_letter) return in_digits ? a_letter : b_letter;

    const auto run = [i](std::string_view text) {
      const std::size_t end = std::min(text.find_first_not_of("0123456789", i), text.size());
      return text.substr(i, end - i);
    };
    std::string_view a_run = run(a);
    std::string_view b_run = run(b);
    const auto strip = [](std::string_view text) {
      return text.substr(std::min(text.find_first_not_of('0'), text.size()));
    };
    if (!in_digits || (a[i] != '0' && b[i] != '0')) {  // a zero inside a number is no leading zero
      const std::string_view a_number = strip(a_run);
      const std::string_view b_number = strip(b_run);
      if (a_number.size() != b_number.size()) return a_number.size() < b_number.size();
      if (a_number != b_number) return a_number < b_number;
    }
    if (a_run.size() != b_run.size()) return a_run.size() < b_run.size();
    return a_byte < b_byte;
  }
  return a.size() < b.size();
}

// What the text of a string allows.
struct Shape {
  bool has_newline = false;
  bool needs_escapes = false;  // something only a double-quoted scalar can say
  bool block_ok = true;        // may be a literal block
  bool plain_ok = true;        // may stand as it is, as far as syntax goes
};

bool is_special(std::string_view character) {
  const char32_t c = utf8_decode(character);
  if (c < 0x80) return c < 0x20 ? c != '\t' && c != '\n' : c == 0x7f;
  return c == 0x85 || c < 0xa0 || c == 0x2028 || c == 0x2029 || c == 0xfeff || c == 0xfffe ||
         c == 0xffff;
}

Shape shape_of(std::string_view text) {
  constexpr std::string_view kFirst = "#,[]{}&*!|>'\"%@`";
  Shape shape;
  if (text.empty()) return shape;
  const auto blank_after = [&](std::size_t i) {
    return i + 1 >= text.size() || text[i + 1] == ' ' || text[i + 1] == '\t';
  };
  shape.plain_ok = kFirst.find(text[0]) == std::string_view::npos && text[0] != ' ' &&
                   text[0] != '\t' && text.back() != ' ' && text.back() != '\t' &&
                   !text.starts_with("---") && !text.starts_with("...");
  if ((text[0] == '-' || text[0] == '?') && blank_after(0)) shape.plain_ok = false;
  if (text.back() == ' ') shape.block_ok = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0 || is_special(text.substr(i, length))) shape.needs_escapes = true;
    const char c = text[i];
    if (c == '\n') {
      shape.has_newline = true;
      shape.plain_ok = false;
      if (i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t')) shape.block_ok = false;
    }
    if (c == ':' && blank_after(i)) shape.plain_ok = false;
    if (c == '#' && i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t')) shape.plain_ok = false;
    i += length == 0 ? 1 : length;
  }
  return shape;
}

void append_double_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(character.size());
    const char32_t c = length == 0 ? U'\ufffd' : utf8_decode(character);
    switch (c) {
      case '"': out += "\\\""; continue;
      case '\\': out += "\\\\"; continue;
      case '\n': out += "\\n"; continue;
      case '\t': out += "\\t"; continue;
      case '\r': out += "\\r"; continue;
      case '\b': out += "\\b"; continue;
      case '\f': out += "\\f"; continue;
      case '\v': out += "\\v"; continue;
      case '\a': out += "\\a"; continue;
      case 0x1b: out += "\\e"; continue;
      case 0: out += "\\0"; continue;
      default: break;
    }
    if (length != 0 && !is_special(character)) {
      out += character;
    } else {
      const auto code = static_cast<std::uint32_t>(c);
      out += code < 0x100 ? fmt::format("\\x{:02X}", code) : fmt::format("\\u{:04X}", code);
    }
  }
  out += '"';
}

void append_single_quoted(std::string& out, std::string_view text) {
  out += '\'';
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  out += '\'';
}

class Writer {
 public:
  std::string take() { return std::move(out_); }

  // At the start of a line or behind "- ": `indent` is where this node's own lines begin.
  void write_node(const Value& value, std::size_t indent) {
    if (value.is_object() && !value.empty()) {
      write_map(value, indent);
    } else if (value.is_array() && !value.empty()) {
      write_list(value, indent);
    } else {
      write_scalar(value, indent);
      out_ += '\n';
    }
  }

 private:
  void write_map(const Value& map, std::size_t indent) {
    std::vector<const Value::Member*> sorted;
    for (const Value::Member& member : map.members()) sorted.push_back(&member);
    std::ranges::sort(sorted, key_less, [](const Value::Member* m) { return m->key(); });
    bool first = true;
    for (const Value::Member* member : sorted) {
      if (!first) out_.append(indent, ' ');
      first = false;
      write_key(member->key(), indent);
      write_value(member->value, indent);
    }
  }

  void write_key(std::string_view key, std::size_t indent) {
    constexpr std::size_t kSimpleKeyMax = 1000;  // readers look no further for the colon
    const bool simple = key.size() <= kSimpleKeyMax;
    if (!simple) out_ += "? ";
    write_one_line(key);
    if (!simple) out_.append(1, '\n').append(indent, ' ');
    out_ += ':';
  }

  // What follows "key:".
  void write_value(const Value& value, std::size_t indent) {
    if (value.is_object() && !value.empty()) {
      out_.append(1, '\n').append(indent + 2, ' ');
      write_map(value, indent + 2);
    } else if (value.is_array() && !value.empty()) {
      out_.append(1, '\n').append(indent, ' ');  // a list stands under its key, not further in
      write_list(value, indent);
    } else {
      out_ += ' ';
      write_scalar(value, indent + 2);
      out_ += '\n';
    }
  }

  void write_list(const Value& list, std::size_t indent) {
    bool first = true;
    for (const Value& item : list.items()) {
      if (!first) out_.append(indent, ' ');
      first = false;
      out_ += "- ";
      write_node(item, indent + 2);
    }
  }

  void write_scalar(const Value& value, std::size_t indent) {
    switch (value.kind()) {
      case Value::Kind::Null: out_ += "null"; break;
      case Value::Kind::Bool: out_ += value.boolean() ? "true" : "false"; break;
      case Value::Kind::Int: out_ += fmt::to_string(value.integer()); break;
      case Value::Kind::Uint: out_ += fmt::to_string(value.unsigned_integer()); break;
      case Value::Kind::Double: write_double(value.number()); break;
      case Value::Kind::String: write_string(value.text(), indent); break;
      case Value::Kind::Array: out_ += "[]"; break;
      case Value::Kind::Object: out_ += "{}"; break;
    }
  }

  void write_double(double number) {
    if (std::isnan(number)) {
      out_ += ".nan";
    } else if (std::isinf(number)) {
      out_ += number < 0 ? "-.inf" : ".inf";
    } else {
      append_general(out_, shortest_decimal(number));
    }
  }

  void write_string(std::string_view text, std::size_t indent) {
    const Shape shape = shape_of(text);
    if (shape.has_newline && shape.block_ok && !shape.needs_escapes) {
      write_block(text, indent);
    } else {
      write_one_line(text);
    }
  }

  void write_one_line(std::string_view text) {
    const Shape shape = shape_of(text);
    if (shape.needs_escapes || shape.has_newline || yaml::needs_quotes(text)) {
      append_double_quoted(out_, text);
    } else if (shape.plain_ok) {
      out_ += text;
    } else {
      append_single_quoted(out_, text);
    }
  }

  // `|` keeps one last newline, `|-` none, `|+` all; a digit says the indentation when the text
  // hides it.
  void write_block(std::string_view text, std::size_t indent) {
    indent = std::max<std::size_t>(indent, 2);
    out_ += '|';
    if (text[0] == ' ' || text[0] == '\n' || text[0] == '\t') out_ += '2';
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
      if (!line.empty()) out_.append(indent, ' ').append(line);
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
    }
  }

  std::string out_;
};

}  // namespace

std::string to_yaml(const Value& value) {
  Writer writer;
  writer.write_node(value, 0);
  return writer.take();
}

}  // namespace gp
