#include "platform/object/go_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "base/json.hpp"
#include "base/utf8.hpp"

namespace gp::object {
namespace {

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

std::size_t skip_newlines(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == '\n' || text[at] == '\r')) ++at;
  return at;
}

}  // namespace

std::string go_quote(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
      ++i;
      continue;
    }
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      case '\a': out += "\\a"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\v': out += "\\v"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
          out += text.substr(i, length);
        }
    }
    i += length;
  }
  return out + '"';
}

std::string go_value(const Value& value) {
  if (value.is_string()) return go_quote(value.text());
  if (!value.is_object()) return to_json(value);
  std::vector<std::string> entries;
  for (const Value::Member& member : value.members()) {
    if (!member.value.is_string()) return to_json(value);
    entries.push_back(go_quote(member.key()) + ":" + go_quote(member.value.text()));
  }
  std::ranges::sort(entries);
  return fmt::format("map[string]string{{{}}}", fmt::join(entries, ", "));
}

std::string go_syntax(const Value& value) {
  if (value.is_string()) return go_quote(value.text());
  if (value.is_null()) return "interface {}(nil)";
  std::vector<std::string> parts;
  if (value.is_array()) {
    for (const Value& item : value.items()) parts.push_back(go_syntax(item));
    return fmt::format("[]interface {{}}{{{}}}", fmt::join(parts, ", "));
  }
  if (!value.is_object()) return to_json(value);
  for (const Value::Member& member : value.members()) {
    parts.push_back(fmt::format("{}:{}", go_quote(member.key()), go_syntax(member.value)));
  }
  std::ranges::sort(parts);
  return fmt::format("map[string]interface {{}}{{{}}}", fmt::join(parts, ", "));
}

std::string go_strings(const Value& words) {
  std::vector<std::string> quoted;
  for (const Value& word : words.items()) quoted.push_back(go_quote(word.text()));
  return fmt::format("[]string{{{}}}", fmt::join(quoted, ", "));
}

std::string go_print(const Value& value) {
  if (value.is_string()) return value.string();
  if (value.is_null()) return "<nil>";
  std::vector<std::string> words;
  if (value.is_array()) {
    for (const Value& item : value.items()) words.push_back(go_print(item));
    return fmt::format("[{}]", fmt::join(words, " "));
  }
  if (!value.is_object()) return to_json(value);
  for (const Value::Member& member : value.members()) {
    words.push_back(fmt::format("{}:{}", member.key(), go_print(member.value)));
  }
  std::ranges::sort(words);
  return fmt::format("map[{}]", fmt::join(words, " "));
}

std::string quoted_list(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) out += (out.empty() ? "" : ", ") + go_quote(word);
  return out;
}

std::string_view json_kind(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null: return "null";
    case Value::Kind::Bool: return "bool";
    case Value::Kind::Int:
    case Value::Kind::Uint:
    case Value::Kind::Double: return "number";
    case Value::Kind::String: return "string";
    case Value::Kind::Array: return "array";
    case Value::Kind::Object: return "object";
  }
  return "null";
}

std::size_t bad_base64_at(std::string_view text) {
  std::size_t at = 0;
  while (true) {
    std::size_t in_quantum = 0;
    while (in_quantum < 4) {
      if (at == text.size()) {
        return in_quantum == 0 ? std::string_view::npos : at - in_quantum;
      }
      const char c = text[at++];
      if (is_base64(c)) {
        ++in_quantum;
      } else if (c != '\n' && c != '\r') {
        if (c != '=' || in_quantum < 2) return at - 1;
        at = skip_newlines(text, at);
        if (in_quantum == 2) {
          if (at == text.size()) return text.size();
          if (text[at] != '=') return at - 1;
          at = skip_newlines(text, at + 1);
        }
        return at < text.size() ? at : std::string_view::npos;
      }
    }
  }
}

}  // namespace gp::object
