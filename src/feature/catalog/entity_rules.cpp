#include "feature/catalog/entity_rules.hpp"

#include "base/json.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/kinds.hpp"
#include "feature/catalog/validate.hpp"

namespace gp::catalog {
namespace {

// What the author of the entity wrote: without what the store and the catalog add.
Value authored(const Value& object) {
  Value entity = object;
  entity.erase("relations");
  entity.erase("status");
  Value& metadata = entity.edit("metadata");
  for (const std::string_view theirs :
       {"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink",
        "finalizers", "ownerReferences", "deletionTimestamp", "deletionGracePeriodSeconds",
        "generateName"}) {
    metadata.erase(theirs);
  }
  return entity;
}

const Value& at_path(const Value& object, std::string_view path) {
  const Value* found = &object;
  while (!path.empty() && (found->is_object() || found->is_array())) {
    if (found->is_object() && found->contains(path)) return (*found)[path];  // "a.b" is one key
    const std::size_t dot = std::min(path.find('.'), path.size());
    const std::string_view name = path.substr(0, dot);
    path.remove_prefix(std::min(dot + 1, path.size()));
    if (found->is_array()) {
      std::size_t index = 0;
      for (const char digit : name) index = index * 10 + static_cast<std::size_t>(digit - '0');
      found = &found->at(index);
    } else {
      found = &(*found)[name];
    }
  }
  return *found;
}

// `… - missingProperty: owner`: the field that is not there.
std::string missing_property(std::string_view message) {
  constexpr std::string_view kMark = "missingProperty: ";
  const std::size_t at = message.rfind(kMark);
  return at == std::string_view::npos ? std::string()
                                      : std::string(message.substr(at + kMark.size()));
}

object::FieldError to_field_error(const Error& error, const Value& entity) {
  object::FieldError flaw;
  flaw.field = place_of(error).path;
  flaw.detail = error.message;
  if (const Value& cause = error.details["cause"]; cause.is_object()) {
    flaw.detail = cause["message"].string();
  }
  if (const std::string missing = missing_property(flaw.detail); !missing.empty()) {
    flaw.type = object::FieldError::Type::Required;
    flaw.field += flaw.field.empty() ? missing : "." + missing;
    flaw.detail = error.message;
    return flaw;
  }
  const Value& value = at_path(entity, flaw.field);
  flaw.type = object::FieldError::Type::Invalid;
  flaw.detail = error.message;
  flaw.bad_value = value.is_object() || value.is_array() ? "{…}" : to_json(value);
  if (flaw.field.empty()) flaw.field = "metadata";
  return flaw;
}

}  // namespace

std::optional<object::FieldError> flaw_of_stored(const Value& object) {
  const Value entity = authored(object);
  if (const auto checked = check_envelope(entity); !checked)
    return to_field_error(checked.error(), entity);
  if (const auto checked = check_policies(entity); !checked)
    return to_field_error(checked.error(), entity);
  if (const auto checked = check_kind(entity); !checked)
    return to_field_error(checked.error(), entity);
  return std::nullopt;
}

void add_entity_rules(object::KindRegistry& kinds) {
  for (const EntityKind& known : entity_kinds()) {
    const object::KindPtr registered = kinds.find_kind(known.group, known.version, known.kind);
    if (!registered) continue;
    object::Kind kind = *registered;
    kind.validate = [before = kind.validate](const Value& object, const Value* old,
                                             std::vector<object::FieldError>& errors) {
      if (before) before(object, old, errors);
      if (!errors.empty()) return;
      auto flaw = flaw_of_stored(object);
      if (!flaw) return;
      if (old != nullptr) {
        const auto old_flaw = flaw_of_stored(*old);
        if (old_flaw && old_flaw->field == flaw->field && old_flaw->detail == flaw->detail) return;
      }
      errors.push_back(std::move(*flaw));
    };
    kinds.add(std::move(kind));
  }
}

}  // namespace gp::catalog
