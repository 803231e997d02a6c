// Defaulting and pruning (apiextensions' structural schema packages).

#include "engine/schema/compiled_schema.hpp"

namespace gp::schema {
namespace {

bool is_refused_null(const Value& value, const CompiledSchema& schema) {
  return value.is_null() && !schema.nullable;
}

Value with_defaults_in(const Value& value, const CompiledSchema& schema);

// What becomes of a member or item; nothing: it goes.
std::optional<Value> filled(const Value& value, const CompiledSchema& schema) {
  if (!is_refused_null(value, schema)) return with_defaults_in(value, schema);
  if (!schema.default_value) return std::nullopt;
  return with_defaults_in(*schema.default_value, schema);
}

Value object_with_defaults(const Value& object, const CompiledSchema& schema) {
  Value result = object;
  for (const auto& [name, property] : schema.properties) {
    const Value* present = object.find(name);
    if (present == nullptr) {
      if (property->default_value)
        result.set(name, with_defaults_in(*property->default_value, *property));
      continue;
    }
    auto value = filled(*present, *property);
    if (!value) {
      result.erase(name);
    } else if (!value->same_as(*present)) {
      result.set(name, *std::move(value));
    }
  }
  if (schema.additional == nullptr) return result;
  for (const Value::Member& member : object.members()) {
    if (schema.properties.contains(member.key())) continue;
    auto value = filled(member.value, *schema.additional);
    if (!value) {
      result.erase(member.key());
    } else if (!value->same_as(member.value)) {
      result.set(member.key(), *std::move(value));
    }
  }
  return result;
}

Value with_defaults_in(const Value& value, const CompiledSchema& schema) {
  if (value.is_object()) return object_with_defaults(value, schema);
  if (!value.is_array() || schema.items == nullptr) return value;
  Value result = value;
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto item = filled(value.at(i), *schema.items);
    if (item && !item->same_as(value.at(i))) result.item(i) = *std::move(item);
  }
  return result;
}

class Pruner {
 public:
  explicit Pruner(std::vector<std::string>* removed) : removed_(removed) {}

  Value prune(const Value& value, const CompiledSchema& schema, const std::string& path,
              bool is_resource) {
    if (value.is_array() && schema.items != nullptr) {
      Value result = value;
      for (std::size_t i = 0; i < value.size(); ++i) {
        Value item = prune(value.at(i), *schema.items, fmt::format("{}[{}]", path, i),
                           schema.items->embedded_resource);
        if (!item.same_as(value.at(i))) result.item(i) = std::move(item);
      }
      return result;
    }
    return value.is_object() ? prune_object(value, schema, path, is_resource) : value;
  }

 private:
  Value prune_object(const Value& value, const CompiledSchema& schema, const std::string& path,
                     bool is_resource) {
    Value result = value;
    for (const Value::Member& member : value.members()) {
      const std::string_view name = member.key();
      if (is_resource && (name == "apiVersion" || name == "kind" || name == "metadata")) continue;
      const std::string inner = path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
      const auto property = schema.properties.find(name);
      const CompiledSchema* known =
          property != schema.properties.end() ? property->second.get() : schema.additional.get();
      if (known != nullptr) {
        Value pruned = prune(member.value, *known, inner, known->embedded_resource);
        if (!pruned.same_as(member.value)) result.set(name, std::move(pruned));
      } else if (!schema.preserve_unknown &&
                 !(schema.additional_given && schema.additional_allowed)) {
        result.erase(name);
        if (removed_ != nullptr) removed_->push_back(inner);
      }
    }
    return result;
  }

  std::vector<std::string>* removed_;
};

}  // namespace

Value StructuralSchema::with_defaults(const Value& value) const {
  return with_defaults_in(value, *root_);
}

Value StructuralSchema::pruned(const Value& value, std::vector<std::string>* removed) const {
  return Pruner(removed).prune(value, *root_, "", true);
}

}  // namespace gp::schema
