// components/schemas (definitions in version 2).

#include <algorithm>

#include "platform/object/openapi.hpp"
#include "platform/object/openapi_build.hpp"
#include "platform/object/type_text.hpp"

namespace gp::object {
namespace {

constexpr std::string_view kMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

Value gvk(const Kind& kind, std::string_view name) {
  return Value::array(
      {Value::object({{"group", kind.group}, {"kind", name}, {"version", kind.version}})});
}

Value ref(std::string_view name, RefStyle style) {
  const std::string text = fmt::format(
      "{}{}", style == RefStyle::Definitions ? "#/definitions/" : "#/components/schemas/", name);
  return Value::object({{"$ref", text}});
}

Value styled_schema(const Kind& kind, RefStyle style) {
  if (kind.type != nullptr) return type_schema(*kind.type, style);
  Value schema =
      kind.schema.is_object()
          ? kind.schema
          : Value::object({{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}});
  Value& properties = schema.edit("properties");
  const auto text = [](std::string_view description) {
    return Value::object({{"type", "string"}, {"description", description}});
  };
  properties.set("apiVersion", text("The group and version that the document follows."));
  properties.set("kind", text("The kind of object this document describes."));
  Value metadata = ref(fmt::format("{}ObjectMeta", kMeta), style);
  if (style == RefStyle::Components) {
    metadata = Value::object({{"allOf", Value::array({std::move(metadata)})}});
  }
  metadata.set("description", "Name, labels and what else all objects have.");
  properties.set("metadata", std::move(metadata));
  schema.set("x-kubernetes-group-version-kind", gvk(kind, kind.kind));
  return schema;
}

class Schemas {
 public:
  explicit Schemas(RefStyle style) : style_(style) {}

  void add(const Type& type) {
    const std::string name = type.schema_name();
    if (!names_.insert(name).second) return;
    schemas_.set(name, type_schema(type, style_));
    for (const Field& field : type.fields) {
      if (field.object != nullptr) add(*field.object);
      add_scalar(field.scalar);
    }
  }

  void add_meta(std::string_view name) {
    const Type* type = builtin_types().find(fmt::format("{}{}", kMeta, name));
    GP_CHECK(type != nullptr, "types/meta.types describes it");
    add(*type);
  }

  void add_kind(const Kind& kind) {
    const std::string name = schema_name_of(kind);
    if (kind.type != nullptr) {
      add(*kind.type);
    } else if (names_.insert(name).second) {
      schemas_.set(name, styled_schema(kind, style_));
    }
    Value& schema = schemas_.edit(name);
    if (!schema.contains("x-kubernetes-group-version-kind")) {
      schema.set("x-kubernetes-group-version-kind", gvk(kind, kind.kind));
    }
    if (!kind.is_virtual) add_list(kind, name);
  }

  void add_patch() {
    schemas_.set(
        fmt::format("{}Patch", kMeta),
        Value::object(
            {{"type", "object"},
             {"description", "A change to an object, in the form that the content type says."}}));
  }

  Value take() {
    schemas_.sort_members();
    return std::move(schemas_);
  }

 private:
  void add_list(const Kind& kind, const std::string& item) {
    const std::string name = item.substr(0, item.size() - kind.kind.size()) + kind.list_kind;
    const auto text = [](std::string_view description) {
      return Value::object({{"type", "string"}, {"description", description}});
    };
    Value items = Value::object({{"type", "array"}, {"items", ref(item, style_)}});
    Value properties = Value::object();
    properties.set("apiVersion", text("The group and version that the document follows."));
    properties.set("items", std::move(items));
    properties.set("kind", text("The kind of object this document describes."));
    properties.set("metadata", ref(fmt::format("{}ListMeta", kMeta), style_));
    schemas_.set(name,
                 Value::object({{"type", "object"},
                                {"description", fmt::format("A list of {}.", kind.plural)},
                                {"properties", std::move(properties)},
                                {"required", Value::array({"items"})},
                                {"x-kubernetes-group-version-kind", gvk(kind, kind.list_kind)}}));
  }

  void add_scalar(Scalar scalar) {
    const auto put = [this](std::string_view name, Value schema) {
      if (names_.insert(std::string(name)).second) schemas_.set(name, std::move(schema));
    };
    if (scalar == Scalar::Time || scalar == Scalar::MicroTime) {
      put(fmt::format("{}{}", kMeta, scalar == Scalar::Time ? "Time" : "MicroTime"),
          Value::object({{"type", "string"}, {"format", "date-time"}}));
    } else if (scalar == Scalar::Quantity) {
      put("io.k8s.apimachinery.pkg.api.resource.Quantity",
          style_ == RefStyle::Definitions
              ? Value::object({{"type", "string"}})
              : Value::object({{"oneOf", Value::array({Value::object({{"type", "string"}}),
                                                       Value::object({{"type", "number"}})})}}));
    } else if (scalar == Scalar::IntOrString) {
      put("io.k8s.apimachinery.pkg.util.intstr.IntOrString",
          style_ == RefStyle::Definitions
              ? Value::object({{"type", "string"}, {"format", "int-or-string"}})
              : Value::object({{"format", "int-or-string"},
                               {"oneOf", Value::array({Value::object({{"type", "integer"}}),
                                                       Value::object({{"type", "string"}})})}}));
    }
  }

  RefStyle style_;
  std::set<std::string> names_;
  Value schemas_ = Value::object();
};

}  // namespace

std::string schema_name_of(const Kind& kind) {
  if (kind.type != nullptr) return kind.type->schema_name();
  std::vector<std::string_view> labels = split_at(kind.group, '.');
  std::ranges::reverse(labels);
  return fmt::format("{}.{}.{}", fmt::join(labels, "."), kind.version, kind.kind);
}

Value kind_schema(const Kind& kind) {
  return styled_schema(kind, RefStyle::Components);
}

Value schemas_of(std::span<const KindPtr> kinds, RefStyle style) {
  Schemas schemas(style);
  for (const std::string_view name : {"ObjectMeta", "ListMeta", "Status", "DeleteOptions"}) {
    schemas.add_meta(name);
  }
  schemas.add_patch();
  for (const KindPtr& kind : kinds) {
    schemas.add_kind(*kind);
    if (kind->scale) {
      schemas.add(*builtin_types().find("io.k8s.api.autoscaling.v1.Scale"));
    }
  }
  return schemas.take();
}

}  // namespace gp::object
