#include <charconv>
#include <cmath>

#include "base/decimal.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"

namespace gp {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// Bytes that a string may hold as they are. Above 0x7f a look at the whole character is needed.
constexpr std::array<bool, 256> make_plain(bool escape_html) {
  std::array<bool, 256> plain{};
  for (unsigned c = 0x20; c < 0x80; ++c) plain[c] = true;
  plain['"'] = plain['\\'] = false;
  if (escape_html) plain['<'] = plain['>'] = plain['&'] = false;
  return plain;
}
constexpr auto kPlain = make_plain(false);
constexpr auto kPlainHtml = make_plain(true);

void append_escaped_ascii(std::string& out, unsigned char c) {
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
      out += "\\u00";
      out += kHex[c >> 4U];
      out += kHex[c & 15U];
  }
}

// One character above 0x7f; what is not UTF-8 becomes U+FFFD, byte by byte, as in Go.
std::size_t append_character(std::string& out, std::string_view text) {
  const std::size_t length = utf8_length(text);
  if (length == 0) {
    out += "\\ufffd";
    return 1;
  }
  const std::string_view character = text.substr(0, length);
  if (character == "\u2028") {
    out += "\\u2028";
  } else if (character == "\u2029") {
    out += "\\u2029";
  } else {
    out += character;
  }
  return length;
}

void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";  // JSON has no such number
    return;
  }
  const Decimal decimal = shortest_decimal(number);
  if (decimal.exponent < -6 || decimal.exponent >= 21) {
    append_exponential(out, decimal, 1);
  } else {
    append_plain(out, decimal);
  }
}

class Writer {
 public:
  Writer(std::string& out, const JsonStyle& style) : out_(out), style_(style) {}

  void write(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::Null: out_ += "null"; break;
      case Value::Kind::Bool: out_ += value.boolean() ? "true" : "false"; break;
      case Value::Kind::Int: write_integer(value.integer()); break;
      case Value::Kind::Uint: write_integer(value.unsigned_integer()); break;
      case Value::Kind::Double: append_double(out_, value.number()); break;
      case Value::Kind::String: append_json_string(out_, value.text(), style_.escape_html); break;
      case Value::Kind::Array: write_array(value); break;
      case Value::Kind::Object: write_object(value); break;
    }
  }

 private:
  template <typename T>
  void write_integer(T number) {
    char buffer[24];
    const auto written = std::to_chars(buffer, buffer + sizeof buffer, number);
    out_.append(buffer, static_cast<std::size_t>(written.ptr - buffer));
  }

  void write_array(const Value& array) {
    out_ += '[';
    ++depth_;
    bool first = true;
    for (const Value& item : array.items()) {
      if (!first) out_ += ',';
      first = false;
      new_line();
      write(item);
    }
    --depth_;
    if (!first) new_line();
    out_ += ']';
  }

  void write_object(const Value& object) {
    const auto members = object.members();
    out_ += '{';
    ++depth_;
    const auto by_key = [](const Value::Member& a, const Value::Member& b) {
      return a.key() < b.key();
    };
    if (!style_.sort_members || std::ranges::is_sorted(members, by_key)) {
      for (const Value::Member& member : members) write_member(member, &member == members.data());
    } else {
      std::vector<const Value::Member*> sorted(members.size());
      std::ranges::transform(members, sorted.begin(), [](const Value::Member& m) { return &m; });
      std::ranges::sort(sorted, {}, [](const Value::Member* m) { return m->key(); });
      for (const Value::Member* member : sorted) write_member(*member, member == sorted.front());
    }
    --depth_;
    if (!members.empty()) new_line();
    out_ += '}';
  }

  void write_member(const Value::Member& member, bool first) {
    if (!first) out_ += ',';
    new_line();
    append_json_string(out_, member.key(), style_.escape_html);
    out_ += ':';
    if (style_.indent > 0) out_ += ' ';
    write(member.value);
  }

  void new_line() {
    if (style_.indent <= 0) return;
    out_ += '\n';
    out_.append(depth_ * static_cast<std::size_t>(style_.indent), ' ');
  }

  std::string& out_;
  const JsonStyle& style_;
  std::size_t depth_ = 0;
};

}  // namespace

void append_json_string(std::string& out, std::string_view text, bool escape_html) {
  const auto& plain = escape_html ? kPlainHtml : kPlain;
  out += '"';
  std::size_t done = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (plain[c]) {
      ++at;
      continue;
    }
    out.append(text, done, at - done);
    if (c < 0x80) {
      append_escaped_ascii(out, c);
      ++at;
    } else {
      at += append_character(out, text.substr(at));
    }
    done = at;
  }
  out.append(text, done, text.size() - done);
  out += '"';
}

void append_json(std::string& out, const Value& value, const JsonStyle& style) {
  Writer(out, style).write(value);
}

std::string to_json(const Value& value, const JsonStyle& style) {
  std::string out;
  append_json(out, value, style);
  return out;
}

}  // namespace gp
