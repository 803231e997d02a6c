#include "platform/object/type_schema.hpp"

namespace gp::object {
namespace {

constexpr std::string_view kMetaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";
constexpr int kNestingMax = 32;

std::string_view ref_prefix(RefStyle style) {
  return style == RefStyle::Definitions ? "#/definitions/" : "#/components/schemas/";
}

// Where the schemas of scalars with a name of their own stand.
std::string_view shared_scalar(Scalar scalar) {
  switch (scalar) {
    case Scalar::Time: return "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
    case Scalar::MicroTime: return "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";
    case Scalar::Quantity: return "io.k8s.apimachinery.pkg.api.resource.Quantity";
    case Scalar::IntOrString: return "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    default: return {};
  }
}

Value scalar_schema(Scalar scalar, bool in_structural) {
  switch (scalar) {
    case Scalar::String: return Value::object({{"type", "string"}});
    case Scalar::Bool: return Value::object({{"type", "boolean"}});
    case Scalar::Int32: return Value::object({{"type", "integer"}, {"format", "int32"}});
    case Scalar::Int64: return Value::object({{"type", "integer"}, {"format", "int64"}});
    case Scalar::Double: return Value::object({{"type", "number"}, {"format", "double"}});
    case Scalar::Bytes: return Value::object({{"type", "string"}, {"format", "byte"}});
    case Scalar::Duration: return Value::object({{"type", "string"}});
    case Scalar::Time:
    case Scalar::MicroTime: return Value::object({{"type", "string"}, {"format", "date-time"}});
    case Scalar::Quantity:
      if (!in_structural) return Value::object({{"type", "string"}});
      [[fallthrough]];
    case Scalar::IntOrString:
      if (in_structural) return Value::object({{"x-kubernetes-int-or-string", true}});
      return Value::object({{"type", "string"}, {"format", "int-or-string"}});
    default: break;
  }
  if (in_structural) return Value::object({{"x-kubernetes-preserve-unknown-fields", true}});
  return Value::object({{"type", "object"}});
}

void add_list_marks(const Field& field, Value& schema, bool in_structural) {
  if (field.container == Container::List) {
    switch (field.list_type) {
      case ListType::Atomic: schema.set("x-kubernetes-list-type", "atomic"); break;
      case ListType::Set: schema.set("x-kubernetes-list-type", "set"); break;
      case ListType::Map: {
        Value keys = Value::array();
        for (const std::string_view key : field.list_keys) keys.push_back(key);
        schema.set("x-kubernetes-list-map-keys", std::move(keys));
        schema.set("x-kubernetes-list-type", "map");
        break;
      }
    }
  }
  if (field.is_atomic_map) schema.set("x-kubernetes-map-type", "atomic");
  if (in_structural) return;
  if (field.merge == Merge::ByKey) schema.set("x-kubernetes-patch-merge-key", field.merge_key);
  if (field.merge != Merge::Replace || field.retains_keys) {
    schema.set("x-kubernetes-patch-strategy", field.merge == Merge::Replace ? "retainKeys"
                                              : field.retains_keys          ? "merge,retainKeys"
                                                                            : "merge");
  }
}

Value wrapped(const Field& field, Value item) {
  switch (field.container) {
    case Container::Single: return item;
    case Container::List: return Value::object({{"type", "array"}, {"items", std::move(item)}});
    case Container::Map:
      return Value::object({{"type", "object"}, {"additionalProperties", std::move(item)}});
    case Container::MapOfList:
      return Value::object({{"type", "object"},
                            {"additionalProperties",
                             Value::object({{"type", "array"}, {"items", std::move(item)}})}});
  }
  return item;
}

void add_field_words(const Field& field, Value& schema) {
  if (!field.description.empty()) schema.set("description", field.description);
  if (!field.allowed.empty()) {
    Value allowed = Value::array();
    for (const std::string_view word : field.allowed) allowed.push_back(word);
    schema.set("enum", std::move(allowed));
  }
  if (!field.default_value.is_null()) schema.set("default", field.default_value);
}

Value field_schema(const Field& field, RefStyle style) {
  const std::string_view shared = shared_scalar(field.scalar);
  Value item;
  if (field.object != nullptr || !shared.empty()) {
    const std::string name =
        field.object != nullptr ? field.object->schema_name() : std::string(shared);
    item = Value::object({{"$ref", fmt::format("{}{}", ref_prefix(style), name)}});
    // Version 3 cannot say anything beside a reference.
    if (style == RefStyle::Components && field.container == Container::Single) {
      item = Value::object({{"allOf", Value::array({std::move(item)})}});
    }
  } else {
    item = scalar_schema(field.scalar, false);
  }
  Value schema = wrapped(field, std::move(item));
  add_field_words(field, schema);
  add_list_marks(field, schema, false);
  return schema;
}

template <typename MakeField>
Value object_schema(const Type& type, MakeField&& make_field) {
  Value schema = Value::object({{"type", "object"}});
  if (!type.description.empty()) schema.set("description", type.description);
  Value properties = Value::object();
  Value required = Value::array();
  for (const Field& field : type.fields) {
    properties.set(field.name, make_field(field));
    if (field.is_required) required.push_back(field.name);
  }
  if (!properties.empty()) schema.set("properties", std::move(properties));
  if (!required.empty()) schema.set("required", std::move(required));
  if (type.is_atomic) schema.set("x-kubernetes-map-type", "atomic");
  if (type.is_open) schema.set("x-kubernetes-preserve-unknown-fields", true);
  return schema;
}

Value structural(const Type& type, int depth);

Value structural_field(const Field& field, int depth) {
  Value item = field.object != nullptr && depth < kNestingMax ? structural(*field.object, depth + 1)
                                                              : scalar_schema(field.scalar, true);
  Value schema = wrapped(field, std::move(item));
  add_field_words(field, schema);
  add_list_marks(field, schema, true);
  return schema;
}

Value structural(const Type& type, int depth) {
  return object_schema(type, [&](const Field& field) {
    // Metadata is checked as such, not by the schema.
    if (field.object != nullptr && field.object->package == kMetaPackage &&
        field.object->name == "ObjectMeta" && depth == 0) {
      return Value::object({{"type", "object"}});
    }
    return structural_field(field, depth);
  });
}

}  // namespace

Value type_schema(const Type& type, RefStyle style) {
  return object_schema(type, [&](const Field& field) { return field_schema(field, style); });
}

Value structural_schema(const Type& type) {
  return structural(type, 0);
}

}  // namespace gp::object
