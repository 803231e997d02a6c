#include "engine/helm/document.hpp"

#include "base/json.hpp"
#include "base/yaml.hpp"

namespace gp::helm {

Result<Value> parse_document(std::string_view text) {
  auto documents = parse_yaml_stream(text, {.limits = {.bytes_max = std::size_t{64} << 20}});
  if (!documents) {
    std::string message = std::move(documents).error().message;
    const bool converts = message.starts_with("unsupported") || message.starts_with("json:");
    return fail(
        invalid_argument("error converting YAML to JSON: {}{}", converts ? "" : "yaml: ", message));
  }
  return documents->empty() ? Value() : std::move(documents->front().value);
}

Result<Value> parse_map(std::string_view text) {
  Value document = TRY(parse_document(text));
  if (!document.is_null() && !document.is_object())
    return fail(wrong_kind(document, "map[string]interface {}"));
  return document;
}

Result<Value> parse_go_json(std::string_view text) {
  return parse_json(text, {.bytes_max = std::size_t{64} << 20, .depth_max = 1000});
}

std::string_view json_kind(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null: return "null";
    case Value::Kind::Bool: return "bool";
    case Value::Kind::String: return "string";
    case Value::Kind::Array: return "array";
    case Value::Kind::Object: return "object";
    default: return "number";
  }
}

Error wrong_kind(const Value& value, std::string_view type) {
  return invalid_argument(
      "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {} "
      "into Go value of type {}",
      json_kind(value), type);
}

}  // namespace gp::helm
