#include "platform/api/field_schema.hpp"

namespace gp::api {
namespace {

using object::Container;
using object::Field;
using object::ListType;
using object::Scalar;
using object::Type;

const Type* metadata_type() {
  static const Type* type =
      object::builtin_types().find("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
  return type;
}

FieldSchema::Form form_of_single(const Field& field) {
  const bool is_struct = field.scalar == Scalar::Object && field.object != nullptr;
  const bool is_atomic = field.is_atomic_map || (is_struct && field.object->is_atomic);
  return is_struct && !is_atomic ? FieldSchema::Form::Struct : FieldSchema::Form::Leaf;
}

FieldSchema::Form form_of_field(const Field& field) {
  using Form = FieldSchema::Form;
  switch (field.container) {
    case Container::Single: return form_of_single(field);
    case Container::Map:
    case Container::MapOfList: return field.is_atomic_map ? Form::Leaf : Form::Map;
    case Container::List: break;
  }
  if (field.list_type == ListType::Map) return Form::KeyedList;
  return field.list_type == ListType::Set ? Form::Set : Form::Leaf;
}

FieldSchema::Form form_of_schema(const Value& schema, const Value& value) {
  using Form = FieldSchema::Form;
  if (value.is_array()) {
    const std::string_view list = schema["x-kubernetes-list-type"].text();
    if (list == "map") return Form::KeyedList;
    return list == "set" ? Form::Set : Form::Leaf;
  }
  if (!value.is_object() || schema["x-kubernetes-map-type"].text() == "atomic") return Form::Leaf;
  return schema["additionalProperties"].is_object() ? Form::Map : Form::Struct;
}

}  // namespace

FieldSchema FieldSchema::of(const object::Kind& kind) {
  FieldSchema schema;
  schema.type_ = kind.type;
  if (kind.type == nullptr && kind.schema.is_object()) schema.schema_ = &kind.schema;
  schema.is_root_ = true;
  return schema;
}

FieldSchema::Form FieldSchema::form(const Value& value) const {
  if (is_root_) return Form::Struct;
  // A value of another form than its field's cannot be walked as such.
  const auto fits = [&value](Form form) {
    const bool is_list = form == Form::Set || form == Form::KeyedList;
    const bool is_object = form == Form::Struct || form == Form::Map;
    return (is_list && value.is_array()) || (is_object && value.is_object()) ? form : Form::Leaf;
  };
  if (type_ != nullptr) return fits(type_->is_atomic ? Form::Leaf : Form::Struct);
  if (field_ != nullptr) {
    if (!is_item_) return fits(form_of_field(*field_));
    if (field_->container == Container::MapOfList) return Form::Leaf;
    return fits(form_of_single(*field_));
  }
  if (schema_ != nullptr) return form_of_schema(*schema_, value);
  return value.is_object() ? Form::Map : Form::Leaf;
}

FieldSchema FieldSchema::member(std::string_view name) const {
  FieldSchema next;
  if (is_root_ && name == "metadata") {
    next.type_ = metadata_type();
    next.is_named_ = true;
    return next;
  }
  if (field_ != nullptr && !is_item_ && field_->container != Container::Single) {  // of a map
    next.field_ = field_;
    next.is_item_ = true;
    return next;
  }
  const Type* type = type_ != nullptr ? type_ : field_ != nullptr ? field_->object : nullptr;
  if (type != nullptr) {
    next.field_ = type->find(name);
    next.is_named_ = next.field_ != nullptr;
    return next;
  }
  if (schema_ == nullptr) return next;
  if (const Value* property = (*schema_)["properties"].find(name)) {
    next.schema_ = property;
    next.is_named_ = true;
  } else if (const Value& rest = (*schema_)["additionalProperties"]; rest.is_object()) {
    next.schema_ = &rest;
  }
  return next;
}

FieldSchema FieldSchema::item() const {
  FieldSchema next;
  if (field_ != nullptr) {
    next.field_ = field_;
    next.is_item_ = true;
  } else if (schema_ != nullptr) {
    next.schema_ = &(*schema_)["items"];
  }
  return next;
}

std::vector<std::string> FieldSchema::keys() const {
  std::vector<std::string> list;
  if (field_ != nullptr) {
    for (const std::string_view key : field_->list_keys) list.emplace_back(key);
  } else if (schema_ != nullptr) {
    for (const Value& key : (*schema_)["x-kubernetes-list-map-keys"].items()) {
      list.push_back(key.string());
    }
  }
  return list;
}

Value FieldSchema::key_default(std::string_view key) const {
  if (field_ != nullptr && field_->object != nullptr) {
    const Field* field = field_->object->find(key);
    return field == nullptr ? Value() : field->default_value;
  }
  if (schema_ != nullptr) return (*schema_)["items"]["properties"][key]["default"];
  return {};
}

}  // namespace gp::api
