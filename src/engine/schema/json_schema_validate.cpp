// Draft-07 validation in Ajv's order and words.

#include "base/json.hpp"
#include "base/utf8.hpp"
#include "engine/schema/compiled_json_schema.hpp"
#include "engine/schema/formats.hpp"
#include "engine/schema/numbers.hpp"

namespace gp::schema {
namespace {

using Node = JsonSchemaNode;
using Errors = std::vector<JsonSchemaError>;

bool has_type(const Value& value, std::string_view type) {
  switch (value.kind()) {
    case Value::Kind::Null: return type == "null";
    case Value::Kind::Bool: return type == "boolean";
    case Value::Kind::String: return type == "string";
    case Value::Kind::Array: return type == "array";
    case Value::Kind::Object: return type == "object";
    default: return type == "number" || (type == "integer" && is_integral(value));
  }
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : std::string(separator)) + part;
  return text;
}

std::string pointer_token(std::string_view token) {
  std::string out = "/";
  for (const char c : token) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

class Validator {
 public:
  explicit Validator(const JsonSchemaOptions& options) : options_(options) {}

  // True if valid. Errors are collected unless `quiet_`.
  bool validate(const Node& node, const Value& value, const std::string& path) {
    if (is_over_) return false;
    if (++steps_ > options_.steps_max || depth_ >= options_.depth_max) return stop(path);
    ++depth_;
    const bool ok = check(node, value, path);
    --depth_;
    return ok;
  }

  Errors take() { return std::move(errors_); }

 private:
  bool stop(const std::string& path) {
    is_over_ = true;
    errors_.clear();
    errors_.push_back({path, "#", "limit", Value::object(),
                       steps_ > options_.steps_max ? "validation takes too many steps"
                                                   : "schema and document are nested too deep"});
    return false;
  }

  // Runs checks in turn; with all_errors (and when anybody wants to know) failures do not end it.
  bool goes_on() const { return options_.all_errors && quiet_ == 0 && !is_over_; }

  bool check(const Node& node, const Value& value, const std::string& path) {
    if (node.is_boolean) {
      return *node.is_boolean ||
             error(node, path, "false schema", Value::object(), "boolean schema is false");
    }
    if (node.reference != nullptr) return validate(*node.reference, value, path);
    bool ok = check_type(node, value, path);
    if (!ok && !goes_on()) return false;
    const auto run = [&](bool (Validator::*part)(const Node&, const Value&, const std::string&)) {
      if (!ok && !goes_on()) return;
      ok = (this->*part)(node, value, path) && ok;
    };
    if (value.is_number()) run(&Validator::check_number);
    if (value.is_string()) run(&Validator::check_string);
    run(&Validator::check_values);
    run(&Validator::check_combinations);
    if (value.is_array()) run(&Validator::check_array);
    if (value.is_object()) run(&Validator::check_object);
    return ok;
  }

  bool error(const Node& node, const std::string& path, std::string_view keyword, Value params,
             std::string message) {
    if (quiet_ == 0 && errors_.size() < options_.errors_max) {
      errors_.push_back({path, fmt::format("{}/{}", node.location, keyword), std::string(keyword),
                         std::move(params), std::move(message)});
    }
    return false;
  }

  bool check_type(const Node& node, const Value& value, const std::string& path) {
    if (node.types.empty()) return true;
    for (const std::string& type : node.types) {
      if (has_type(value, type)) return true;
    }
    return error(node, path, "type", Value::object({{"type", node.type}}),
                 "must be " + joined(node.types, ","));
  }

  bool check_values(const Node& node, const Value& value, const std::string& path) {
    bool ok = true;
    if (node.constant && !(*node.constant == value)) {
      ok = error(node, path, "const", Value::object({{"allowedValue", *node.constant}}),
                 "must be equal to constant");
    }
    if (node.allowed &&
        std::ranges::find(node.allowed->items(), value) == node.allowed->items().end() &&
        (ok || goes_on())) {
      ok = error(node, path, "enum", Value::object({{"allowedValues", *node.allowed}}),
                 "must be equal to one of the allowed values");
    }
    return ok;
  }

  bool check_bound(const Node& node, const Value& value, const std::string& path,
                   const std::optional<Value>& bound, const char* keyword, const char* comparison) {
    if (!bound) return true;
    const int order = compare_numbers(value, *bound);
    const std::string_view sign = comparison;
    const bool ok = sign == "<="   ? order <= 0
                    : sign == ">=" ? order >= 0
                    : sign == "<"  ? order < 0
                                   : order > 0;
    return ok || error(node, path, keyword,
                       Value::object({{"comparison", comparison}, {"limit", *bound}}),
                       fmt::format("must be {} {}", comparison, to_json(*bound)));
  }

  bool check_number(const Node& node, const Value& value, const std::string& path) {
    bool ok = check_bound(node, value, path, node.maximum, "maximum", "<=");
    if (ok || goes_on()) ok = check_bound(node, value, path, node.minimum, "minimum", ">=") && ok;
    if (ok || goes_on())
      ok = check_bound(node, value, path, node.exclusive_maximum, "exclusiveMaximum", "<") && ok;
    if (ok || goes_on())
      ok = check_bound(node, value, path, node.exclusive_minimum, "exclusiveMinimum", ">") && ok;
    if ((ok || goes_on()) && node.multiple_of && !is_multiple_of(value, *node.multiple_of)) {
      ok = error(node, path, "multipleOf", Value::object({{"multipleOf", *node.multiple_of}}),
                 fmt::format("must be multiple of {}", to_json(*node.multiple_of)));
    }
    return ok;
  }

  // minLength, maxItems and their like: `what` are characters, items or properties.
  bool check_count(const Node& node, std::size_t count, const std::string& path,
                   const std::optional<std::size_t>& max, const std::optional<std::size_t>& min,
                   const std::string& suffix, const char* what) {
    bool ok = true;
    const auto limit = [](std::size_t number) {
      return Value::object({{"limit", Value(std::uint64_t{number})}});
    };
    if (max && count > *max) {
      ok = error(node, path, "max" + suffix, limit(*max),
                 fmt::format("must NOT have more than {} {}", *max, what));
    }
    if (min && count < *min && (ok || goes_on())) {
      ok = error(node, path, "min" + suffix, limit(*min),
                 fmt::format("must NOT have fewer than {} {}", *min, what));
    }
    return ok;
  }

  bool check_string(const Node& node, const Value& value, const std::string& path) {
    const std::string_view text = value.text();
    bool ok = true;
    if (node.length_max || node.length_min) {
      ok = check_count(node, utf8_count(text), path, node.length_max, node.length_min, "Length",
                       "characters");
    }
    if (node.pattern != nullptr && (ok || goes_on()) && !node.pattern->is_found_in(text)) {
      ok = error(node, path, "pattern", Value::object({{"pattern", node.pattern_text}}),
                 fmt::format("must match pattern \"{}\"", node.pattern_text));
    }
    if (options_.check_formats && !node.format.empty() && (ok || goes_on()) &&
        !has_format(node.format, text)) {
      ok = error(node, path, "format", Value::object({{"format", node.format}}),
                 fmt::format("must match format \"{}\"", node.format));
    }
    return ok;
  }

  // Whether a schema accepts, with its errors thrown away.
  bool accepts(const Node& node, const Value& value, const std::string& path) {
    ++quiet_;
    const bool ok = validate(node, value, path);
    --quiet_;
    return ok;
  }

  // For anyOf and oneOf: errors of the alternatives are told too, but only if the whole fails.
  bool check_combinations(const Node& node, const Value& value, const std::string& path) {
    bool ok = true;
    if (node.not_schema != nullptr && accepts(*node.not_schema, value, path)) {
      ok = error(node, path, "not", Value::object(), "must NOT be valid");
    }
    if (!node.any_of.empty() && (ok || goes_on())) ok = check_any_of(node, value, path) && ok;
    if (!node.one_of.empty() && (ok || goes_on())) ok = check_one_of(node, value, path) && ok;
    for (const Node::Ref alternative : node.all_of) {
      if (ok || goes_on()) ok = validate(*alternative, value, path) && ok;
    }
    if (node.if_schema != nullptr && (ok || goes_on())) ok = check_if(node, value, path) && ok;
    return ok;
  }

  bool check_any_of(const Node& node, const Value& value, const std::string& path) {
    const std::size_t before = errors_.size();
    for (const Node::Ref alternative : node.any_of) {
      if (validate(*alternative, value, path)) {
        if (!is_over_) errors_.resize(before);
        return true;
      }
    }
    return error(node, path, "anyOf", Value::object(), "must match a schema in anyOf");
  }

  bool check_one_of(const Node& node, const Value& value, const std::string& path) {
    const std::size_t before = errors_.size();
    Value passing = Value::array();
    for (std::size_t i = 0; i < node.one_of.size() && passing.size() < 2; ++i) {
      if (validate(*node.one_of[i], value, path)) passing.push_back(Value(std::uint64_t{i}));
    }
    if (passing.size() == 1) {
      if (!is_over_) errors_.resize(before);
      return true;
    }
    const Value passing_schemas = passing.empty() ? Value() : passing;
    return error(node, path, "oneOf", Value::object({{"passingSchemas", passing_schemas}}),
                 "must match exactly one schema in oneOf");
  }

  bool check_if(const Node& node, const Value& value, const std::string& path) {
    const bool holds = accepts(*node.if_schema, value, path);
    const Node::Ref branch = holds ? node.then_schema : node.else_schema;
    if (branch == nullptr || validate(*branch, value, path)) return true;
    const char* name = holds ? "then" : "else";
    return error(node, path, "if", Value::object({{"failingKeyword", name}}),
                 fmt::format("must match \"{}\" schema", name));
  }

  bool check_array(const Node& node, const Value& value, const std::string& path) {
    bool ok =
        check_count(node, value.size(), path, node.items_max, node.items_min, "Items", "items");
    if (node.unique_items && (ok || goes_on())) {
      if (const auto twins = find_duplicate(value.items())) {
        const Value params = Value::object({{"i", Value(std::uint64_t{twins->second})},
                                            {"j", Value(std::uint64_t{twins->first})}});
        ok = error(node, path, "uniqueItems", params,
                   fmt::format("must NOT have duplicate items (items ## {} and {} are identical)",
                               twins->first, twins->second));
      }
    }
    const std::size_t in_order = node.items_in_order.size();
    if (node.has_items_in_order && node.additional_items != nullptr &&
        node.additional_items->is_boolean == false && value.size() > in_order &&
        (ok || goes_on())) {
      ok = error(node, path, "additionalItems",
                 Value::object({{"limit", Value(std::uint64_t{in_order})}}),
                 fmt::format("must NOT have more than {} items", in_order));
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (!ok && !goes_on()) return false;
      const Node::Ref item =
          !node.has_items_in_order ? node.items
          : i < in_order           ? node.items_in_order[i]
          : node.additional_items != nullptr && !node.additional_items->is_boolean
              ? node.additional_items
              : nullptr;
      if (item != nullptr) ok = validate(*item, value.at(i), fmt::format("{}/{}", path, i)) && ok;
    }
    if (node.contains != nullptr && (ok || goes_on())) ok = check_contains(node, value, path) && ok;
    return ok;
  }

  bool check_contains(const Node& node, const Value& value, const std::string& path) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (accepts(*node.contains, value.at(i), fmt::format("{}/{}", path, i))) return true;
    }
    return error(node, path, "contains", Value::object({{"minContains", 1}}),
                 "must contain at least 1 valid item(s)");
  }

