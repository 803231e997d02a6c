#pragma once
// Go's net/url, as far as urlParse and urlJoin show it.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gp::sprig {

struct User {
  std::string name;
  std::optional<std::string> password;
  std::string text() const;  // escaped
};

struct Url {
  std::string scheme, opaque, host, path, query, fragment;
  std::optional<User> user;

  // Messages are Go's: `parse "http://h/%zz": invalid URL escape "%zz"`.
  static Result<Url> parse(std::string_view text);
  std::string hostname() const;  // without port and brackets
  std::string text() const;
};

}  // namespace gp::sprig
