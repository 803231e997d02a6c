#include "platform/object/definition_structure.hpp"

#include <array>

namespace gp::object {
namespace {

constexpr std::size_t kDepthMax = 256;

enum class Level { Root, Field, Item };

class Structure {
 public:
  explicit Structure(Report& report) : report_(report) {}

  void check(const Value& schema, Level level, const std::string& path, std::size_t depth = 0) {
    if (depth > kDepthMax) return;  // told elsewhere
    check_type(schema, level, path);
    check_resource(schema, level, path);
    check_alternatives(schema, path);
    if (schema["type"].text() == "array" && !schema["items"].is_object()) {
      report_.required(child(path, "items"), "must be specified");
    }
    for (const Value::Member& property : schema["properties"].members()) {
      check(property.value, Level::Field, key_of(child(path, "properties"), property.key()),
            depth + 1);
    }
    if (schema["items"].is_object()) {
      check(schema["items"], Level::Item, child(path, "items"), depth + 1);
    }
    if (const Value& rest = schema["additionalProperties"]; rest.is_object()) {
      check(rest, Level::Field, child(path, "additionalProperties"), depth + 1);
    }
  }

 private:
  void check_type(const Value& schema, Level level, const std::string& path) {
    const std::string at = child(path, "type");
    const Value& type = schema["type"];
    const bool is_int_or_string = schema["x-kubernetes-int-or-string"].boolean();
    const bool keeps = schema["x-kubernetes-preserve-unknown-fields"].boolean();
    if (is_int_or_string && !type.empty()) {
      report_.invalid(at, type, "must be empty if x-kubernetes-int-or-string is true");
    }
    if (level == Level::Root) {
      if (type.empty()) {
        report_.required(at, "must not be empty at the root");
      } else if (type.text() != "object") {
        report_.invalid(at, type, "must be object at the root");
      }
      return;
    }
    if (type.empty() && !is_int_or_string && !keeps) {
      report_.required(at, level == Level::Item ? "must not be empty for specified array items"
                                                : "must not be empty for specified object fields");
    } else if (!type.empty() && !is_known(type.text())) {
      report_.not_supported(at, type,
                            {"array", "boolean", "integer", "number", "object", "string"});
    }
  }

  static bool is_known(std::string_view type) {
    return type == "array" || type == "boolean" || type == "integer" || type == "number" ||
           type == "object" || type == "string" || type == "null";
  }

  void check_resource(const Value& schema, Level level, const std::string& path) {
    const bool is_embedded = schema["x-kubernetes-embedded-resource"].boolean();
    const bool keeps = schema["x-kubernetes-preserve-unknown-fields"].boolean();
    if (is_embedded && schema["type"].text() != "object") {
      constexpr const char* kWhy = "must be object if x-kubernetes-embedded-resource is true";
      if (schema["type"].empty()) {
        report_.required(child(path, "type"), kWhy);
      } else {
        report_.invalid(child(path, "type"), schema["type"], kWhy);
      }
    }
    if (is_embedded && !keeps && schema["properties"].empty()) {
      report_.required(child(path, "properties"),
                       "must not be empty if x-kubernetes-embedded-resource is true without "
                       "x-kubernetes-preserve-unknown-fields");
    }
    if (level != Level::Root && !is_embedded) return;
    const Value& properties = schema["properties"];
    for (const char* name : {"apiVersion", "kind"}) {
      const Value* property = properties.find(name);
      if (property == nullptr || (*property)["type"].text() == "string") continue;
      report_.invalid(child(key_of(child(path, "properties"), name), "type"), (*property)["type"],
                      "must be string");
    }
    if (const Value* metadata = properties.find("metadata")) {
      check_metadata(*metadata, key_of(child(path, "properties"), "metadata"), level);
    }
  }

