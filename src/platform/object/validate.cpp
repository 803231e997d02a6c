#include "platform/object/validate.hpp"

#include <algorithm>

#include "engine/schema/structural.hpp"
#include "platform/object/definition.hpp"
#include "platform/object/go_text.hpp"
#include "platform/object/rules.hpp"
#include "platform/object/types.hpp"

namespace gp::object {
namespace {

FieldError::Type type_of(schema::Problem::Type type) {
  using From = schema::Problem::Type;
  switch (type) {
    case From::Required: return FieldError::Type::Required;
    case From::Invalid: return FieldError::Type::Invalid;
    case From::NotSupported: return FieldError::Type::NotSupported;
    case From::TypeInvalid: return FieldError::Type::TypeInvalid;
    case From::TooLong: return FieldError::Type::TooLong;
    case From::TooMany: return FieldError::Type::TooMany;
    case From::Duplicate: return FieldError::Type::Duplicate;
    case From::Forbidden: return FieldError::Type::Forbidden;
  }
  return FieldError::Type::Invalid;
}

// A rule and the type may find the same thing: it is reported once, in the rule's words.
void drop_repeated(std::vector<FieldError>& errors) {
  std::vector<FieldError> kept;
  for (FieldError& error : errors) {
    const auto same = std::ranges::find_if(kept, [&](const FieldError& other) {
      return other.field == error.field && other.type == error.type &&
             (other.detail == error.detail || other.type == FieldError::Type::Required ||
              other.type == FieldError::Type::NotSupported);
    });
    if (same == kept.end()) kept.push_back(std::move(error));
  }
  errors = std::move(kept);
}

}  // namespace

void add_problems(const std::vector<schema::Problem>& problems, std::vector<FieldError>& errors) {
  for (const schema::Problem& problem : problems) {
    // What stands at no field has this name, as the real server prints it.
    std::string field = problem.path.empty() ? "<nil>" : problem.path;
    errors.push_back(
        {type_of(problem.type), std::move(field), go_syntax(problem.bad_value), problem.message});
  }
}

std::vector<FieldError> validate(const Kind& kind, const Value& object, const Value* old_object) {
  std::vector<FieldError> errors;
  validate_metadata(kind, object["metadata"],
                    old_object == nullptr ? nullptr : &(*old_object)["metadata"], errors);
  if (kind.validate) kind.validate(object, old_object, errors);
  // A definition's rules say all that its type could, with the paths that the real server gives.
  if (kind.type != nullptr && !is_definition(kind)) {
    Report report(errors);
    check_type(object, *kind.type, "", report);
  } else if (kind.compiled_schema) {
    add_problems(kind.compiled_schema->validate(object, {}, old_object), errors);
  }
  if (kind.validate_last) kind.validate_last(object, old_object, errors);
  drop_repeated(errors);
  return errors;
}

}  // namespace gp::object
