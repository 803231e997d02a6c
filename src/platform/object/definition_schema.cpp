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
struct Unsupported {
  std::string_view field;
  std::string_view why;
};
constexpr std::array kUnsupported = {
    Unsupported{"id", "id is not supported"},
    Unsupported{"additionalItems", "additionalItems is not supported"},
    Unsupported{"patternProperties", "patternProperties is not supported"},
    Unsupported{"definitions", "definitions is not supported"},
    Unsupported{"dependencies", "dependencies is not supported"},
    Unsupported{"$ref", "$ref is not supported"},
};

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
    if (next.no_default.empty()) next.no_default = std::move(why);
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
    check_unsupported(schema, place);
    check_pattern(schema, place);
    check_extensions(schema, place);
    check_list(schema, place);
    descend(schema, place);
  }

 private:
  void check_unsupported(const Value& schema, const Place& place) {
    if (schema.contains("default") && !place.no_default.empty()) {
      report_.forbidden(child(place.path, "default"),
                        fmt::format("must not be set {}", place.no_default));
    }
    for (const Unsupported& unsupported : kUnsupported) {
      const Value& value = schema[unsupported.field];
      if (value.is_null() || (value.empty() && !value.is_bool())) continue;
      report_.forbidden(child(place.path, unsupported.field), std::string(unsupported.why));
    }
    if (schema["type"].text() == "null") {
      report_.forbidden(child(place.path, "type"),
                        "type cannot be set to null, use nullable as an alternative");
    }
    if (schema["items"].is_array()) {
      report_.forbidden(child(place.path, "items"),
                        "items must be a schema object and not an array");
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
    if (place.is_in_metadata && schema["x-kubernetes-embedded-resource"].boolean()) {
      report_.forbidden(child(place.path, "x-kubernetes-embedded-resource"),
                        "must not be used inside of resource meta");
    }
  }

  void check_pattern(const Value& schema, const Place& place) {
    if (schema["pattern"].empty()) return;
    const auto compiled = schema::StructuralSchema::compile(
        Value::object({{"type", "string"}, {"pattern", schema["pattern"]}}));
    if (compiled) return;
    report_.invalid(
        child(place.path, "pattern"), schema["pattern"],
        fmt::format("must be a valid regular expression, but isn't: {}", compiled.error().message));
  }

  // `type` must be what an extension asks for.
  void need_type(const Value& schema, const Place& place, std::string_view type,
                 std::string_view because) {
    if (schema["type"].text() == type) return;
    const std::string why = fmt::format("must be {} if {}", type, because);
    if (schema["type"].empty()) {
      report_.required(child(place.path, "type"), why);
    } else {
      report_.invalid(child(place.path, "type"), schema["type"], why);
    }
  }

  void check_extensions(const Value& schema, const Place& place) {
    const Value& keeps = schema["x-kubernetes-preserve-unknown-fields"];
    if (keeps.is_bool() && !keeps.boolean()) {
      report_.invalid(child(place.path, "x-kubernetes-preserve-unknown-fields"), keeps,
                      "must be true or undefined");
    }
    const Value& map_type = schema["x-kubernetes-map-type"];
    if (map_type.is_null()) return;
    need_type(schema, place, "object", "x-kubernetes-map-type is specified");
    if (map_type.text() != "atomic" && map_type.text() != "granular") {
      report_.not_supported(child(place.path, "x-kubernetes-map-type"), map_type,
                            {"atomic", "granular"});
    }
  }

  void check_list(const Value& schema, const Place& place) {
    const Value& list_type = schema["x-kubernetes-list-type"];
    const Value& keys = schema["x-kubernetes-list-map-keys"];
    const std::string at = child(place.path, "x-kubernetes-list-type");
    if (!list_type.is_null()) {
      need_type(schema, place, "array", "x-kubernetes-list-type is specified");
      const std::string_view text = list_type.text();
      if (text != "atomic" && text != "set" && text != "map") {
        report_.not_supported(at, list_type, {"atomic", "set", "map"});
      }
    }
    if (!keys.empty() && list_type.text() != "map") {
      constexpr const char* kWhy = "must be map if x-kubernetes-list-map-keys is non-empty";
      if (list_type.is_null()) {
        report_.required(at, kWhy);
      } else {
        report_.invalid(at, list_type, kWhy);
      }
    }
    if (list_type.text() == "map") check_map_list(schema, place);
    if (list_type.text() == "set") check_set(schema["items"], child(place.path, "items"));
  }

  void check_map_list(const Value& schema, const Place& place) {
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
      report_.invalid(child(place.path, "items.type"), items["type"],
                      "must be object if parent array's x-kubernetes-list-type is map");
    }
    if (items["nullable"].boolean()) {
      report_.forbidden(child(place.path, "items.nullable"),
                        "cannot be nullable when x-kubernetes-list-type is map");
    }
    std::vector<std::string_view> seen;
    for (const Value& key : keys.items()) {
      check_key(items, key.text(), keys, place, at);
      if (std::ranges::find(seen, key.text()) != seen.end()) {
        report_.invalid(at, keys, "must not contain duplicate entries");
      }
      seen.push_back(key.text());
    }
  }

  void check_key(const Value& items, std::string_view key, const Value& keys, const Place& place,
                 const std::string& at) {
    const Value* property = items["properties"].find(key);
    if (property == nullptr) {
      report_.invalid(at, keys, "entries must all be names of item properties");
      return;
    }
    const std::string where = key_of(child(place.path, "items.properties"), key);
    const std::string_view type = (*property)["type"].text();
    if (type == "array" || type == "object") {
      report_.invalid(child(where, "type"), type,
                      "must be a scalar type if parent array's x-kubernetes-list-type is map");
    }
    if ((*property)["nullable"].boolean()) {
      report_.forbidden(child(where, "nullable"),
                        "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
    }
    const auto required = items["required"].items();
    const bool is_required =
        std::ranges::any_of(required, [&](const Value& name) { return name.text() == key; });
    if (!is_required && !property->contains("default")) {
      report_.required(child(where, "default"),
                       "this property is in x-kubernetes-list-map-keys, so it must have a default "
                       "or be a required property");
    }
  }

  void check_set(const Value& items, const std::string& at) {
    if (!items.is_object()) return;
    if (items["nullable"].boolean()) {
      report_.forbidden(child(at, "nullable"),
                        "cannot be nullable when x-kubernetes-list-type is set");
    }
    const std::string_view type = items["type"].text();
    if (type == "array" && items["x-kubernetes-list-type"].text("atomic") != "atomic") {
      report_.invalid(child(at, "x-kubernetes-list-type"), items["x-kubernetes-list-type"],
                      "must be atomic as item of a list with x-kubernetes-list-type=set");
    }
    if (type != "object") return;
    if (items["x-kubernetes-map-type"].is_null()) {
      report_.required(child(at, "x-kubernetes-map-type"),
                       "must be atomic as item of a list with x-kubernetes-list-type=set");
    } else if (items["x-kubernetes-map-type"].text() != "atomic") {
      report_.invalid(child(at, "x-kubernetes-map-type"), items["x-kubernetes-map-type"],
                      "must be atomic as item of a list with x-kubernetes-list-type=set");
    }
  }

  void descend(const Value& schema, const Place& place) {
    const bool is_resource = place.is_root || schema["x-kubernetes-embedded-resource"].boolean();
    for (const Value::Member& property : schema["properties"].members()) {
      Place below = place.below(key_of(child(place.path, "properties"), property.key()));
      if (is_resource && property.key() == "metadata") {
        below.is_in_metadata = true;
        if (place.is_root) below = below.without_default("in top-level metadata");
      }
      check(property.value, below);
    }
    if (const Value& rest = schema["additionalProperties"]; rest.is_object()) {
      Place below = place.below(child(place.path, "additionalProperties"));
      if (place.is_in_metadata) {
        below = below.without_default("inside additionalProperties applying to object metadata");
      }
      check(rest, below);
    }
    if (schema["items"].is_object()) {
      check(schema["items"], place.below(child(place.path, "items")));
    }
    if (schema["not"].is_object()) {
      check(schema["not"], place.below(child(place.path, "not")));
    }
    for (const char* name : {"allOf", "oneOf", "anyOf"}) {
      const Value& alternatives = schema[name];
      for (std::size_t i = 0; i < alternatives.size(); ++i) {
        check(alternatives.at(i), place.below(element(child(place.path, name), i)));
      }
    }
  }

  Report& report_;
};

