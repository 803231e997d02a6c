#include "platform/object/definition_schema.hpp"

#include <algorithm>
#include <array>

#include "engine/schema/structural.hpp"
#include "platform/object/custom_rules.hpp"
#include "platform/object/definition_structure.hpp"
#include "platform/object/go_text.hpp"

namespace gp::object {
namespace {

constexpr std::size_t kDepthMax = 256;

// Fields of a schema that the standard allows and Kubernetes does not.
constexpr std::array kUnsupported = {"id",          "additionalItems", "patternProperties",
                                     "definitions", "dependencies",    "$ref"};

bool is_type(std::string_view text) {
  return text == "array" || text == "boolean" || text == "integer" || text == "number" ||
         text == "object" || text == "string";
}

// Where a schema stands.
struct Place {
  std::string path;
  std::string no_default;  // why none may be here; empty: one may
  bool is_root = false;
  bool is_in_metadata = false;  // of an object: its own or of one within
  std::size_t depth = 0;

  Place below(std::string path_below) const {
    Place next = *this;
    next.path = std::move(path_below);
    next.is_root = false;
    ++next.depth;
    return next;
  }
  Place without_default(std::string why) const {
    Place next = *this;
    next.no_default = std::move(why);
    return next;
  }
};

class Checker {
 public:
  explicit Checker(Report& report) : report_(report) {}

  void check(const Value& schema, const Place& place) {
    if (place.depth > kDepthMax) {
      report_.invalid_printed(place.path, "{…}",
                              fmt::format("must not be nested deeper than {} levels", kDepthMax));
      return;
    }
    check_supported(schema, place);
    descend(schema, place);
    check_extensions(schema, place);
    check_list(schema, place);
  }

 private:
  void check_supported(const Value& schema, const Place& place) {
    const Value& type = schema["type"];
    if (!type.empty() && !is_type(type.text())) {
      report_.not_supported(child(place.path, "type"), type,
                            {"array", "boolean", "integer", "number", "object", "string"});
    }
    if (schema.contains("default") && !place.no_default.empty()) {
      report_.forbidden(child(place.path, "default"),
                        fmt::format("must not be set {}", place.no_default));
    }
    for (const char* field : kUnsupported) {
      const Value& value = schema[field];
      if (value.is_null() || (value.empty() && !value.is_bool())) continue;
      report_.forbidden(child(place.path, field), fmt::format("{} is not supported", field));
    }
    if (type.text() == "null") {
      report_.forbidden(child(place.path, "type"),
                        "type cannot be set to null, use nullable as an alternative");
    }
    if (schema["items"].is_array()) {
      report_.forbidden(child(place.path, "items"),
                        "items must be a schema object and not an array");
    }
    if (place.is_in_metadata && schema["x-kubernetes-embedded-resource"].boolean()) {
      report_.forbidden(child(place.path, "x-kubernetes-embedded-resource"),
                        "must not be used inside of resource meta");
    }
    if (schema["uniqueItems"].boolean()) {
      report_.forbidden(child(place.path, "uniqueItems"),
                        "uniqueItems cannot be set to true since the runtime complexity becomes "
                        "quadratic");
    }
    const Value& rest = schema["additionalProperties"];
    const bool is_open = rest.is_bool() && rest.boolean();
    if (!schema["properties"].empty() && !rest.is_null() && !is_open) {
      report_.forbidden(child(place.path, "additionalProperties"),
                        "additionalProperties and properties are mutual exclusive");
    }
  }

  void descend(const Value& schema, const Place& place) {
    if (const Value& rest = schema["additionalProperties"]; rest.is_object()) {
      Place below = place.below(child(place.path, "additionalProperties"));
      if (place.is_in_metadata) {
        below = below.without_default("inside additionalProperties applying to object metadata");
      }
      check(rest, below);
    }
    const bool is_resource = place.is_root || schema["x-kubernetes-embedded-resource"].boolean();
    for (const Value::Member& property : schema["properties"].members()) {
      const std::string_view name = property.key();
      Place below = place.below(key_of(child(place.path, "properties"), name));
      if (is_resource && (name == "metadata" || name == "kind" || name == "apiVersion")) {
        below.is_in_metadata = true;
        if (place.is_root) below = below.without_default(fmt::format("in top-level {}", name));
      }
      check(property.value, below);
    }
    if (schema["not"].is_object()) check(schema["not"], place.below(child(place.path, "not")));
    for (const char* name : {"allOf", "oneOf", "anyOf"}) {
      const Value& alternatives = schema[name];
      for (std::size_t i = 0; i < alternatives.size(); ++i) {
        check(alternatives.at(i), place.below(element(child(place.path, name), i)));
      }
    }
    if (schema["items"].is_object()) {
      check(schema["items"], place.below(child(place.path, "items")));
    }
  }

