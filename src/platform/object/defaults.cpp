#include "platform/object/defaults.hpp"

#include <set>

#include "engine/schema/structural.hpp"
#include "platform/object/defaults_builtin.hpp"
#include "platform/object/types.hpp"

namespace gp::object {
namespace {

// Which types have a default in them or below them: all others need not be walked.
class Defaulted {
 public:
  Defaulted() {
    for (const Type* type : builtin_types().all()) {
      if (computed_default(*type) != nullptr || has_own(*type)) types_.insert(type);
    }
    for (bool grew = true; grew;) {
      grew = false;
      for (const Type* type : builtin_types().all()) {
        if (!types_.contains(type) && reaches(*type)) grew = types_.insert(type).second;
      }
    }
  }

  bool contains(const Type* type) const { return types_.contains(type); }

 private:
  static bool has_own(const Type& type) {
    return std::ranges::any_of(type.fields,
                               [](const Field& field) { return !field.default_value.is_null(); });
  }
  bool reaches(const Type& type) const {
    return std::ranges::any_of(type.fields, [this](const Field& field) {
      return field.object != nullptr && types_.contains(field.object);
    });
  }

  std::set<const Type*> types_;
};

bool needs_defaults(const Type* type) {
  static const Defaulted defaulted;
  return type != nullptr && defaulted.contains(type);
}

bool is_unset(const Field& field, const Value& object) {
  const Value* value = object.find(field.name);
  if (value == nullptr || value->is_null()) return true;
  // Without a pointer Go cannot tell an empty text from none.
  return !field.is_pointer && value->is_string() && value->empty();
}

void fill(const Type& type, Value& object);

void fill_field(const Field& field, Value& value) {
  switch (field.container) {
    case Container::Single:
      if (value.is_object()) fill(*field.object, value);
      break;
    case Container::List:
      for (std::size_t i = 0; i < value.size(); ++i) fill(*field.object, value.item(i));
      break;
    case Container::Map: {
      std::vector<std::string> keys;
      for (const Value::Member& member : value.members()) keys.emplace_back(member.key());
      for (const std::string& key : keys) fill(*field.object, value.edit(key));
      break;
    }
    case Container::MapOfList: break;
  }
}

void fill(const Type& type, Value& object) {
  if (!object.is_object()) return;
  for (const Field& field : type.fields) {
    if (!field.default_value.is_null() && is_unset(field, object)) {
      object.set(field.name, field.default_value);
    }
    if (needs_defaults(field.object) && !object[field.name].is_null()) {
      fill_field(field, object.edit(field.name));
    }
  }
  if (const ComputedDefault computed = computed_default(type); computed != nullptr) {
    computed(object);
  }
}

bool is_kind(const Kind& kind, std::string_view group, std::string_view name) {
  return kind.group == group && kind.kind == name;
}

// A status that its kind keeps apart is what the type writes for none: "status": {}.
void clear_status(const Kind& kind, Value& object) {
  const Field* field = kind.type == nullptr ? nullptr : kind.type->find("status");
  if (field == nullptr) {
    object.erase("status");
  } else {
    object.set("status", empty_object(*field->object));
  }
}

void copy_member(Value& to, const Value& from, std::string_view name) {
  if (const Value* value = from.find(name)) {
    to.set(name, *value);
  } else {
    to.erase(name);
  }
}

// Whether anything but metadata (and status, if it is apart) differs.
bool differs_beside(const Value& old_object, const Value& object, bool status_is_apart) {
  const auto is_aside = [status_is_apart](std::string_view name) {
    return name == "metadata" || (name == "status" && status_is_apart) || name == "apiVersion" ||
           name == "kind";
  };
  for (const Value::Member& member : object.members()) {
    if (is_aside(member.key())) continue;
    const Value* before = old_object.find(member.key());
    if (before == nullptr || *before != member.value) return true;
  }
  return std::ranges::any_of(old_object.members(), [&](const Value::Member& member) {
    return !is_aside(member.key()) && !object.contains(member.key());
  });
}

}  // namespace

void apply_defaults(const Kind& kind, Value& object, const Value* old_object) {
  if (needs_defaults(kind.type)) fill(*kind.type, object);
  if (kind.compiled_schema) object = kind.compiled_schema->with_defaults(object);
  if (kind.prepare) kind.prepare(object, old_object);
}

void prepare_for_create(const Kind& kind, Value& object) {
  if (kind.has_status) clear_status(kind, object);
  if (is_kind(kind, "", "Namespace")) {
    object.edit("spec").set("finalizers", Value::array({"kubernetes"}));
    object.edit("status").set("phase", "Active");
    object.edit("metadata")
        .edit("labels")
        .set("kubernetes.io/metadata.name", object["metadata"]["name"]);
  }
  if (kind.type != nullptr) prepare_builtin(kind, object, nullptr);
}

void prepare_for_update(const Kind& kind, Value& object, const Value& old_object) {
  if (kind.has_status) copy_member(object, old_object, "status");
  if (is_kind(kind, "", "Namespace")) {
    copy_member(object, old_object, "spec");
    object.edit("metadata")
        .edit("labels")
        .set("kubernetes.io/metadata.name", object["metadata"]["name"]);
  }
  if (kind.type != nullptr) prepare_builtin(kind, object, &old_object);
}

void prepare_for_status_update(const Kind& /*kind*/, Value& object, const Value& old_object) {
  Value merged = old_object;
  copy_member(merged, object, "status");
  Value& metadata = merged.edit("metadata");
  for (const std::string_view name : {"managedFields", "resourceVersion"}) {
    copy_member(metadata, object["metadata"], name);
  }
  object = std::move(merged);
}

bool is_new_generation(const Value& old_object, const Value& object) {
  return differs_beside(old_object, object, true);
}

bool is_new_generation(const Kind& kind, const Value& old_object, const Value& object) {
  return differs_beside(old_object, object, !kind.is_custom || kind.has_status);
}

Value as_read(const Kind& kind, const Value& stored) {
  if (!kind.compiled_schema) return stored;
  return kind.compiled_schema->with_defaults(kind.compiled_schema->pruned(stored));
}

}  // namespace gp::object
