#include "engine/selector/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace gp::selector {
namespace {

constexpr std::size_t kLabelMax = 63;
constexpr std::size_t kSubdomainMax = 253;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower_alnum(char c) {
  return is_lower(c) || is_digit(c);
}
bool is_alnum(char c) {
  return is_lower_alnum(c) || (c >= 'A' && c <= 'Z');
}

// ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]
bool is_qualified_part(std::string_view text) {
  return !text.empty() && is_alnum(text.front()) && is_alnum(text.back()) &&
         std::ranges::all_of(
             text, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

// [a-z0-9]([-a-z0-9]*[a-z0-9])?
bool is_dns_label(std::string_view text) {
  return !text.empty() && is_lower_alnum(text.front()) && is_lower_alnum(text.back()) &&
         std::ranges::all_of(text, [](char c) { return is_lower_alnum(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::string too_long(std::size_t max) {
  return fmt::format("must be no more than {} characters", max);
}

std::string wrong_form(std::string_view message, std::string_view regex,
                       std::initializer_list<std::string_view> examples) {
  std::string text = fmt::format("{} (e.g. ", message);
  for (const std::string_view example : examples) {
    text += fmt::format("{}'{}', ", text.ends_with("(e.g. ") ? "" : " or ", example);
  }
  return text + fmt::format("regex used for validation is '{}')", regex);
}

std::string wrong_qualified_name() {
  return wrong_form(
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
      "alphanumeric character",
      "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", {"MyName", "my.name", "123-abc"});
}

void add_with_prefix(std::vector<std::string>& out, std::string_view prefix,
                     std::vector<std::string> errors) {
  for (std::string& error : errors) out.push_back(fmt::format("{}{}", prefix, error));
}

}  // namespace

std::vector<std::string> label_key_errors(std::string_view key) {
  std::vector<std::string> errors;
  const std::size_t slash = key.find('/');
  std::string_view name = key;
  if (slash != std::string_view::npos) {
    const std::string_view prefix = key.substr(0, slash);
    name = key.substr(slash + 1);
    if (name.contains('/')) {
      return {"a qualified name " + wrong_qualified_name() +
              " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"};
    }
    if (prefix.empty()) {
      errors.emplace_back("prefix part must be non-empty");
    } else {
      add_with_prefix(errors, "prefix part ", dns_subdomain_errors(prefix));
    }
  }
  if (name.empty()) {
    errors.emplace_back("name part must be non-empty");
  } else if (name.size() > kLabelMax) {
    errors.push_back("name part " + too_long(kLabelMax));
  }
  if (!is_qualified_part(name)) errors.push_back("name part " + wrong_qualified_name());
  return errors;
}

std::vector<std::string> label_value_errors(std::string_view value) {
  std::vector<std::string> errors;
  if (value.size() > kLabelMax) errors.push_back(too_long(kLabelMax));
  if (!value.empty() && !is_qualified_part(value)) {
    errors.push_back(wrong_form(
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
        "'.', "
        "and must start and end with an alphanumeric character",
        "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", {"MyValue", "my_value", "12345"}));
  }
  return errors;
}

std::vector<std::string> dns_subdomain_errors(std::string_view name) {
  std::vector<std::string> errors;
  if (name.size() > kSubdomainMax) errors.push_back(too_long(kSubdomainMax));
  if (!is_dns_subdomain(name)) {
    errors.push_back(wrong_form(
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
        "'.', "
        "and must start and end with an alphanumeric character",
        "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", {"example.com"}));
  }
  return errors;
}

std::vector<std::string> dns_label_errors(std::string_view name) {
  std::vector<std::string> errors;
  if (name.size() > kLabelMax) errors.push_back(too_long(kLabelMax));
  if (!is_dns_label(name)) {
    errors.push_back(is_dns_subdomain(name)
                         ? "must not contain dots"
                         : wrong_form("a lowercase RFC 1123 label must consist of lower case "
                                      "alphanumeric characters or "
                                      "'-', and must start and end with an alphanumeric character",
                                      "[a-z0-9]([-a-z0-9]*[a-z0-9])?", {"my-name", "123-abc"}));
  }
  return errors;
}

std::vector<std::string> dns1035_label_errors(std::string_view name) {
  std::vector<std::string> errors;
  if (name.size() > kLabelMax) errors.push_back(too_long(kLabelMax));
  if (!is_dns_label(name) || !is_lower(name.front())) {
    errors.push_back(wrong_form(
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
        "alphabetic character, and end with an alphanumeric character",
        "[a-z]([-a-z0-9]*[a-z0-9])?", {"my-name", "abc-123"}));
  }
  return errors;
}

}  // namespace gp::selector
