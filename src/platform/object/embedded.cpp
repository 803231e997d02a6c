#include "platform/object/embedded.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "engine/selector/names.hpp"
#include "platform/object/rules.hpp"
#include "platform/object/validate.hpp"

namespace gp::object {
namespace {

constexpr std::size_t kDepthMax = 256;

bool has_embedded_in(const Value& schema, std::size_t depth) {
  if (depth > kDepthMax || !schema.is_object()) return false;
  if (schema["x-kubernetes-embedded-resource"].boolean()) return true;
  const auto properties = schema["properties"].members();
  return std::ranges::any_of(properties,
                             [&](const Value::Member& property) {
                               return has_embedded_in(property.value, depth + 1);
                             }) ||
         has_embedded_in(schema["items"], depth + 1) ||
         has_embedded_in(schema["additionalProperties"], depth + 1);
}

class Walk {
 public:
  explicit Walk(std::vector<FieldError>& errors) : errors_(errors), report_(errors) {}

  void visit(const Value& schema, const Value& value, const std::string& path, std::size_t depth) {
    if (depth > kDepthMax || !schema.is_object()) return;
    if (value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        visit(schema["items"], value.at(i), element(path, i), depth + 1);
      }
      return;
    }
    if (!value.is_object()) return;
    if (schema["x-kubernetes-embedded-resource"].boolean()) check_resource(value, path);
    for (const Value::Member& member : value.members()) {
      if (const Value* property = schema["properties"].find(member.key())) {
        visit(*property, member.value, child(path, member.key()), depth + 1);
      } else {
        visit(schema["additionalProperties"], member.value, key_of(path, member.key()), depth + 1);
      }
    }
  }

 private:
  void check_resource(const Value& object, const std::string& path) {
    const std::string_view version = object["apiVersion"].text();
    if (std::ranges::count(version, '/') > 1) {
      report_.invalid(child(path, "apiVersion"), version,
                      fmt::format("unexpected GroupVersion string: {}", version));
    }
    const std::string_view kind = object["kind"].text();
    const auto problems = selector::dns1035_label_errors(lower(kind));
    if (!kind.empty() && !problems.empty()) {
      report_.invalid(child(path, "kind"), kind,
                      fmt::format("may have mixed case, but should otherwise match: {}",
                                  fmt::join(problems, ",")));
    }
    if (object["metadata"].is_object()) check_metadata(object["metadata"], path);
  }

  void check_metadata(const Value& metadata, const std::string& path) {
    Kind any;
    any.name_rule = NameRule::PathSegment;
    any.is_namespaced = !metadata["namespace"].empty();
    Value named = metadata;
    if (named["name"].empty()) named.set("name", "fakename");  // it may have none yet
    std::vector<FieldError> found;
    validate_metadata(any, named, nullptr, found);
    for (FieldError& error : found) {
      error.field = child(path, error.field);
      errors_.push_back(std::move(error));
    }
  }

  std::vector<FieldError>& errors_;
  Report report_;
};

}  // namespace

bool has_embedded(const Value& schema) {
  return has_embedded_in(schema, 0);
}

void check_embedded(const Value& schema, const Value& object, std::vector<FieldError>& errors) {
  Walk(errors).visit(schema, object, "", 0);
}

}  // namespace gp::object
