#include "engine/sprig/url.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "engine/template/quote.hpp"

namespace gp::sprig {
namespace {

// Where a text stands in a URL, which decides what must be escaped there.
enum class Place { Path, UserPassword, Host, Zone, Fragment };

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z');
}

bool must_escape(char c, Place place) {
  if (is_alphanumeric(c) || std::string_view("-_.~").contains(c)) return false;
  if (place == Place::Host || place == Place::Zone) {
    if (std::string_view("!$&'()*+,;=:[]<>\"").contains(c)) return false;
  }
  if (std::string_view("$&+,/:;=?@").contains(c)) {
    if (place == Place::Path) return c == '?';
    if (place == Place::UserPassword) return std::string_view("@/?:").contains(c);
    return place != Place::Fragment;
  }
  return place != Place::Fragment || !std::string_view("!()*").contains(c);
}

std::string escape(std::string_view text, Place place) {
  std::string out;
  for (const char c : text) {
    if (must_escape(c, place)) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = lower(c);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

Error bad_escape(std::string_view text) {
  return invalid_argument("invalid URL escape {}", tmpl::quote(text.substr(0, 3)));
}

Result<std::string> unescape(std::string_view text, Place place) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '%') {
      const bool is_ascii = static_cast<unsigned char>(c) < 0x80;
      if ((place == Place::Host || place == Place::Zone) && is_ascii && must_escape(c, place))
        return fail(
            invalid_argument("invalid character {} in host name", tmpl::quote(text.substr(i, 1))));
      out.push_back(c);
      continue;
    }
    const std::string_view escaped = text.substr(i, 3);
    if (escaped.size() < 3 || hex_digit(escaped[1]) < 0 || hex_digit(escaped[2]) < 0)
      return fail(bad_escape(escaped));
    const auto byte = static_cast<char>(hex_digit(escaped[1]) * 16 + hex_digit(escaped[2]));
    if (place == Place::Host && hex_digit(escaped[1]) < 8 && escaped != "%25")
      return fail(bad_escape(escaped));
    if (place == Place::Zone && escaped != "%25" && byte != ' ' && must_escape(byte, Place::Host))
      return fail(bad_escape(escaped));
    out.push_back(byte);
    i += 2;
  }
  return out;
}

bool is_optional_port(std::string_view text) {
  if (text.empty()) return true;
  return text[0] == ':' && text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

Result<void> check_port(std::string_view port) {
  if (is_optional_port(port)) return {};
  return fail(invalid_argument("invalid port {} after host", tmpl::quote(port)));
}

Result<std::string> parse_host(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.rfind(']');
    if (end == std::string_view::npos) return fail(invalid_argument("missing ']' in host"));
    TRY(check_port(host.substr(end + 1)));
    const std::size_t zone = host.substr(0, end).find("%25");
    if (zone != std::string_view::npos) {
      const std::string address = TRY(unescape(host.substr(0, zone), Place::Host));
      const std::string name = TRY(unescape(host.substr(zone, end - zone), Place::Zone));
      const std::string rest = TRY(unescape(host.substr(end), Place::Host));
      return address + name + rest;
    }
  } else if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos) {
    TRY(check_port(host.substr(colon)));
  }
  return unescape(host, Place::Host);
}

Result<User> parse_user(std::string_view text) {
  for (const char c : text)
    if (!is_alphanumeric(c) && !std::string_view("-._:~!$&'()*+,;=%@").contains(c))
      return fail(invalid_argument("net/url: invalid userinfo"));
  User user;
  const std::size_t colon = text.find(':');
  user.name = TRY(unescape(text.substr(0, colon), Place::UserPassword));
  if (colon != std::string_view::npos) {
    std::string password = TRY(unescape(text.substr(colon + 1), Place::UserPassword));
    user.password = std::move(password);
  }
  return user;
}

// The scheme, and what follows its colon; no scheme when there is none.
Result<std::pair<std::string, std::string_view>> split_scheme(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (lower(c) >= 'a' && lower(c) <= 'z') continue;
    if (c == ':') {
      if (i == 0) return fail(invalid_argument("missing protocol scheme"));
      return std::pair(lower(text.substr(0, i)), text.substr(i + 1));
    }
    const bool may_follow = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    if (i == 0 || !may_follow) break;
  }
  return std::pair(std::string(), text);
}

Result<Url> parse_without_fragment(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      return fail(invalid_argument("net/url: invalid control character in URL"));
  Url url;
  if (text == "*") {
    url.path = "*";
    return url;
  }
  auto [scheme, rest] = TRY(split_scheme(text));
  url.scheme = std::move(scheme);
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    url.query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  if (!rest.starts_with('/')) {
    if (!url.scheme.empty()) {
      url.opaque = rest;
      return url;
    }
    if (rest.substr(0, rest.find('/')).contains(':'))
      return fail(invalid_argument("first path segment in URL cannot contain colon"));
  }
  if (rest.starts_with("//") && (!url.scheme.empty() || !rest.starts_with("///"))) {
    const std::size_t slash = std::min(rest.find('/', 2), rest.size());
    const std::string_view authority = rest.substr(2, slash - 2);
    rest = rest.substr(slash);
    const std::size_t at = authority.rfind('@');
    const std::size_t host = at == std::string_view::npos ? 0 : at + 1;
    url.host = TRY(parse_host(authority.substr(host)));
    if (host > 0) {
      User user = TRY(parse_user(authority.substr(0, at)));
      url.user = std::move(user);
    }
  }
  url.path = TRY(unescape(rest, Place::Path));
  return url;
}

}  // namespace

std::string User::text() const {
  std::string out = escape(name, Place::UserPassword);
  if (password) out.append(":").append(escape(*password, Place::UserPassword));
  return out;
}

Result<Url> Url::parse(std::string_view text) {
  const std::size_t hash = text.find('#');
  const std::string_view before = text.substr(0, hash);
  const auto failed = [](std::string_view whole, const Error& why) {
    return fail(invalid_argument("parse {}: {}", tmpl::quote(whole), why.message));
  };
  auto url = parse_without_fragment(before);
  if (!url) return failed(before, url.error());
  if (hash == std::string_view::npos) return url;
  auto fragment = unescape(text.substr(hash + 1), Place::Fragment);
  if (!fragment) return failed(text, fragment.error());
  url->fragment = *std::move(fragment);
  return url;
}

std::string Url::hostname() const {
  std::string_view name = host;
  const std::size_t colon = name.rfind(':');
  if (colon != std::string_view::npos && is_optional_port(name.substr(colon)))
    name = name.substr(0, colon);
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  return std::string(name);
}

std::string Url::text() const {
  std::string out;
  if (!scheme.empty()) out.append(scheme).append(":");
  if (!opaque.empty()) {
    out.append(opaque);
  } else {
    const bool has_authority = !host.empty() || user;
    if (has_authority || (!scheme.empty() && !path.empty())) out.append("//");
    if (user) out.append(user->text()).append("@");
    out.append(escape(host, Place::Host));
    const std::string escaped = path == "*" ? path : escape(path, Place::Path);
    if (!escaped.empty() && escaped[0] != '/' && !host.empty()) out.append("/");
    if (out.empty() && escaped.substr(0, escaped.find('/')).contains(':')) out.append("./");
    out.append(escaped);
  }
  if (!query.empty()) out.append("?").append(query);
  if (!fragment.empty()) out.append("#").append(escape(fragment, Place::Fragment));
  return out;
}

}  // namespace gp::sprig