  // An object's metadata is described by Kubernetes; a schema may narrow its name alone.
  void check_metadata(const Value& metadata, const std::string& path, Level level) {
    if (metadata["type"].text() != "object") {
      report_.invalid(child(path, "type"), metadata["type"], "must be object");
    }
    if (level != Level::Root) return;
    bool is_too_much = false;
    for (const Value::Member& member : metadata["properties"].members()) {
      is_too_much = is_too_much || (member.key() != "name" && member.key() != "generateName");
    }
    for (const char* own : {"required", "additionalProperties", "anyOf", "allOf", "oneOf", "not",
                            "minProperties", "maxProperties", "enum"}) {
      is_too_much = is_too_much || !metadata[own].empty();
    }
    if (is_too_much) {
      report_.forbidden(path,
                        "must not specify anything other than name and generateName, but metadata "
                        "is implicitly specified");
    }
  }

  void check_alternatives(const Value& schema, const std::string& path) {
    for (const char* name : {"allOf", "anyOf", "oneOf"}) {
      const Value& alternatives = schema[name];
      for (std::size_t i = 0; i < alternatives.size(); ++i) {
        const std::string at = element(child(path, name), i);
        const bool may_type = schema["x-kubernetes-int-or-string"].boolean() && i < 2;
        check_narrowing(alternatives.at(i), schema, at, path, may_type, 0);
      }
    }
    if (schema["not"].is_object()) {
      check_narrowing(schema["not"], schema, child(path, "not"), path, false, 0);
    }
  }

  // `inner` says less than a schema: no types and no names that `outer` does not say itself.
  void check_narrowing(const Value& inner, const Value& outer, const std::string& at,
                       const std::string& outer_at, bool may_type, std::size_t depth) {
    if (depth > kDepthMax) return;
    constexpr std::array<const char*, 11> kForbidden = {"type",
                                                        "additionalProperties",
                                                        "default",
                                                        "title",
                                                        "description",
                                                        "nullable",
                                                        "x-kubernetes-preserve-unknown-fields",
                                                        "x-kubernetes-embedded-resource",
                                                        "x-kubernetes-int-or-string",
                                                        "x-kubernetes-list-type",
                                                        "x-kubernetes-map-type"};
    for (const char* name : kForbidden) {
      if (may_type && std::string_view(name) == "type") continue;
      if (const Value* value = inner.find(name); value != nullptr && !is_unset(*value)) {
        report_.forbidden(child(at, name), "must be empty to be structural");
      }
    }
    for (const Value::Member& property : inner["properties"].members()) {
      const std::string inner_at = key_of(child(at, "properties"), property.key());
      const Value* own = outer["properties"].find(property.key());
      if (own == nullptr && outer["additionalProperties"].is_object()) {
        own = &outer["additionalProperties"];
      }
      const std::string own_at = key_of(child(outer_at, "properties"), property.key());
      if (own == nullptr) {
        report_.required(own_at, fmt::format("because it is defined in {}", inner_at));
        continue;
      }
      check_narrowing(property.value, *own, inner_at, own_at,
                      (*own)["x-kubernetes-int-or-string"].boolean(), depth + 1);
    }
    if (inner["items"].is_object()) {
      if (!outer["items"].is_object()) {
        report_.required(child(outer_at, "items"),
                         fmt::format("because it is defined in {}", child(at, "items")));
      } else {
        check_narrowing(inner["items"], outer["items"], child(at, "items"),
                        child(outer_at, "items"), false, depth + 1);
      }
    }
    for (const char* name : {"allOf", "anyOf", "oneOf"}) {
      const Value& alternatives = inner[name];
      for (std::size_t i = 0; i < alternatives.size(); ++i) {
        check_narrowing(alternatives.at(i), outer, element(child(at, name), i), outer_at, may_type,
                        depth + 1);
      }
    }
    if (inner["not"].is_object()) {
      check_narrowing(inner["not"], outer, child(at, "not"), outer_at, false, depth + 1);
    }
  }

  static bool is_unset(const Value& value) {
    return value.is_null() || (value.is_bool() && !value.boolean()) ||
           (value.is_string() && value.empty());
  }

  Report& report_;
};

}  // namespace

void check_structure(const Value& schema, const std::string& path, Report& report) {
  Structure(report).check(schema, Level::Root, path);
}

}  // namespace gp::object
