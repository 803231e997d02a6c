#pragma once
// Which subresources a kind has, and what may be done with them.

#include <string>
#include <string_view>
#include <vector>

#include "platform/object/kind.hpp"

namespace gp::api {

struct Subresource {
  std::string_view name;             // "status"
  std::string group, version, kind;  // of what it answers
  std::vector<std::string> verbs;
};

std::vector<Subresource> subresources_of(const object::Kind& kind);
// True if `verb` may be used on the subresource.
bool allows(const object::Kind& kind, std::string_view subresource, std::string_view verb);

}  // namespace gp::api