  bool check_object(const Node& node, const Value& value, const std::string& path) {
    bool ok = check_count(node, value.size(), path, node.properties_max, node.properties_min,
                          "Properties", "properties");
    for (const std::string& name : node.required) {
      if (value.contains(name)) continue;
      if (!ok && !goes_on()) return false;
      ok = error(node, path, "required", Value::object({{"missingProperty", name}}),
                 fmt::format("must have required property '{}'", name));
    }
    if (node.property_names != nullptr && (ok || goes_on()))
      ok = check_names(node, value, path) && ok;
    if (node.additional_properties != nullptr && (ok || goes_on()))
      ok = check_additional(node, value, path) && ok;
    for (const Node::Dependency& dependency : node.dependencies) {
      if ((ok || goes_on()) && value.contains(dependency.property))
        ok = check_dependency(node, dependency, value, path) && ok;
    }
    for (const auto& [name, property] : node.properties) {
      const Value* member = value.find(name);
      if (member != nullptr && (ok || goes_on()))
        ok = validate(*property, *member, path + pointer_token(name)) && ok;
    }
    for (const auto& [text, pattern, schema] : node.pattern_properties) {
      for (const Value::Member& member : value.members()) {
        if (!ok && !goes_on()) return false;
        if (pattern->is_found_in(member.key())) {
          ok = validate(*schema, member.value, path + pointer_token(member.key())) && ok;
        }
      }
    }
    return ok;
  }

