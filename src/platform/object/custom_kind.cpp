#include "platform/object/custom_kind.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "engine/jsonpath/jsonpath.hpp"
#include "platform/object/custom_rules.hpp"
#include "platform/object/embedded.hpp"
#include "platform/object/go_text.hpp"
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

// What stands at ".spec.replicas"; an error if something on the way is no object.
Result<Value> value_at(const Value& object, std::string_view path) {
  Value at = object;
  std::string walked;
  for (const std::string_view part : split(path.substr(path.starts_with('.') ? 1 : 0), '.')) {
    walked += fmt::format(".{}", part);
    const Value* member = at.find(part);
    if (member == nullptr) return Value();
    Value next = *member;
    if (walked.size() < path.size() && !next.is_object()) {
      return fail(invalid_argument(
          "{} accessor error: {} is of the type {}, expected map[string]interface {{}}", walked,
          go_print(next), jsonpath::go_type_name(next)));
    }
    at = std::move(next);
  }
  return at;
}

void check_replicas(const Value& object, const std::string& path, Report& report) {
  const Result<Value> found = value_at(object, path);
  if (!found) {
    report.invalid(path, 0, found.error().message);
  } else if (found->is_null()) {
    return;
  } else if (!found->is_integer()) {
    report.invalid(path, 0,
                   fmt::format("{} accessor error: {} is of the type {}, expected int64", path,
                               go_print(*found), jsonpath::go_type_name(*found)));
  } else if (found->integer() < 0) {
    report.invalid(path, *found, "should be a non-negative integer");
  } else if (found->integer(INT64_MAX) > INT32_MAX) {
    report.invalid(path, *found, fmt::format("should be less than or equal to {}", INT32_MAX));
  }
}

void check_scale(const Value& object, const ScalePaths& scale, Report& report) {
  check_replicas(object, scale.spec_replicas, report);
  check_replicas(object, scale.status_replicas, report);
  if (scale.label_selector.empty()) return;
  const Result<Value> selector = value_at(object, scale.label_selector);
  if (!selector) {
    report.invalid(scale.label_selector, "", selector.error().message);
  } else if (!selector->is_null() && !selector->is_string()) {
    report.invalid(
        scale.label_selector, "",
        fmt::format("{} accessor error: {} is of the type {}, expected string",
                    scale.label_selector, go_print(*selector), jsonpath::go_type_name(*selector)));
  }
}

}  // namespace

void add_custom_rules(Kind& kind) {
  std::vector<FieldError> problems;  // whoever made the definition has been told them
  CustomRules rules = CustomRules::compile(kind.schema, "", nullptr, problems);
  const Value embedding = has_embedded(kind.schema) ? kind.schema : Value();
  if (rules.empty() && !kind.scale && embedding.is_null()) return;
  kind.validate_last = [rules = std::move(rules), scale = kind.scale, embedding](
                           const Value& object, const Value* before,
                           std::vector<FieldError>& errors) {
    if (scale) {
      Report report(errors);
      check_scale(object, *scale, report);
    }
    if (!embedding.is_null()) check_embedded(embedding, object, errors);
    if (rules.empty()) return;
    if (std::ranges::any_of(errors, is_blocking)) {
      errors.push_back({FieldError::Type::Invalid, "<nil>", "\"null\"",
                        "some validation rules were not checked because the object was invalid; "
                        "correct the existing errors to complete validation"});
      return;
    }
    rules.check(object, before, errors);
  };
}

}  // namespace gp::object
