#include "engine/helm/values_schema.hpp"

#include <map>

#include "base/json.hpp"
#include "engine/helm/document.hpp"
#include "engine/helm/output.hpp"
#include "engine/schema/json_schema.hpp"

namespace gp::helm {
namespace {

// Draft 4 had `exclusiveMinimum: true` beside `minimum`; gojsonschema reads both.
void modernise(Value& schema, int depth) {
  if (depth > 64) return;
  if (schema.is_array()) {
    for (std::size_t i = 0; i < schema.size(); ++i) modernise(schema.item(i), depth + 1);
    return;
  }
  if (!schema.is_object()) return;
  for (const auto& [exclusive, plain] :
       {std::pair("exclusiveMinimum", "minimum"), std::pair("exclusiveMaximum", "maximum")}) {
    if (!schema[exclusive].is_bool()) continue;
    const bool applies = schema[exclusive].boolean() && schema[plain].is_number();
    if (applies) {
      schema.set(exclusive, Value(schema[plain]));
      schema.erase(plain);
    } else {
      schema.erase(exclusive);
    }
  }
  std::vector<std::string> names;
  for (const auto& member : schema.members()) names.emplace_back(member.key());
  for (const std::string& name : names) {
    if (schema[name].is_object() || schema[name].is_array())
      modernise(schema.edit(name), depth + 1);
  }
}

// "/list/0/x" as "list.0.x".
std::string field_of(std::string_view pointer) {
  if (pointer.empty()) return "(root)";
  std::string field(pointer.substr(1));
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] == '/') field[i] = '.';
    if (field[i] == '~' && i + 1 < field.size()) {
      field[i] = field[i + 1] == '1' ? '/' : '~';
      field.erase(i + 1, 1);
    }
  }
  return field;
}

const Value& value_at(const Value& root, std::string_view pointer) {
  const Value* at = &root;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t slash = std::min(pointer.find('/'), pointer.size());
    std::string name(pointer.substr(0, slash));
    pointer.remove_prefix(slash);
    for (std::size_t i = name.find('~'); i != std::string::npos; i = name.find('~', i + 1))
      name.replace(i, 2, name.substr(i, 2) == "~1" ? "/" : "~");
    if (at->is_array()) {
      std::size_t index = 0;
      for (const char c : name) index = index * 10 + static_cast<std::size_t>(c - '0');
      at = &at->at(index);
    } else {
      at = &(*at)[name];
    }
  }
  return *at;
}

std::string_view type_of(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Bool: return "boolean";
    case Value::Kind::Double:
      return value.number() == static_cast<double>(static_cast<std::int64_t>(value.number()))
                 ? "integer"
                 : "number";
    case Value::Kind::Int:
    case Value::Kind::Uint: return "integer";
    default: return json_kind(value);
  }
}

std::string joined(const Value& list, bool as_json) {
  if (!list.is_array()) return as_json ? to_json(list) : list.string();
  std::string out;
  for (const Value& item : list.items()) {
    if (!out.empty()) out += as_json ? ", " : ",";
    out += as_json ? to_json(item) : item.string();
  }
  return out;
}

std::string description(const schema::JsonSchemaError& error, const Value& values) {
  const Value& params = error.params;
  const std::string limit = to_json(params["limit"]);
  const std::string field = field_of(error.instance_path);
  const std::string& keyword = error.keyword;
  if (keyword == "type") {
    return fmt::format("Invalid type. Expected: {}, given: {}", joined(params["type"], false),
                       type_of(value_at(values, error.instance_path)));
  }
  if (keyword == "required") return fmt::format("{} is required", params["missingProperty"].text());
  if (keyword == "additionalProperties") {
    return fmt::format("Additional property {} is not allowed",
                       params["additionalProperty"].text());
  }
  if (keyword == "enum") {
    return fmt::format("{} must be one of the following: {}", field,
                       joined(params["allowedValues"], true));
  }
  if (keyword == "const")
    return fmt::format("{} does not match: {}", field, to_json(params["allowedValue"]));
  if (keyword == "minimum") return fmt::format("Must be greater than or equal to {}", limit);
  if (keyword == "maximum") return fmt::format("Must be less than or equal to {}", limit);
  if (keyword == "exclusiveMinimum") return fmt::format("Must be greater than {}", limit);
  if (keyword == "exclusiveMaximum") return fmt::format("Must be less than {}", limit);
  if (keyword == "minLength")
    return fmt::format("String length must be greater than or equal to {}", limit);
  if (keyword == "maxLength")
    return fmt::format("String length must be less than or equal to {}", limit);
  if (keyword == "minItems") return fmt::format("Array must have at least {} items", limit);
  if (keyword == "maxItems") return fmt::format("Array must have at most {} items", limit);
  if (keyword == "minProperties") return fmt::format("Must have at least {} properties", limit);
  if (keyword == "maxProperties") return fmt::format("Must have at most {} properties", limit);
  if (keyword == "multipleOf")
    return fmt::format("Must be a multiple of {}", to_json(params["multipleOf"]));
  if (keyword == "pattern")
    return fmt::format("Does not match pattern '{}'", params["pattern"].text());
  if (keyword == "format")
    return fmt::format("Does not match format '{}'", params["format"].text());
  if (keyword == "anyOf") return "Must validate at least one schema (anyOf)";
  if (keyword == "oneOf") return "Must validate one and only one schema (oneOf)";
  if (keyword == "not") return "Must not validate the schema (not)";
  if (keyword == "if") {
    const bool then = params["failingKeyword"].text() == "then";
    return fmt::format("Must validate \"{}\" as \"if\" was {}", then ? "then" : "else",
                       then ? "valid" : "not valid");
  }
  if (keyword == "uniqueItems") {
    return fmt::format("array items[{},{}] must be unique", to_json(params["j"]),
                       to_json(params["i"]));
  }
  return error.message;
}

std::string check_one(const std::string& text, const Val& values) {
  auto document = parse_go_json(text);
  if (!document) return std::move(document).error().message;
  modernise(*document, 0);
  auto schema = schema::JsonSchema::compile(*document);
  if (!schema) return std::move(schema).error().message;
  const Value given = to_document(values);
  std::string problems;
  for (const schema::JsonSchemaError& error : schema->validate(given)) {
    problems += fmt::format("- {}: {}\n", field_of(error.instance_path), description(error, given));
  }
  return problems;
}

std::string check_all(const ActiveChart& chart, const Val& values) {
  std::string problems;
  if (!chart.chart->schema.empty()) {
    const std::string own = check_one(chart.chart->schema, values);
    if (!own.empty()) problems = fmt::format("{}:\n{}", chart.name(), own);
  }
  for (const ActiveChart& dependency : chart.dependencies) {
    const Val* below = values.map().find(dependency.name());
    if (below && below->is_map()) problems += check_all(dependency, *below);
  }
  return problems;
}

}  // namespace

Result<void> check_schemas(const ActiveChart& chart, const Val& values) {
  const std::string problems = check_all(chart, values);
  if (problems.empty()) return {};
  return fail(
      invalid_argument("values don't meet the specifications of the schema(s) in the "
                       "following chart(s):\n{}",
                       problems));
}

}  // namespace gp::helm