  bool check_names(const Node& node, const Value& value, const std::string& path) {
    bool ok = true;
    for (const Value::Member& member : value.members()) {
      if (!ok && !goes_on()) return false;
      if (validate(*node.property_names, member.key_value, path)) continue;
      ok = error(node, path, "propertyNames", Value::object({{"propertyName", member.key_value}}),
                 "property name must be valid");
    }
    return ok;
  }

  bool check_additional(const Node& node, const Value& value, const std::string& path) {
    bool ok = true;
    for (const Value::Member& member : value.members()) {
      if (!ok && !goes_on()) return false;
      const bool known =
          node.properties_by_name.contains(member.key()) ||
          std::ranges::any_of(node.pattern_properties, [&](const Node::PatternProperty& property) {
            return property.pattern->is_found_in(member.key());
          });
      if (known) continue;
      if (node.additional_properties->is_boolean == false) {
        ok = error(node, path, "additionalProperties",
                   Value::object({{"additionalProperty", member.key_value}}),
                   "must NOT have additional properties");
      } else {
        ok = validate(*node.additional_properties, member.value,
                      path + pointer_token(member.key())) &&
             ok;
      }
    }
    return ok;
  }

  bool check_dependency(const Node& node, const Node::Dependency& dependency, const Value& value,
                        const std::string& path) {
    if (dependency.schema != nullptr) return validate(*dependency.schema, value, path);
    bool ok = true;
    const std::string list = joined(dependency.required, ", ");
    for (const std::string& name : dependency.required) {
      if (value.contains(name)) continue;
      if (!ok && !goes_on()) return false;
      ok = error(node, path, "dependencies",
                 Value::object({{"property", dependency.property},
                                {"missingProperty", name},
                                {"depsCount", Value(std::uint64_t{dependency.required.size()})},
                                {"deps", list}}),
                 fmt::format("must have {} {} when property {} is present",
                             dependency.required.size() == 1 ? "property" : "properties", list,
                             dependency.property));
    }
    return ok;
  }

  const JsonSchemaOptions& options_;
  Errors errors_;
  int quiet_ = 0;  // above zero: nobody reads the errors
  std::size_t steps_ = 0;
  std::size_t depth_ = 0;
  bool is_over_ = false;
};

}  // namespace

std::vector<JsonSchemaError> JsonSchema::validate(const Value& value) const {
  Validator validator(compiled_->options);
  if (validator.validate(*compiled_->root, value, "")) return {};
  return validator.take();
}

Value JsonSchemaError::to_value() const {
  return Value::object({{"instancePath", instance_path},
                        {"schemaPath", schema_path},
                        {"keyword", keyword},
                        {"params", params},
                        {"message", message}});
}

}  // namespace gp::schema