  // `type` must be what an extension asks for.
  bool has_type(const Value& schema, const Place& place, std::string_view type,
                std::string_view because) {
    if (schema["type"].text() == type) return true;
    const std::string why = fmt::format("must be {} if {}", type, because);
    if (schema["type"].empty()) {
      report_.required(child(place.path, "type"), why);
    } else {
      report_.invalid(child(place.path, "type"), schema["type"], why);
    }
    return false;
  }

  void check_extensions(const Value& schema, const Place& place) {
    const Value& keeps = schema["x-kubernetes-preserve-unknown-fields"];
    if (keeps.is_bool() && !keeps.boolean()) {
      report_.invalid(child(place.path, "x-kubernetes-preserve-unknown-fields"), keeps,
                      "must be true or undefined");
    }
    const Value& map_type = schema["x-kubernetes-map-type"];
    if (map_type.is_null()) return;
    has_type(schema, place, "object", "x-kubernetes-map-type is specified");
    if (map_type.text() != "atomic" && map_type.text() != "granular") {
      report_.not_supported(child(place.path, "x-kubernetes-map-type"), map_type,
                            {"atomic", "granular"});
    }
  }

  void check_list(const Value& schema, const Place& place) {
    const Value& list_type = schema["x-kubernetes-list-type"];
    const std::string_view text = list_type.text();
    const std::string at = child(place.path, "x-kubernetes-list-type");
    if (!list_type.is_null()) {
      const bool is_array = has_type(schema, place, "array", "x-kubernetes-list-type is specified");
      if (is_array && text == "set") check_set(schema["items"], child(place.path, "items"));
      if (text != "atomic" && text != "set" && text != "map") {
        report_.not_supported(at, list_type, {"atomic", "set", "map"});
      }
    }
    if (!schema["x-kubernetes-list-map-keys"].empty() && text != "map") {
      constexpr const char* kWhy = "must be map if x-kubernetes-list-map-keys is non-empty";
      if (list_type.is_null()) {
        report_.required(at, kWhy);
      } else {
        report_.invalid(at, list_type, kWhy);
      }
    }
    if (text == "map") check_map(schema, place);
    if ((text == "map" || text == "set") && schema["items"]["nullable"].boolean()) {
      report_.forbidden(child(place.path, "items.nullable"),
                        fmt::format("cannot be nullable when x-kubernetes-list-type is {}", text));
    }
  }

  void check_map(const Value& schema, const Place& place) {
    const Value& items = schema["items"];
    const Value& keys = schema["x-kubernetes-list-map-keys"];
    const std::string at = child(place.path, "x-kubernetes-list-map-keys");
    if (keys.empty()) {
      report_.required(at, "must not be empty if x-kubernetes-list-type is map");
    }
    if (!items.is_object()) {
      report_.required(child(place.path, "items"),
                       "must have a schema if x-kubernetes-list-type is map");
      return;
    }
    if (items["type"].text() != "object") {
      report_.invalid(child(place.path, "items.type"), items["type"].text(),
                      "must be object if parent array's x-kubernetes-list-type is map");
      return;
    }
    std::vector<std::string_view> seen;
    for (const Value& key : keys.items()) {
      check_key(items, key.text(), keys, place, at);
      if (std::ranges::find(seen, key.text()) != seen.end()) {
        report_.invalid_printed(at, go_strings(keys), "must not contain duplicate entries");
      }
      seen.push_back(key.text());
    }
  }

  void check_key(const Value& items, std::string_view key, const Value& keys, const Place& place,
                 const std::string& at) {
    const Value* property = items["properties"].find(key);
    if (property == nullptr) {
      report_.invalid_printed(at, go_strings(keys), "entries must all be names of item properties");
      return;
    }
    const std::string where = key_of(child(place.path, "items.properties"), key);
    const std::string_view type = (*property)["type"].text();
    if (type == "array" || type == "object") {
      // The real server shows the type of the item here, not of the key.
      report_.invalid(child(where, "type"), items["type"],
                      "must be a scalar type if parent array's x-kubernetes-list-type is map");
    }
    const auto required = items["required"].items();
    const bool is_required =
        std::ranges::any_of(required, [&](const Value& name) { return name.text() == key; });
    if (!is_required && !property->contains("default")) {
      report_.required(child(where, "default"),
                       "this property is in x-kubernetes-list-map-keys, so it must have a default "
                       "or be a required property");
    }
    if ((*property)["nullable"].boolean()) {
      report_.forbidden(child(where, "nullable"),
                        "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
    }
  }

  void check_set(const Value& items, const std::string& at) {
    constexpr const char* kWhy = "must be atomic as item of a list with x-kubernetes-list-type=set";
    const std::string_view type = items["type"].text();
    const Value& list_type = items["x-kubernetes-list-type"];
    if (type == "array" && list_type.text("atomic") != "atomic") {
      report_.invalid(child(at, "x-kubernetes-list-type"), list_type, kWhy);
    }
    if (type == "object" && items["x-kubernetes-map-type"].text() != "atomic") {
      // The real server shows the list type here, which is none.
      report_.invalid(child(at, "x-kubernetes-map-type"), list_type.text("null"), kWhy);
    }
  }

  Report& report_;
};

// Each default must be what its own schema accepts and knows.
class Defaults {
 public:
  explicit Defaults(Report& report) : report_(report) {}

