#include "engine/schema/formats.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "base/utf8.hpp"
#include "engine/schema/patterns.hpp"

namespace gp::schema {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_alnum(char c) {
  return is_digit(c) || is_alpha(c);
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool all(std::string_view text, bool (*test)(char)) {
  return std::ranges::all_of(text, test);
}

bool is_date_time(std::string_view text) {
  return parse_time(text).has_value();
}
bool is_date(std::string_view text) {
  return text.size() == 10 && parse_time(std::string(text) + "T00:00:00Z").has_value();
}
bool is_time(std::string_view text) {
  return parse_time("2000-01-01T" + std::string(text)).has_value();
}

bool is_ipv4(std::string_view text) {
  in_addr address{};
  return inet_pton(AF_INET, std::string(text).c_str(), &address) == 1 &&
         text.find('\0') == std::string_view::npos;
}

bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1 &&
         text.find('\0') == std::string_view::npos;
}

bool is_cidr(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const std::string_view bits = text.substr(slash + 1);
  unsigned length = 0;
  const auto read = std::from_chars(bits.data(), bits.data() + bits.size(), length);
  if (bits.empty() || read.ptr != bits.data() + bits.size() || read.ec != std::errc()) return false;
  const std::string_view address = text.substr(0, slash);
  return (is_ipv4(address) && length <= 32) || (is_ipv6(address) && length <= 128);
}

bool is_hostname(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    const bool ok = !label.empty() && label.size() <= 63 && is_alnum(label.front()) &&
                    is_alnum(label.back()) &&
                    all(label, [](char c) { return is_alnum(c) || c == '-'; });
    if (!ok) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_email_with(std::string_view text, bool (*is_domain)(std::string_view)) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  const std::string_view local = text.substr(0, at);
  const bool dots_fine =
      local.front() != '.' && local.back() != '.' && local.find("..") == std::string_view::npos;
  const bool plain = all(local, [](char c) {
    return is_alnum(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos ||
           (c & 0x80) != 0;
  });
  const std::string_view domain = text.substr(at + 1);
  const bool literal = domain.starts_with('[') && domain.ends_with(']');
  return dots_fine && plain && (literal || is_domain(domain));
}

// RFC 6531 without IDNA's tables: some domain, whatever its letters.
bool is_email(std::string_view text) {
  return is_email_with(text, is_hostname);
}
bool is_idn_email(std::string_view text) {
  return is_email_with(
      text, [](std::string_view domain) { return !domain.empty() && !domain.contains(' '); });
}

// RFC 3986 characters, with escapes of two hexadecimal digits.
bool has_uri_characters(std::string_view text, bool iri) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
      i += 2;
    } else if ((c & 0x80) != 0) {
      if (!iri) return false;
    } else if (!is_alnum(c) &&
               std::string_view("-._~:/?#[]@!$&'()*+,;=").find(c) == std::string_view::npos) {
      return false;
    }
  }
  return text.find('#', std::min(text.find('#') + 1, text.size())) == std::string_view::npos ||
         text.find('#') == std::string_view::npos;
}

bool has_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_alpha(text[0])) return false;
  return all(text.substr(0, colon),
             [](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; });
}

bool has_good_authority(std::string_view text) {
  const std::size_t slashes = text.find("//");
  if (slashes == std::string_view::npos) return true;
  std::string_view rest = text.substr(slashes + 2);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  const std::size_t user = rest.rfind('@');
  if (user != std::string_view::npos) rest.remove_prefix(user + 1);
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    return close != std::string_view::npos && is_ipv6(rest.substr(1, close - 1));
  }
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos) return true;
  return all(rest.substr(colon + 1), is_digit);
}

bool is_uri(std::string_view text) {
  return has_scheme(text) && has_uri_characters(text, false) && has_good_authority(text);
}
bool is_iri(std::string_view text) {
  return has_scheme(text) && has_uri_characters(text, true) && has_good_authority(text);
}
bool is_uri_reference(std::string_view text) {
  return has_uri_characters(text, false);
}
bool is_iri_reference(std::string_view text) {
  return has_uri_characters(text, true);
}

bool is_uri_template(std::string_view text) {
  bool open = false;
  for (const char c : text) {
    if (c == '{' && open) return false;
    if (c == '}' && !open) return false;
    if (c == '{') open = true;
    if (c == '}') open = false;
    if (c == ' ' || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`')
      return false;
  }
  return !open;
}

bool is_json_pointer(std::string_view text) {
  if (!text.empty() && text[0] != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 >= text.size() || (text[i + 1] != '0' && text[i + 1] != '1')))
      return false;
  }
  return true;
}

bool is_relative_json_pointer(std::string_view text) {
  const auto digits =
      static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
  if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
  const std::string_view rest = text.substr(digits);
  return rest == "#" || is_json_pointer(rest);
}

bool is_uuid(std::string_view text) {
  Uuid uuid{};
  std::string dashed(text);
  if (text.size() == 32) {  // go-openapi knows the form without dashes
    for (const std::size_t at : {20U, 16U, 12U, 8U}) dashed.insert(at, 1, '-');
  }
  return parse_uuid(dashed, uuid);
}

bool is_mac(std::string_view text) {
  if (text.size() != 17) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 3 == 2 ? (text[i] != ':' && text[i] != '-') : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_byte(std::string_view text) {
  return base64_decode(text).has_value();
}
bool is_duration(std::string_view text) {
  return parse_duration(text).has_value();
}
bool is_regex(std::string_view text) {
  return compile_pattern(text).has_value();
}

struct Format {
  std::string_view name;
  bool (*test)(std::string_view);
};

constexpr std::array<Format, 26> kFormats = {{{"date-time", is_date_time},
                                              {"datetime", is_date_time},
                                              {"date", is_date},
                                              {"time", is_time},
                                              {"duration", is_duration},
                                              {"email", is_email},
                                              {"idn-email", is_idn_email},
                                              {"hostname", is_hostname},
                                              {"ipv4", is_ipv4},
                                              {"ipv6", is_ipv6},
                                              {"cidr", is_cidr},
                                              {"mac", is_mac},
                                              {"uri", is_uri},
                                              {"uri-reference", is_uri_reference},
                                              {"iri", is_iri},
                                              {"iri-reference", is_iri_reference},
                                              {"uri-template", is_uri_template},
                                              {"json-pointer", is_json_pointer},
                                              {"relative-json-pointer", is_relative_json_pointer},
                                              {"regex", is_regex},
                                              {"uuid", is_uuid},
                                              {"uuid3", is_uuid},
                                              {"uuid4", is_uuid},
                                              {"uuid5", is_uuid},
                                              {"byte", is_byte},
                                              {"url", is_uri}}};

}  // namespace

bool has_format(std::string_view format, std::string_view text) {
  const auto* known = std::ranges::find(kFormats, format, &Format::name);
  return known == kFormats.end() || known->test(text);
}

}  // namespace gp::schema
