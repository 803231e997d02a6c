#include <array>

#include "engine/cel/cel.hpp"

namespace gp::cel {
namespace {

constexpr std::array<std::string_view, 21> kReservedWords = {
    "true",     "false",   "null",      "in",       "as",  "break",  "const",
    "continue", "else",    "for",       "function", "if",  "import", "let",
    "loop",     "package", "namespace", "return",   "var", "void",   "while"};

std::size_t bound(const Value& schema, std::string_view field) {
  const std::int64_t size = schema[field].integer(0);
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

TypePtr string_type(const Value& schema) {
  const std::string_view format = schema["format"].text();
  if (format == "date-time" || format == "date") return Type::simple(Type::Kind::Timestamp);
  if (format == "duration") return Type::simple(Type::Kind::Duration);
  if (format == "byte") return Type::simple(Type::Kind::Bytes);
  const std::size_t size = bound(schema, "maxLength");
  if (size == 0) return Type::simple(Type::Kind::String);
  auto type = std::make_shared<Type>();
  type->kind = Type::Kind::String;
  type->size_max = size;
  return type;
}

TypePtr object_type(const Value& schema, std::string_view name) {
  if (schema["additionalProperties"].is_object()) {
    return Type::map(Type::simple(Type::Kind::String),
                     type_of_schema(schema["additionalProperties"], name),
                     bound(schema, "maxProperties"));
  }
  std::vector<Type::Field> fields;
  for (const auto& member : schema["properties"].members()) {
    Type::Field field;
    field.name = escape_field(member.key());
    field.type = type_of_schema(member.value, fmt::format("{}.{}", name, member.key()));
    fields.push_back(std::move(field));
  }
  const bool is_resource = schema["x-kubernetes-embedded-resource"].boolean();
  if (fields.empty() && !is_resource) {
    return Type::map(Type::simple(Type::Kind::String), Type::simple(Type::Kind::Dyn),
                     bound(schema, "maxProperties"));
  }
  return Type::object(std::string(name), std::move(fields));
}

}  // namespace

std::string escape_field(std::string_view name) {
  for (const std::string_view reserved : kReservedWords) {
    if (name == reserved) return fmt::format("__{}__", name);
  }
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name.substr(i).starts_with("__")) {
      out += "__underscores__";
      ++i;
    } else if (name[i] == '.') {
      out += "__dot__";
    } else if (name[i] == '-') {
      out += "__dash__";
    } else if (name[i] == '/') {
      out += "__slash__";
    } else {
      out += name[i];
    }
  }
  return out;
}

TypePtr type_of_schema(const Value& schema, std::string_view name) {
  if (schema["x-kubernetes-int-or-string"].boolean()) return Type::simple(Type::Kind::Dyn);
  const std::string_view type = schema["type"].text();
  if (type == "boolean") return Type::simple(Type::Kind::Bool);
  if (type == "integer") return Type::simple(Type::Kind::Int);
  if (type == "number") return Type::simple(Type::Kind::Double);
  if (type == "string") return string_type(schema);
  if (type == "array") {
    return Type::list(type_of_schema(schema["items"], fmt::format("{}.item", name)),
                      bound(schema, "maxItems"));
  }
  if (type == "object") return object_type(schema, name);
  return Type::simple(Type::Kind::Dyn);
}

}  // namespace gp::cel
