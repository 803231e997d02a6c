#pragma once
// What validation rules are written with. Private to this folder.
//
// A rule looks at one object (and what it was before), and reports what is wrong with which field.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/object/kind.hpp"

namespace gp::schema {
struct Problem;
}

namespace gp::object {

class Report {
 public:
  explicit Report(std::vector<FieldError>& errors) : errors_(errors) {}

  void required(std::string field, std::string detail = {});
  void invalid(std::string field, const Value& bad, std::string detail);
  // `printed` stands for the value as it is.
  void invalid_printed(std::string field, std::string printed, std::string detail);
  void not_supported(std::string field, const Value& bad,
                     std::span<const std::string_view> allowed);
  void not_supported(std::string field, const Value& bad,
                     std::initializer_list<std::string_view> allowed) {
    not_supported(std::move(field), bad, std::span(allowed.begin(), allowed.size()));
  }
  void duplicate(std::string field, const Value& bad);
  void forbidden(std::string field, std::string detail);
  void too_long(std::string field, std::size_t bytes_max);
  void not_found(std::string field, const Value& bad);

  // One Invalid for each of `details`.
  void invalid_all(std::string_view field, const Value& bad,
                   const std::vector<std::string>& details);
  // `field is immutable`, unless both are equal.
  void immutable(std::string_view field, const Value& now, const Value& before);

  std::vector<FieldError>& errors() { return errors_; }

 private:
  void add(FieldError::Type type, std::string field, std::string bad, std::string detail);
  std::vector<FieldError>& errors_;
};

// `base` and a child: "spec" + "type" is "spec.type"; with an index or a key, "data[a b]".
std::string child(std::string_view base, std::string_view name);
std::string element(std::string_view base, std::size_t index);
std::string key_of(std::string_view base, std::string_view key);

using Rule = void (*)(const Value& object, const Value* before, Report& report);

// The rule of a built-in kind; null if its type says it all.
Rule rule_of(std::string_view group, std::string_view kind);

// Allowed values and required texts, as the type tells; paths begin with `path`.
void check_type(const Value& object, const struct Type& type, const std::string& path,
                Report& report);

// What a schema found.
void add_problems(const std::vector<schema::Problem>& problems, std::vector<FieldError>& errors);

}  // namespace gp::object
