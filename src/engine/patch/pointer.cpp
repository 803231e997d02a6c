#include "engine/patch/pointer.hpp"

#include <charconv>

namespace gp::patch {

Result<Pointer> Pointer::parse(std::string_view text) {
  Pointer pointer;
  if (text.empty()) return pointer;
  if (text[0] != '/') {
    return fail(invalid_argument("JSON pointer \"{}\" does not begin with \"/\"", text));
  }
  std::string token;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '/') {
      pointer.tokens.push_back(std::move(token));
      token.clear();
    } else if (text[i] != '~') {
      token += text[i];
    } else if (i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1')) {
      token += text[++i] == '0' ? '~' : '/';
    } else {
      return fail(invalid_argument(
          "JSON pointer \"{}\" has a \"~\" that is neither \"~0\" nor \"~1\"", text));
    }
  }
  pointer.tokens.push_back(std::move(token));
  return pointer;
}

std::string Pointer::to_string() const {
  std::string text;
  for (const std::string& token : tokens) text.append(1, '/').append(escape_token(token));
  return text;
}

bool Pointer::is_prefix_of(const Pointer& other) const {
  return tokens.size() <= other.tokens.size() &&
         std::equal(tokens.begin(), tokens.end(), other.tokens.begin());
}

std::string escape_token(std::string_view token) {
  std::string out;
  for (const char c : token) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::optional<std::size_t> parse_index(std::string_view token) {
  std::size_t index = 0;
  const auto read = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool whole = read.ec == std::errc() && read.ptr == token.data() + token.size();
  if (!whole || token.empty() || (token.size() > 1 && token[0] == '0')) return std::nullopt;
  return index;
}

const Value* find(const Value& root, const Pointer& pointer) {
  const Value* at = &root;
  for (const std::string& token : pointer.tokens) {
    if (at->is_object()) {
      at = at->find(token);
      if (at == nullptr) return nullptr;
    } else if (at->is_array()) {
      const auto index = parse_index(token);
      if (!index || *index >= at->size()) return nullptr;
      at = &at->at(*index);
    } else {
      return nullptr;
    }
  }
  return at;
}

}  // namespace gp::patch
