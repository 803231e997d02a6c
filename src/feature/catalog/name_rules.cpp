#include "feature/catalog/name_rules.hpp"

#include <algorithm>

namespace gp::catalog {
namespace {

constexpr std::size_t kNameMax = 63;
constexpr std::size_t kDomainMax = 253;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alphanumeric(char c) {
  return is_lower(c) || is_upper(c) || is_digit(c);
}

bool is_domain(std::string_view text) {
  if (text.empty() || text.size() > kDomainMax) return false;
  while (true) {
    const auto dot = text.find('.');
    if (!is_namespace(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// An optional prefix, "/", and a suffix.
template <typename Prefix, typename Suffix>
bool is_pair(std::string_view text, Prefix is_prefix, Suffix is_suffix) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return is_suffix(text);
  if (text.find('/', slash + 1) != std::string_view::npos) return false;
  return is_prefix(text.substr(0, slash)) && is_suffix(text.substr(slash + 1));
}

}  // namespace

bool is_api_version(std::string_view text) {
  const auto is_version = [](std::string_view version) {
    return !version.empty() && version.size() <= kNameMax &&
           std::ranges::all_of(version, [](char c) { return is_lower(c) || is_digit(c); });
  };
  return is_pair(text, is_domain, is_version);
}

bool is_kind(std::string_view text) {
  return !text.empty() && text.size() <= kNameMax && !is_digit(text.front()) &&
         std::ranges::all_of(text, is_alphanumeric);
}

bool is_entity_name(std::string_view text) {
  const auto is_allowed = [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= kNameMax && is_alphanumeric(text.front()) &&
         is_alphanumeric(text.back()) && std::ranges::all_of(text, is_allowed);
}

bool is_namespace(std::string_view text) {
  const auto is_allowed = [](char c) { return is_lower(c) || is_digit(c) || c == '-'; };
  return !text.empty() && text.size() <= kNameMax && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, is_allowed);
}

bool is_label_key(std::string_view text) {
  return is_pair(text, is_domain, is_entity_name);
}

bool is_label_value(std::string_view text) {
  return text.empty() || is_entity_name(text);
}

bool is_tag(std::string_view text) {
  if (text.empty() || text.size() > kNameMax) return false;
  char before = '-';
  for (const char c : text) {
    if (c == '-' && before == '-') return false;
    if (c != '-' && !is_lower(c) && !is_digit(c) && c != ':' && c != '+' && c != '#') return false;
    before = c;
  }
  return before != '-';
}

bool is_url(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  if (is_digit(text.front()) || !is_alphanumeric(text.front())) return false;
  const auto is_allowed = [](char c) {
    return is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
  };
  if (!std::ranges::all_of(text.substr(0, colon), is_allowed)) return false;
  const std::string_view scheme = text.substr(0, colon);
  if (scheme != "http" && scheme != "https") return true;
  const auto host = text.find_first_not_of('/', colon + 1);
  return host != std::string_view::npos && text.find(' ', host) == std::string_view::npos;
}

}  // namespace gp::catalog
