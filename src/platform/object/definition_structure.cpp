#include "platform/object/definition_structure.hpp"

#include <algorithm>
#include <array>

#include "engine/schema/structural.hpp"

namespace gp::object {
namespace {

constexpr std::size_t kDepthMax = 256;

enum class Level { Root, Field, Item };

// What an alternative (anyOf, allOf, oneOf, not) must leave to the fields themselves.
struct Unstructural {
  const char* field;
  const char* wanted;
};
constexpr std::array kUnstructural = {
    Unstructural{"type", "empty"},
    Unstructural{"additionalProperties", "undefined"},
    Unstructural{"default", "undefined"},
    Unstructural{"title", "empty"},
    Unstructural{"description", "empty"},
    Unstructural{"nullable", "false"},
    Unstructural{"x-kubernetes-preserve-unknown-fields", "false"},
    Unstructural{"x-kubernetes-embedded-resource", "false"},
    Unstructural{"x-kubernetes-int-or-string", "false"},
    Unstructural{"x-kubernetes-list-map-keys", "empty"},
    Unstructural{"x-kubernetes-list-type", "undefined"},
    Unstructural{"x-kubernetes-map-type", "undefined"},
    Unstructural{"x-kubernetes-validations", "empty"},
};

bool is_unset(const Value& value) {
  return value.is_null() || (value.is_bool() && !value.boolean()) ||
         ((value.is_string() || value.is_array()) && value.empty());
}

// The one use of types in alternatives: [{type: integer}, {type: string}].
bool is_int_or_string(const Value& alternatives) {
  static const Value pattern =
      Value::array({Value::object({{"type", "integer"}}), Value::object({{"type", "string"}})});
  return alternatives == pattern;
}

class Structure {
 public:
  explicit Structure(Report& report) : report_(report) {}

