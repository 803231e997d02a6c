#include "engine/schema/compiled_schema.hpp"
#include "engine/schema/numbers.hpp"

namespace gp::schema {
namespace {

// The formats that Kubernetes checks; others ("int32", "double") only describe.
constexpr std::array<std::string_view, 25> kFormats = {
    "bsonobjectid", "byte",   "cidr",     "creditcard", "date",     "date-time", "datetime",
    "duration",     "email",  "hexcolor", "hostname",   "ipv4",     "ipv6",      "isbn",
    "isbn10",       "isbn13", "mac",      "password",   "rgbcolor", "ssn",       "uri",
    "uuid",         "uuid3",  "uuid4",    "uuid5"};

class Compiler {
 public:
  explicit Compiler(const Limits& limits) : limits_(limits) {}

  Result<CompiledSchema::Child> compile(const Value& schema, const std::string& path,
                                        std::size_t depth) {
    if (!schema.is_object()) return fail(invalid_argument("schema{} is not an object", path));
    if (depth > limits_.depth_max) {
      return fail(too_large("schema is nested deeper than {} levels", limits_.depth_max));
    }
    if (++nodes_ > limits_.nodes_max)
      return fail(too_large("schema has more than {} parts", limits_.nodes_max));
    if (schema.contains("$ref"))
      return fail(invalid_argument("schema{} has a $ref, which is not supported", path));

    auto compiled = std::make_unique<CompiledSchema>();
    compiled->source = schema;
    TRY(read_type(*compiled, schema, path));
    TRY(read_string_rules(*compiled, schema, path));
    TRY(read_numbers(*compiled, schema, path));
    TRY(read_object_rules(*compiled, schema, path, depth));
    TRY(read_array_rules(*compiled, schema, path, depth));
    TRY(read_combinations(*compiled, schema, path, depth));
    return CompiledSchema::Child(std::move(compiled));
  }

 private:
  static Result<> read_type(CompiledSchema& out, const Value& schema, const std::string& path) {
    out.type = schema["type"].string();
    constexpr std::array<std::string_view, 7> kTypes = {"",        "object", "array",  "string",
                                                        "integer", "number", "boolean"};
    if (std::ranges::find(kTypes, out.type) == kTypes.end()) {
      return fail(invalid_argument(
          "schema{}.type is \"{}\", expected object, array, string, integer, number or boolean",
          path, out.type));
    }
    out.format = schema["format"].string();
    out.nullable = schema["nullable"].boolean();
    out.int_or_string =
        schema["x-kubernetes-int-or-string"].boolean() || out.format == "int-or-string";
    if (std::ranges::find(kFormats, out.format) == kFormats.end()) out.format.clear();
    out.preserve_unknown = schema["x-kubernetes-preserve-unknown-fields"].boolean();
    out.embedded_resource = schema["x-kubernetes-embedded-resource"].boolean();
    if (const Value* value = schema.find("default")) out.default_value = *value;
    const auto allowed = schema["enum"].items();
    out.allowed.assign(allowed.begin(), allowed.end());
    return {};
  }

  static Result<std::optional<std::size_t>> count(const Value& schema, const std::string& path,
                                                  const char* name) {
    const Value* value = schema.find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number() || !is_integral(*value) || value->number() < 0) {
      return fail(invalid_argument("schema{}.{} is not a number of things", path, name));
    }
    return static_cast<std::size_t>(std::min(value->number(), 1e15));
  }

  static Result<> read_string_rules(CompiledSchema& out, const Value& schema,
                                    const std::string& path) {
    out.length_min = TRY(count(schema, path, "minLength"));
    out.length_max = TRY(count(schema, path, "maxLength"));
    out.pattern_text = schema["pattern"].string();
    if (out.pattern_text.empty()) return {};
    auto pattern = compile_pattern(out.pattern_text);
    if (!pattern)
      return fail(std::move(pattern).error().with_context(fmt::format("schema{}.pattern", path)));
    out.pattern = *std::move(pattern);
    return {};
  }

  static Result<> read_numbers(CompiledSchema& out, const Value& schema, const std::string& path) {
    for (const auto& [name, place] :
         {std::pair("minimum", &out.minimum), std::pair("maximum", &out.maximum),
          std::pair("multipleOf", &out.multiple_of)}) {
      const Value* value = schema.find(name);
      if (value == nullptr) continue;
      if (!value->is_number())
        return fail(invalid_argument("schema{}.{} is not a number", path, name));
      *place = *value;
    }
    out.minimum_excluded = schema["exclusiveMinimum"].boolean();
    out.maximum_excluded = schema["exclusiveMaximum"].boolean();
    return {};
  }

  Result<> read_object_rules(CompiledSchema& out, const Value& schema, const std::string& path,
                             std::size_t depth) {
    out.properties_min = TRY(count(schema, path, "minProperties"));
    out.properties_max = TRY(count(schema, path, "maxProperties"));
    for (const Value& name : schema["required"].items()) {
      if (!name.is_string())
        return fail(invalid_argument("schema{}.required has an item that is no string", path));
      out.required.push_back(name.string());
    }
    for (const Value::Member& property : schema["properties"].members()) {
      const std::string inner = fmt::format("{}.properties[{}]", path, property.key());
      auto compiled = TRY(compile(property.value, inner, depth + 1));
      out.properties.emplace(property.key(), std::move(compiled));
    }
    const Value* additional = schema.find("additionalProperties");
    if (additional == nullptr || additional->is_null()) return {};
    out.additional_given = true;
    if (additional->is_bool()) {
      out.additional_allowed = additional->boolean();
    } else {
      out.additional = TRY(compile(*additional, path + ".additionalProperties", depth + 1));
    }
    return {};
  }

  Result<> read_array_rules(CompiledSchema& out, const Value& schema, const std::string& path,
                            std::size_t depth) {
    out.items_min = TRY(count(schema, path, "minItems"));
    out.items_max = TRY(count(schema, path, "maxItems"));
    out.unique_items = schema["uniqueItems"].boolean();
    if (schema.contains("items"))
      out.items = TRY(compile(schema["items"], path + ".items", depth + 1));
    const std::string_view list_type = schema["x-kubernetes-list-type"].text();
    if (list_type == "set") out.list_type = ListType::Set;
    if (list_type == "map") out.list_type = ListType::Map;
    for (const Value& key : schema["x-kubernetes-list-map-keys"].items())
      out.list_keys.push_back(key.string());
    return {};
  }

  Result<> read_combinations(CompiledSchema& out, const Value& schema, const std::string& path,
                             std::size_t depth) {
    for (const auto& [name, place] :
         {std::pair("allOf", &out.all_of), std::pair("anyOf", &out.any_of),
          std::pair("oneOf", &out.one_of)}) {
      std::size_t index = 0;
      for (const Value& alternative : schema[name].items()) {
        const std::string inner = fmt::format("{}.{}[{}]", path, name, index++);
        auto compiled = TRY(compile(alternative, inner, depth + 1));
        place->push_back(std::move(compiled));
      }
    }
    if (schema.contains("not"))
      out.not_schema = TRY(compile(schema["not"], path + ".not", depth + 1));
    return {};
  }

  const Limits& limits_;
  std::size_t nodes_ = 0;
};

}  // namespace

Result<StructuralSchema> StructuralSchema::compile(const Value& schema, const Limits& limits) {
  StructuralSchema result;
  Compiler compiler(limits);
  result.root_ = TRY(compiler.compile(schema, "", 0));
  result.limits_ = limits;
  return result;
}

const Value& StructuralSchema::source() const {
  return root_->source;
}

}  // namespace gp::schema