  void check(const Value& schema, const std::string& path, std::size_t depth = 0) {
    if (depth > kDepthMax) return;
    if (const Value* value = schema.find("default"); value != nullptr && !value->is_null()) {
      check_default(schema, *value, child(path, "default"));
    }
    if (schema["items"].is_object()) check(schema["items"], child(path, "items"), depth + 1);
    for (const Value::Member& property : schema["properties"].members()) {
      check(property.value, key_of(child(path, "properties"), property.key()), depth + 1);
    }
  }

 private:
  void check_default(const Value& schema, const Value& value, const std::string& at) {
    const auto compiled = schema::StructuralSchema::compile(schema);
    if (!compiled) return;  // told elsewhere
    std::vector<std::string> unknown;
    (void)compiled->pruned(value, &unknown);
    if (!unknown.empty()) {
      report_.invalid_printed(at, go_syntax(value), "must not have unknown fields");
    }
    std::vector<schema::Problem> problems = compiled->validate(value);
    // Messages speak of the default's own fields.
    for (schema::Problem& problem : problems) {
      problem.path = problem.path.empty() ? at : child(at, problem.path);
    }
    add_problems(problems, report_.errors());
  }

  Report& report_;
};

// Of a root whose status is kept apart: what says something about the whole object would not hold
// for its part.
void check_root(const Value& schema, const std::string& path, bool has_status, Report& report) {
  constexpr std::array<std::string_view, 22> kAllowed = {"description",
                                                         "type",
                                                         "format",
                                                         "title",
                                                         "maximum",
                                                         "exclusiveMaximum",
                                                         "minimum",
                                                         "exclusiveMinimum",
                                                         "maxLength",
                                                         "minLength",
                                                         "pattern",
                                                         "maxItems",
                                                         "minItems",
                                                         "uniqueItems",
                                                         "multipleOf",
                                                         "required",
                                                         "items",
                                                         "properties",
                                                         "externalDocs",
                                                         "example",
                                                         "x-kubernetes-preserve-unknown-fields",
                                                         "x-kubernetes-validations"};
  if (has_status && !schema["type"].empty() && schema["type"].text() != "object") {
    report.invalid(child(path, "type"), schema["type"],
                   "only \"object\" is allowed as the type at the root of the schema if the status "
                   "subresource is enabled");
  }
  const auto members = schema.members();
  const bool says_more = std::ranges::any_of(members, [&](const Value::Member& member) {
    return std::ranges::find(kAllowed, member.key()) == kAllowed.end() &&
           !(member.value.is_bool() && !member.value.boolean());
  });
  if (has_status && says_more) {
    report.invalid_printed(
        path, "apiextensions.JSONSchemaProps{…}",
        "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum "
        "MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items "
        "Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are allowed "
        "at the root of the schema if the status subresource is enabled");
  }
  if (schema["nullable"].boolean()) {
    report.forbidden(child(path, "nullable"), "nullable cannot be true at the root");
  }
}

}  // namespace

void check_definition_schema(const Value& schema, const std::string& path, bool has_status,
                             const Value* before, Report& report) {
  const std::size_t found_before = report.errors().size();
  const auto is_clean = [&] { return report.errors().size() == found_before; };
  check_root(schema, path, has_status, report);
  const std::size_t found_at_root = report.errors().size();
  check_structure(schema, path, report);
  if (report.errors().size() == found_at_root) Defaults(report).check(schema, path);
  const bool may_compile = report.errors().size() == found_at_root;
  Place root;
  root.path = path;
  root.is_root = true;
  Checker(report).check(schema, root);
  if (!may_compile || !is_clean()) return;
  (void)CustomRules::compile(schema, path, before, report.errors());
  if (!is_clean()) return;
  if (const auto compiled = schema::StructuralSchema::compile(schema); !compiled) {
    report.invalid(path, "", fmt::format("error building validator: {}", compiled.error().message));
  }
}

}  // namespace gp::object
