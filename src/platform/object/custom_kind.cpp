#include "platform/object/custom_kind.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "platform/object/custom_rules.hpp"
#include "platform/object/rules.hpp"

namespace gp::object {
namespace {

// After findings of these kinds a rule could only repeat what is known, or stumble over it.
bool is_blocking(const FieldError& error) {
  switch (error.type) {
    case FieldError::Type::NotSupported:
    case FieldError::Type::Required:
    case FieldError::Type::TooLong:
    case FieldError::Type::TooMany:
    case FieldError::Type::TypeInvalid: return true;
    default: return false;
  }
}

Value value_at(const Value& object, std::string_view path) {
  Value at = object;
  for (const std::string_view part : split(path.substr(path.starts_with('.') ? 1 : 0), '.')) {
    at = Value(at[part]);
  }
  return at;
}

void check_replicas(const Value& object, const std::string& path, Report& report) {
  const Value replicas = value_at(object, path);
  if (replicas.is_null()) return;
  if (!replicas.is_integer()) {
    report.invalid(path, 0, "accessor error: the value is not of the type int64");
  } else if (replicas.integer() < 0) {
    report.invalid(path, replicas, "should be a non-negative integer");
  } else if (replicas.integer(INT64_MAX) > INT32_MAX) {
    report.invalid(path, replicas, fmt::format("should be less than or equal to {}", INT32_MAX));
  }
}

void check_scale(const Value& object, const ScalePaths& scale, Report& report) {
  check_replicas(object, scale.spec_replicas, report);
  check_replicas(object, scale.status_replicas, report);
  if (scale.label_selector.empty()) return;
  const Value selector = value_at(object, scale.label_selector);
  if (!selector.is_null() && !selector.is_string()) {
    report.invalid(scale.label_selector, "", "accessor error: the value is not of the type string");
  }
}

}  // namespace

void add_custom_rules(Kind& kind) {
  std::vector<FieldError> problems;  // whoever made the definition has been told them
  CustomRules rules = CustomRules::compile(kind.schema, "", problems);
  if (rules.empty() && !kind.scale) return;
  kind.validate_last = [rules = std::move(rules), scale = kind.scale](
                           const Value& object, const Value* before,
                           std::vector<FieldError>& errors) {
    if (scale) {
      Report report(errors);
      check_scale(object, *scale, report);
    }
    if (rules.empty()) return;
    if (std::ranges::any_of(errors, is_blocking)) {
      errors.push_back({FieldError::Type::Invalid, "<nil>", "null",
                        "some validation rules were not checked because the object was invalid; "
                        "correct the existing errors to complete validation"});
      return;
    }
    rules.check(object, before, errors);
  };
}

}  // namespace gp::object
