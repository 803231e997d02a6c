#pragma once
// Which object of a cluster is meant, in Argo CD's terms: group, kind, namespace, name.

#include <fmt/core.h>

#include <compare>
#include <string>

#include "base/value.hpp"

namespace gp::gitops {

struct ResourceKey {
  std::string group, kind, ns, name;
  auto operator<=>(const ResourceKey&) const = default;

  // `apps/Deployment/shop/web`
  std::string to_string() const { return fmt::format("{}/{}/{}/{}", group, kind, ns, name); }
};

inline std::string group_of(std::string_view api_version) {
  const std::size_t slash = api_version.find('/');
  return std::string(slash == std::string_view::npos ? std::string_view()
                                                     : api_version.substr(0, slash));
}
inline std::string version_of(std::string_view api_version) {
  return std::string(api_version.substr(api_version.find('/') + 1));
}

// "apps/v1", "apps/Deployment"; the name alone in the core group.
inline std::string with_group(std::string_view group, std::string_view name) {
  return group.empty() ? std::string(name) : fmt::format("{}/{}", group, name);
}

inline ResourceKey key_of(const Value& object) {
  return {group_of(object["apiVersion"].text()), object["kind"].string(),
          object["metadata"]["namespace"].string(), object["metadata"]["name"].string()};
}

}  // namespace gp::gitops