// Each default must be what its own schema accepts and knows.
void check_defaults(const Value& schema, const std::string& path, Report& report) {
  if (const Value* value = schema.find("default"); value != nullptr && !value->is_null()) {
    const std::string at = child(path, "default");
    if (const auto compiled = schema::StructuralSchema::compile(schema)) {
      std::vector<std::string> unknown;
      (void)compiled->pruned(*value, &unknown);
      if (!unknown.empty()) {
        report.invalid(at, *value, "must not have unknown fields");
      } else {
        add_problems(compiled->validate(*value, at), report.errors());
      }
    }
  }
  for (const Value::Member& property : schema["properties"].members()) {
    check_defaults(property.value, key_of(child(path, "properties"), property.key()), report);
  }
  for (const char* name : {"items", "additionalProperties"}) {
    if (schema[name].is_object()) check_defaults(schema[name], child(path, name), report);
  }
}

// Of a root whose status is kept apart: what says something about the whole object would not hold
// for its part.
void check_root(const Value& schema, const std::string& path, bool has_status, Report& report) {
  constexpr std::array<std::string_view, 20> kAllowed = {
      "description",      "type",     "format",           "title",        "maximum",
      "exclusiveMaximum", "minimum",  "exclusiveMinimum", "maxLength",    "minLength",
      "pattern",          "maxItems", "minItems",         "uniqueItems",  "multipleOf",
      "required",         "items",    "properties",       "externalDocs", "example"};
  if (schema["nullable"].boolean()) {
    report.forbidden(child(path, "nullable"), "nullable cannot be true at the root");
  }
  if (!has_status) return;
  for (const Value::Member& member : schema.members()) {
    if (member.key().starts_with("x-kubernetes-") || member.key() == "nullable") continue;
    if (std::ranges::find(kAllowed, member.key()) != kAllowed.end()) continue;
    report.invalid_printed(
        path, "{…}",
        "only [\"Description\", \"Type\", \"Format\", \"Title\", \"Maximum\", "
        "\"ExclusiveMaximum\", \"Minimum\", \"ExclusiveMinimum\", \"MaxLength\", \"MinLength\", "
        "\"Pattern\", \"MaxItems\", \"MinItems\", \"UniqueItems\", \"MultipleOf\", \"Required\", "
        "\"Items\", \"Properties\", \"ExternalDocs\", \"Example\", "
        "\"XPreserveUnknownFields\", \"XValidations\"] fields are allowed at the root of the "
        "schema if the status subresource is enabled");
    return;
  }
}

}  // namespace

void check_definition_schema(const Value& schema, const std::string& path, bool has_status,
                             Report& report) {
  const std::size_t before = report.errors().size();
  check_root(schema, path, has_status, report);
  Place root;
  root.path = path;
  root.is_root = true;
  Checker(report).check(schema, root);
  check_structure(schema, path, report);
  if (report.errors().size() != before) return;
  check_defaults(schema, path, report);
  (void)CustomRules::compile(schema, path, report.errors());
  if (report.errors().size() != before) return;
  if (const auto compiled = schema::StructuralSchema::compile(schema); !compiled) {
    report.invalid(path, "", fmt::format("error building validator: {}", compiled.error().message));
  }
}

}  // namespace gp::object
