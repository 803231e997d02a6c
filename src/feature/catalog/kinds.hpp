#pragma once
// The kinds that the catalog knows: where they are served, what their spec must hold, and which of
// its fields refer to other entities.

#include <span>
#include <string_view>

namespace gp::catalog {

// A field of spec that names other entities. `type` is the relation on this entity, `inverse` the
// one on the target.
struct ReferenceField {
  std::string_view field;         // below spec: "owner"
  std::string_view default_kind;  // empty: each reference names its kind
  std::string_view type;
  std::string_view inverse;
  bool is_list = false;
};

struct EntityKind {
  std::string_view kind;  // exact spelling
  std::string_view plural;
  std::string_view singular;
  std::string_view group;
  std::string_view version;      // the one it is stored under
  std::string_view processor;    // named in messages
  std::string_view spec_schema;  // JSON Schema of spec
  std::span<const ReferenceField> references;
};

std::span<const EntityKind> entity_kinds();

// Null when nobody knows the pair; "backstage.io/v1beta1" is accepted beside v1alpha1.
const EntityKind* find_entity_kind(std::string_view api_version, std::string_view kind);

}  // namespace gp::catalog
