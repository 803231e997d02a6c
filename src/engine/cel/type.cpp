#include "engine/cel/type.hpp"

#include <algorithm>
#include <array>

namespace gp::cel {

TypePtr Type::simple(Kind kind) {
  static const auto cache = [] {
    std::array<TypePtr, static_cast<std::size_t>(Kind::Error) + 1> types;
    for (std::size_t i = 0; i < types.size(); ++i) {
      auto type = std::make_shared<Type>();
      type->kind = static_cast<Kind>(i);
      types[i] = std::move(type);
    }
    return types;
  }();
  return cache[static_cast<std::size_t>(kind)];
}

TypePtr Type::list(TypePtr element, std::size_t size_max) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::List;
  type->element = std::move(element);
  type->size_max = size_max;
  return type;
}

TypePtr Type::map(TypePtr key, TypePtr value, std::size_t size_max) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::Map;
  type->key = std::move(key);
  type->element = std::move(value);
  type->size_max = size_max;
  return type;
}

TypePtr Type::optional(TypePtr element) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::Optional;
  type->element = std::move(element);
  return type;
}

TypePtr Type::object(std::string name, std::vector<Field> fields) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::Object;
  type->name = std::move(name);
  std::sort(fields.begin(), fields.end(),
            [](const Field& a, const Field& b) { return a.name < b.name; });
  type->fields = std::move(fields);
  return type;
}

TypePtr Type::opaque(std::string name) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::Opaque;
  type->name = std::move(name);
  return type;
}

TypePtr Type::param(std::string name) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::Param;
  type->name = std::move(name);
  return type;
}

const Type::Field* Type::field(std::string_view wanted) const {
  const auto found =
      std::lower_bound(fields.begin(), fields.end(), wanted,
                       [](const Field& field, std::string_view text) { return field.name < text; });
  return found != fields.end() && found->name == wanted ? &*found : nullptr;
}

std::string Type::to_string() const {
  switch (kind) {
    case Kind::Dyn: return "dyn";
    case Kind::Null: return "null";
    case Kind::Bool: return "bool";
    case Kind::Int: return "int";
    case Kind::Uint: return "uint";
    case Kind::Double: return "double";
    case Kind::String: return "string";
    case Kind::Bytes: return "bytes";
    case Kind::Timestamp: return "timestamp";
    case Kind::Duration: return "duration";
    case Kind::List: return "list(" + element->to_string() + ")";
    case Kind::Map: return "map(" + key->to_string() + ", " + element->to_string() + ")";
    case Kind::Optional: return "optional_type(" + element->to_string() + ")";
    case Kind::TypeType: return "type";
    case Kind::Error: return "!error!";
    case Kind::Object:
    case Kind::Opaque:
    case Kind::Param: return name;
  }
  return "dyn";
}

}  // namespace gp::cel