  void check(const Value& schema, Level level, const std::string& path, std::size_t depth = 0) {
    if (depth > kDepthMax) return;  // told elsewhere
    if (schema["type"].text() == "array" && !schema["items"].is_object()) {
      report_.required(child(path, "items"), "must be specified");
    }
    check_type(schema, level, path);
    check_extensions(schema, level, path);
    check_resource(schema, level, path);
    check_values(schema, path, is_int_or_string(schema["anyOf"]),
                 is_int_or_string(schema["allOf"].at(0)["anyOf"]), depth);
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

  // Every field that alternatives speak of is described outside of them.
  void check_complete(const Value& values, const Value& schema, const std::string& values_at,
                      const std::string& schema_at, std::size_t depth = 0) {
    if (depth > kDepthMax) return;
    if (values["not"].is_object()) {
      check_described(values["not"], schema, child(values_at, "not"), schema_at, depth);
    }
    for (const char* name : {"allOf", "anyOf", "oneOf"}) {
      const Value& alternatives = values[name];
      for (std::size_t i = 0; i < alternatives.size(); ++i) {
        check_described(alternatives.at(i), schema, element(child(values_at, name), i), schema_at,
                        depth);
      }
    }
  }

 private:
  void check_type(const Value& schema, Level level, const std::string& path) {
    const Value& type = schema["type"];
    const std::string at = child(path, "type");
    if (schema["x-kubernetes-embedded-resource"].boolean() && type.text() != "object") {
      constexpr const char* kWhy = "must be object if x-kubernetes-embedded-resource is true";
      if (type.empty()) {
        report_.required(at, kWhy);
      } else {
        report_.invalid(at, type, kWhy);
      }
    } else if (type.empty() && !schema["x-kubernetes-int-or-string"].boolean() &&
               !schema["x-kubernetes-preserve-unknown-fields"].boolean()) {
      switch (level) {
        case Level::Root: report_.required(at, "must not be empty at the root"); break;
        case Level::Item:
          report_.required(at, "must not be empty for specified array items");
          break;
        case Level::Field:
          report_.required(at, "must not be empty for specified object fields");
          break;
      }
    }
    if (level == Level::Root && !type.empty() && type.text() != "object") {
      report_.invalid(at, type, "must be object at the root");
    }
  }

  void check_extensions(const Value& schema, Level level, const std::string& path) {
    const bool is_embedded = schema["x-kubernetes-embedded-resource"].boolean();
    const bool keeps = schema["x-kubernetes-preserve-unknown-fields"].boolean();
    if (schema["x-kubernetes-int-or-string"].boolean()) {
      constexpr const char* kWhy = "must be false if x-kubernetes-int-or-string is true";
      if (keeps) report_.invalid(child(path, "x-kubernetes-preserve-unknown-fields"), true, kWhy);
      if (is_embedded) report_.invalid(child(path, "x-kubernetes-embedded-resource"), true, kWhy);
    }
    if (!schema["additionalProperties"].is_null()) {
      const std::string at = child(path, "additionalProperties");
      if (level == Level::Root) report_.forbidden(at, "must not be used at the root");
      if (is_embedded) {
        report_.forbidden(at, "must not be used if x-kubernetes-embedded-resource is set");
      }
    }
    if (is_embedded && !keeps && schema["properties"].empty()) {
      report_.required(child(path, "properties"),
                       "must not be empty if x-kubernetes-embedded-resource is true without "
                       "x-kubernetes-preserve-unknown-fields");
    }
  }

  void check_resource(const Value& schema, Level level, const std::string& path) {
    const bool is_resource =
        level == Level::Root || schema["x-kubernetes-embedded-resource"].boolean();
    if (!is_resource) return;
    const Value& properties = schema["properties"];
    for (const char* name : {"kind", "apiVersion"}) {
      const Value* property = properties.find(name);
      if (property == nullptr || (*property)["type"].text() == "string") continue;
      report_.invalid(child(key_of(child(path, "properties"), name), "type"),
                      (*property)["type"].text(), "must be string");
    }
    if (const Value* metadata = properties.find("metadata")) {
      check_metadata(*metadata, key_of(child(path, "properties"), "metadata"), level);
    }
  }

  // An object's metadata is described by Kubernetes; a schema may narrow its name alone.
  void check_metadata(const Value& metadata, const std::string& path, Level level) {
    if (metadata["type"].text() != "object") {
      report_.invalid(child(path, "type"), metadata["type"].text(), "must be object");
    }
    if (level != Level::Root) return;
    const auto properties = metadata["properties"].members();
    const bool names_others = std::ranges::any_of(properties, [](const Value::Member& member) {
      return member.key() != "name" && member.key() != "generateName";
    });
    const auto members = metadata.members();
    const bool says_more = std::ranges::any_of(members, [](const Value::Member& member) {
      return member.key() != "type" && member.key() != "properties" && member.key() != "default" &&
             !is_unset(member.value);
    });
    if (!names_others && !says_more) return;
    report_.forbidden(path,
                      "must not specify anything other than name and generateName, but metadata "
                      "is implicitly specified");
  }

  void check_values(const Value& schema, const std::string& path, bool skips_any_of,
                    bool skips_any_of_in_first, std::size_t depth) {
    for (const char* name : {"anyOf", "allOf", "oneOf"}) {
      if (skips_any_of && std::string_view(name) == "anyOf") continue;
      const Value& alternatives = schema[name];
      for (std::size_t i = 0; i < alternatives.size(); ++i) {
        const bool is_first_of_all = std::string_view(name) == "allOf" && i == 0;
        check_alternative(alternatives.at(i), element(child(path, name), i),
                          is_first_of_all && skips_any_of_in_first, depth + 1);
      }
    }
    if (schema["not"].is_object()) {
      check_alternative(schema["not"], child(path, "not"), false, depth + 1);
    }
    check_pattern(schema, path);
  }

  void check_pattern(const Value& schema, const std::string& path) {
    if (schema["pattern"].empty()) return;
    const std::string error = schema::pattern_error(schema["pattern"].text());
    if (error.empty()) return;
    report_.invalid(child(path, "pattern"), schema["pattern"],
                    fmt::format("must be a valid regular expression, but isn't: {}", error));
  }

  void check_alternative(const Value& schema, const std::string& path, bool skips_any_of,
                         std::size_t depth) {
    if (depth > kDepthMax) return;
    check_values(schema, path, skips_any_of, false, depth);
    if (schema["items"].is_object()) {
      check_alternative(schema["items"], child(path, "items"), false, depth + 1);
    }
    for (const Value::Member& property : schema["properties"].members()) {
      check_alternative(property.value, key_of(child(path, "properties"), property.key()), false,
                        depth + 1);
    }
    for (const Unstructural& what : kUnstructural) {
      if (is_unset(schema[what.field])) continue;
      report_.forbidden(child(path, what.field),
                        fmt::format("must be {} to be structural", what.wanted));
    }
    if (schema["properties"].contains("metadata")) {
      report_.forbidden(key_of(child(path, "properties"), "metadata"),
                        "must not be specified in a nested context");
    }
  }

  void check_described(const Value& values, const Value& schema, const std::string& values_at,
                       const std::string& schema_at, std::size_t depth) {
    if (!schema.is_object()) {
      report_.required(schema_at, fmt::format("because it is defined in {}", values_at));
      return;
    }
    check_complete(values, schema, values_at, schema_at, depth + 1);
    if (values["items"].is_object()) {
      check_described(values["items"], schema["items"], child(values_at, "items"),
                      child(schema_at, "items"), depth + 1);
    }
    for (const Value::Member& property : values["properties"].members()) {
      check_described(property.value, schema["properties"][property.key()],
                      key_of(child(values_at, "properties"), property.key()),
                      key_of(child(schema_at, "properties"), property.key()), depth + 1);
    }
  }

  Report& report_;
};

}  // namespace

void check_structure(const Value& schema, const std::string& path, Report& report) {
  std::vector<FieldError> found;
  Report own(found);
  Structure structure(own);
  structure.check(schema, Level::Root, path);
  structure.check_complete(schema, schema, path, path);
  // By their text, as the real server sorts them.
  std::ranges::sort(found, {},
                    [](const FieldError& error) { return error.field + ": " + error.message(); });
  std::ranges::move(found, std::back_inserter(report.errors()));
}

}  // namespace gp::object
