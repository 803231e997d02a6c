#pragma once
// Is an object acceptable? The rules of its metadata, its type or schema, and its kind, in
// Kubernetes' words.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.hpp"
#include "platform/object/kind.hpp"

namespace gp::object {

// Everything wrong, metadata first. `old_object` is null on create; otherwise what must not change
// is compared.
std::vector<FieldError> validate(const Kind& kind, const Value& object, const Value* old_object);

// Labels, annotations, finalizers, owners, name: `metadata.…` of any object.
void validate_metadata(const Kind& kind, const Value& metadata, const Value* old_metadata,
                       std::vector<FieldError>& errors);

// Nothing wrong: empty. Otherwise `must be no more than 253 characters` and the like.
std::vector<std::string> name_errors(const Kind& kind, std::string_view name);

// `ConfigMap "a" is invalid: metadata.name: Required value: …`; several in brackets,
// comma-separated. The kind is written with its group, as `Deployment.apps`.
std::string invalid_message(const Kind& kind, std::string_view name,
                            std::span<const FieldError> errors);

// details.causes of a Status: [{reason, message, field}].
Value to_causes(std::span<const FieldError> errors);

}  // namespace gp::object
