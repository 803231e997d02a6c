#include "platform/api/layout.hpp"

#include <cstring>

namespace gp::api {
namespace {

// Behind the closing quote of the string that opens at `at`.
std::size_t skip_string(std::string_view json, std::size_t at) {
  ++at;
  while (at < json.size()) {
    const void* found = std::memchr(json.data() + at, '"', json.size() - at);
    if (found == nullptr) return json.size();
    const auto quote = static_cast<std::size_t>(static_cast<const char*>(found) - json.data());
    std::size_t slashes = 0;
    while (quote > at + slashes && json[quote - 1 - slashes] == '\\') ++slashes;
    if (slashes % 2 == 0) return quote + 1;
    at = quote + 1;
  }
  return json.size();
}

std::size_t skip_value(std::string_view json, std::size_t at) {
  if (at >= json.size()) return json.size();
  if (json[at] == '"') return skip_string(json, at);
  int depth = 0;
  while (at < json.size()) {
    const char c = json[at];
    if (c == '"') {
      at = skip_string(json, at);
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') {
      if (depth == 0) return at;  // the end of what holds a scalar
      if (--depth == 0) return at + 1;
    }
    if (c == ',' && depth == 0) return at;
    ++at;
  }
  return json.size();
}

// Whether the value of `metadata`, which may be long, is looked at.
enum class Metadata { Taken, Skipped };

Layout walk(std::string_view json, Metadata metadata) {
  Layout layout;
  std::size_t at = 1;
  while (at < json.size() && json[at] == '"') {
    const std::size_t name_end = skip_string(json, at);
    const std::string_view name = json.substr(at, name_end - at);
    // Members are sorted: nothing that we look for comes behind it.
    const bool is_last = name == "\"metadata\"";
    if (is_last && metadata == Metadata::Skipped) break;
    const std::size_t end = skip_value(json, name_end + 1);
    const std::string_view member = json.substr(at, end - at);
    if (name == "\"apiVersion\"") layout.api_version = member;
    if (name == "\"kind\"") layout.kind = member;
    if (is_last) {
      layout.metadata = json.substr(name_end + 1, end - name_end - 1);
      break;
    }
    at = end + 1;
  }
  return layout;
}

}  // namespace

Layout find_layout(std::string_view json) {
  return walk(json, Metadata::Taken);
}

void append_untyped(std::vector<net::Piece>& out, std::string_view json,
                    const std::shared_ptr<const void>& owner) {
  const Layout layout = walk(json, Metadata::Skipped);
  std::size_t from = 0;
  // Each goes with the comma behind it: metadata always follows.
  for (const std::string_view member : {layout.api_version, layout.kind}) {
    if (member.empty()) continue;
    const auto begin = static_cast<std::size_t>(member.data() - json.data());
    if (begin > from) out.push_back({json.substr(from, begin - from), owner});
    from = begin + member.size() + 1;
  }
  out.push_back({json.substr(from), owner});
}

}  // namespace gp::api
