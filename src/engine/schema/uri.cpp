#include "engine/schema/uri.hpp"

#include <algorithm>

namespace gp::schema {
namespace {

struct Uri {
  std::string_view scheme;     // with ":"
  std::string_view authority;  // with "//"
  std::string_view path;
  std::string_view query;  // with "?"
};

Uri split(std::string_view text) {
  Uri uri;
  const std::size_t colon = text.find_first_of(":/?#");
  if (colon != std::string_view::npos && colon > 0 && text[colon] == ':') {
    uri.scheme = text.substr(0, colon + 1);
    text.remove_prefix(colon + 1);
  }
  if (text.starts_with("//")) {
    const std::size_t end = std::min(text.find_first_of("/?", 2), text.size());
    uri.authority = text.substr(0, end);
    text.remove_prefix(end);
  }
  const std::size_t query = std::min(text.find('?'), text.size());
  uri.path = text.substr(0, query);
  uri.query = text.substr(query);
  return uri;
}

// Section 5.2.4.
std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    if (segment == "/." || segment == ".") {
      if (path.empty()) out += '/';
    } else if (segment == "/.." || segment == "..") {
      const std::size_t slash = out.rfind('/');
      out.resize(slash == std::string::npos ? 0 : slash);
      if (path.empty()) out += '/';
    } else {
      out += segment;
    }
  }
  return out;
}

}  // namespace

std::pair<std::string_view, std::string_view> split_fragment(std::string_view uri) {
  const std::size_t hash = uri.find('#');
  if (hash == std::string_view::npos) return {uri, {}};
  return {uri.substr(0, hash), uri.substr(hash + 1)};
}

// Section 5.2.2.
std::string resolve_uri(std::string_view base, std::string_view reference) {
  const auto [address, fragment] = split_fragment(reference);
  const bool has_fragment = reference.find('#') != std::string_view::npos;
  const std::string tail = has_fragment ? "#" + std::string(fragment) : "";
  const Uri from = split(split_fragment(base).first);
  const Uri to = split(address);
  const auto join = [&tail](std::string_view scheme, std::string_view authority,
                            std::string_view path, std::string_view query) {
    std::string out(scheme);
    return out.append(authority).append(path).append(query).append(tail);
  };
  if (!to.scheme.empty()) {
    const bool opaque = to.authority.empty() && !to.path.starts_with('/');  // urn:…
    return join(to.scheme, to.authority, opaque ? std::string(to.path) : without_dots(to.path),
                to.query);
  }
  if (!to.authority.empty())
    return join(from.scheme, to.authority, without_dots(to.path), to.query);
  if (to.path.empty()) {
    return join(from.scheme, from.authority, from.path, to.query.empty() ? from.query : to.query);
  }
  if (to.path.starts_with('/'))
    return join(from.scheme, from.authority, without_dots(to.path), to.query);
  std::string path;
  if (!from.authority.empty() && from.path.empty()) {
    path = "/";
  } else {
    const std::size_t slash = from.path.rfind('/');
    path = from.path.substr(0, slash == std::string_view::npos ? 0 : slash + 1);
  }
  path += to.path;
  return join(from.scheme, from.authority, without_dots(path), to.query);
}

}  // namespace gp::schema
