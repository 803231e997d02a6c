#include <array>

#include "engine/cel/cel.hpp"

namespace gp::cel {
namespace {

constexpr std::array<std::string_view, 21> kReservedWords = {
    "true",     "false",   "null",      "in",       "as",  "break",  "const",
    "continue", "else",    "for",       "function", "if",  "import", "let",
    "loop",     "package", "namespace", "return",   "var", "void",   "while"};

// How a part of a document begins to count (k8s.io/apiserver, pkg/cel/limits.go).
constexpr std::uint64_t kTextBytesMin = 2;  // ""
constexpr std::uint64_t kDateBytesMin = 12, kTimeBytesMin = 22, kDurationBytesMin = 4;
constexpr std::uint64_t kBytesEachRune = 4;

std::size_t bound(const Value& schema, std::string_view field, std::uint64_t otherwise) {
  const std::int64_t size = schema[field].integer(-1);
  // A bound of 0 counts as 1: 0 would say "unknown".
  return size >= 0 ? std::max<std::size_t>(static_cast<std::size_t>(size), 1) : otherwise;
}

// The fewest bytes that a value of this schema takes in JSON.
std::uint64_t bytes_min(const Value& schema) {
  const std::string_view type = schema["type"].text();
  if (type == "boolean") return 4;
  if (type == "string") {
    const std::string_view format = schema["format"].text();
    if (format == "date") return kDateBytesMin;
    if (format == "date-time") return kTimeBytesMin;
    if (format == "duration") return kDurationBytesMin;
    return kTextBytesMin;
  }
  if (type == "array") return 2;
  if (type != "object") return 1;
  std::uint64_t bytes = 2;
  for (const Value& name : schema["required"].items()) {
    const Value& property = schema["properties"][name.text()];
    if (property.is_object() && !property.contains("default")) {
      bytes += name.size() + 4 + bytes_min(property);
    }
  }
  return bytes;
}

TypePtr with_size(Type::Kind kind, std::size_t size) {
  auto type = std::make_shared<Type>();
  type->kind = kind;
  type->size_max = size;
  return type;
}

TypePtr string_type(const Value& schema) {
  const std::string_view format = schema["format"].text();
  if (format == "date-time" || format == "date") return Type::simple(Type::Kind::Timestamp);
  if (format == "duration") return Type::simple(Type::Kind::Duration);
  if (format == "byte") {
    return with_size(Type::Kind::Bytes, bound(schema, "maxLength", kRequestBytesMax - 2));
  }
  std::size_t size = kRequestBytesMax - 2;
  if (schema["maxLength"].is_integer()) {
    size = std::min<std::size_t>(bound(schema, "maxLength", 0) * kBytesEachRune, size);
  }
  if (!schema["enum"].empty()) {
    size = 1;
    for (const Value& word : schema["enum"].items()) size = std::max(size, word.size());
  }
  return with_size(Type::Kind::String, size);
}

// What a schema says of its values; null if nothing: expressions do not see such fields.
TypePtr described_type(const Value& schema, std::string_view name);

std::vector<Type::Field> fields_of(const Value& schema, std::string_view name) {
  std::vector<Type::Field> fields;
  for (const auto& member : schema["properties"].members()) {
    Type::Field field;
    field.name = escape_field(member.key());
    field.type = described_type(member.value, fmt::format("{}.{}", name, member.key()));
    if (field.type) fields.push_back(std::move(field));
  }
  return fields;
}

TypePtr object_type(const Value& schema, std::string_view name) {
  if (const Value& rest = schema["additionalProperties"]; rest.is_object()) {
    TypePtr value = described_type(rest, name);
    if (!value) return nullptr;
    return Type::map(Type::simple(Type::Kind::String), std::move(value),
                     bound(schema, "maxProperties", items_of_request(rest, true)));
  }
  return Type::object(std::string(name), fields_of(schema, name));
}

void put(std::vector<Type::Field>& fields, std::string_view name, TypePtr type) {
  std::erase_if(fields, [&](const Type::Field& field) { return field.name == name; });
  Type::Field field;
  field.name = name;
  field.type = std::move(type);
  fields.push_back(std::move(field));
}

TypePtr described_type(const Value& schema, std::string_view name) {
  if (schema["x-kubernetes-int-or-string"].boolean()) {
    return with_size(Type::Kind::Dyn, bound(schema, "maxLength", kRequestBytesMax - 2));
  }
  const std::string_view type = schema["type"].text();
  if (type == "boolean") return Type::simple(Type::Kind::Bool);
  if (type == "integer") return Type::simple(Type::Kind::Int);
  if (type == "number") return Type::simple(Type::Kind::Double);
  if (type == "string") return string_type(schema);
  if (type == "array") {
    TypePtr item = described_type(schema["items"], fmt::format("{}.item", name));
    if (!item) return nullptr;
    return Type::list(std::move(item),
                      bound(schema, "maxItems", items_of_request(schema["items"], false)));
  }
  if (type == "object") {
    if (schema["x-kubernetes-embedded-resource"].boolean()) return type_of_resource(schema, name);
    return object_type(schema, name);
  }
  return nullptr;
}

}  // namespace

std::uint64_t items_of_request(const Value& schema, bool is_map) {
  // An item is followed by a comma; an entry has a key, quotes, a colon and a comma besides.
  return (kRequestBytesMax - 2) / (bytes_min(schema) + (is_map ? 6 : 1));
}

std::uint64_t occurrences_in_request(const Value& schema) {
  return kRequestBytesMax / (bytes_min(schema) + 1);
}

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

TypePtr type_of_resource(const Value& schema, std::string_view name) {
  std::vector<Type::Field> fields = fields_of(schema, name);
  const TypePtr text = with_size(Type::Kind::String, kRequestBytesMax - 2);
  put(fields, "apiVersion", text);
  put(fields, "kind", text);
  std::vector<Type::Field> metadata;
  const Value& described = schema["properties"]["metadata"]["properties"];
  for (const char* member : {"name", "generateName"}) {
    put(metadata, member,
        described[member].is_object() ? type_of_schema(described[member], name) : text);
  }
  put(fields, "metadata", Type::object(fmt::format("{}.metadata", name), std::move(metadata)));
  return Type::object(std::string(name), std::move(fields));
}

TypePtr type_of_schema(const Value& schema, std::string_view name) {
  TypePtr type = described_type(schema, name);
  return type ? std::move(type) : Type::simple(Type::Kind::Dyn);
}

}  // namespace gp::cel
