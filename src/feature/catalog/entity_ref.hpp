#pragma once
// Entity references ("[<kind>:][<namespace>/]<name>") and location references ("file:/a/b.yaml").
//
// References compare in lower case (ASCII); the full lower-case form "component:default/web" is the
// key of everything in the catalog. Entities keep their author's spelling.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/text.hpp"

namespace gp::catalog {

constexpr std::string_view kDefaultNamespace = "default";
constexpr std::string_view kManagedBy = "backstage.io/managed-by-location";
constexpr std::string_view kManagedByOrigin = "backstage.io/managed-by-origin-location";
constexpr std::string_view kOrphan = "backstage.io/orphan";

struct EntityRef {
  std::string kind, ns, name;
  std::string text() const;  // "component:default/web", lower case
};

// Missing parts come from the defaults; an empty default kind means that the reference must name
// one. TypeError with Backstage's words.
Result<EntityRef> parse_entity_ref(std::string_view text, std::string_view default_kind = {},
                                   std::string_view default_namespace = kDefaultNamespace);

// Of an entity document with kind and metadata.name.
std::string ref_of(const Value& entity);

struct LocationRef {
  std::string type;    // "file", "url"
  std::string target;  // absolute path or URL
  std::string text() const { return type + ":" + target; }
  friend bool operator==(const LocationRef&, const LocationRef&) = default;
};
Result<LocationRef> parse_location_ref(std::string_view text);

const Value& annotation(const Value& entity, std::string_view name);

}  // namespace gp::catalog
