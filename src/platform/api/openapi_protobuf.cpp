#include "platform/api/openapi_protobuf.hpp"

#include <bit>
#include <cstdint>

#include "base/json.hpp"

namespace gp::api {
namespace {

// A protobuf message that is being written; empty fields are left out, as proto3 does.
class Message {
 public:
  void text(unsigned field, const Value& value) { bytes(field, value.text()); }
  void texts(unsigned field, const Value& list) {
    for (const Value& item : list.items()) present(field, item.text());
  }
  void bytes(unsigned field, std::string_view value) {
    if (!value.empty()) present(field, value);
  }
  // Also when it is empty: members of lists, and messages that are there.
  void present(unsigned field, std::string_view value) {
    varint((std::uint64_t{field} << 3U) | 2U);
    varint(value.size());
    out_ += value;
  }
  void present(unsigned field, const Message& value) { present(field, value.out_); }
  void number(unsigned field, const Value& value) {
    if (!value.is_integer() || value.integer() == 0) return;
    varint(std::uint64_t{field} << 3U);
    varint(static_cast<std::uint64_t>(value.integer()));
  }
  void real(unsigned field, const Value& value) {
    if (!value.is_number()) return;
    varint((std::uint64_t{field} << 3U) | 1U);
    auto bits = std::bit_cast<std::uint64_t>(value.number());
    for (int i = 0; i < 8; ++i, bits >>= 8U) out_ += static_cast<char>(bits & 0xffU);
  }
  void flag(unsigned field, const Value& value) {
    if (!value.boolean()) return;
    varint(std::uint64_t{field} << 3U);
    varint(1);
  }
  std::string take() && { return std::move(out_); }

 private:
  void varint(std::uint64_t value) {
    for (; value >= 0x80U; value >>= 7U) out_ += static_cast<char>((value & 0x7fU) | 0x80U);
    out_ += static_cast<char>(value);
  }
  std::string out_;
};

Message schema(const Value& value);

// Any: its YAML, of which JSON is a part.
Message any(const Value& value) {
  Message out;
  out.bytes(2, to_json(value) + "\n");
  return out;
}

template <typename T>
Message named(std::string_view name, const T& value) {
  Message out;
  out.bytes(1, name);
  out.present(2, value);
  return out;
}

void extensions(Message& out, unsigned field, const Value& value) {
  for (const Value::Member& member : value.members()) {
    if (!member.key().starts_with("x-")) continue;
    out.present(field, named(member.key(), any(member.value)));
  }
}

Message named_schemas(const Value& schemas) {
  Message out;
  for (const Value::Member& member : schemas.members()) {
    out.present(1, named(member.key(), schema(member.value)));
  }
  return out;
}

Message type_item(const Value& type) {
  Message out;
  if (type.is_array()) {
    out.texts(1, type);
  } else {
    out.present(1, type.text());
  }
  return out;
}

void composed_parts(Message& out, const Value& value) {
  if (const Value* more = value.find("additionalProperties")) {
    Message item;
    if (more->is_bool()) {
      item.flag(2, *more);
    } else {
      item.present(1, schema(*more));
    }
    out.present(21, item);
  }
  if (value.find("type") != nullptr) out.present(22, type_item(value["type"]));
  if (value.find("items") != nullptr) {
    Message items;
    items.present(1, schema(value["items"]));
    out.present(23, items);
  }
  for (const Value& part : value["allOf"].items()) out.present(24, schema(part));
  if (!value["properties"].empty()) out.present(25, named_schemas(value["properties"]));
}

Message schema(const Value& value) {
  Message out;
  out.text(1, value["$ref"]);
  out.text(2, value["format"]);
  out.text(3, value["title"]);
  out.text(4, value["description"]);
  if (const Value* fallback = value.find("default")) out.present(5, any(*fallback));
  out.real(7, value["maximum"]);
  out.real(9, value["minimum"]);
  out.number(11, value["maxLength"]);
  out.number(12, value["minLength"]);
  out.text(13, value["pattern"]);
  out.number(14, value["maxItems"]);
  out.number(15, value["minItems"]);
  out.flag(16, value["uniqueItems"]);
  out.texts(19, value["required"]);
  for (const Value& item : value["enum"].items()) out.present(20, any(item));
  composed_parts(out, value);
  extensions(out, 31, value);
  return out;
}

// Fields of a path's parameter and of a query's differ behind the fourth.
Message simple_parameter(const Value& value, bool is_query) {
  Message out;
  out.flag(1, value["required"]);
  out.text(2, value["in"]);
  out.text(3, value["description"]);
  out.text(4, value["name"]);
  out.text(is_query ? 6U : 5U, value["type"]);
  return out;
}

Message parameters_item(const Value& value) {
  Message parameter;
  if (value["in"].text() == "body") {
    Message body;
    body.text(1, value["description"]);
    body.text(2, value["name"]);
    body.text(3, value["in"]);
    body.flag(4, value["required"]);
    body.present(5, schema(value["schema"]));
    parameter.present(1, body);
  } else {
    const bool is_query = value["in"].text() == "query";
    Message other;
    other.present(is_query ? 3U : 4U, simple_parameter(value, is_query));
    parameter.present(2, other);
  }
  Message out;
  out.present(1, parameter);
  return out;
}

Message responses(const Value& value) {
  Message out;
  for (const Value::Member& member : value.members()) {
    Message response;
    response.text(1, member.value["description"]);
    if (member.value.find("schema") != nullptr) {
      Message item;
      item.present(1, schema(member.value["schema"]));
      response.present(2, item);
    }
    Message choice;
    choice.present(1, response);
    out.present(1, named(member.key(), choice));
  }
  return out;
}

Message operation(const Value& value) {
  Message out;
  out.texts(1, value["tags"]);
  out.text(3, value["description"]);
  out.text(5, value["operationId"]);
  out.texts(6, value["produces"]);
  out.texts(7, value["consumes"]);
  for (const Value& item : value["parameters"].items()) out.present(8, parameters_item(item));
  out.present(9, responses(value["responses"]));
  out.texts(10, value["schemes"]);
  extensions(out, 13, value);
  return out;
}

Message path_item(const Value& value) {
  constexpr std::pair<const char*, unsigned> kMethods[] = {
      {"get", 2},     {"put", 3},  {"post", 4}, {"delete", 5},
      {"options", 6}, {"head", 7}, {"patch", 8}};
  Message out;
  for (const auto& [method, field] : kMethods) {
    if (value.find(method) != nullptr) out.present(field, operation(value[method]));
  }
  for (const Value& item : value["parameters"].items()) out.present(9, parameters_item(item));
  return out;
}

}  // namespace

std::string open_api_protobuf(const Value& document) {
  Message info;
  info.text(1, document["info"]["title"]);
  info.text(2, document["info"]["version"]);
  Message paths;
  for (const Value::Member& member : document["paths"].members()) {
    paths.present(2, named(member.key(), path_item(member.value)));
  }
  Message out;
  out.text(1, document["swagger"]);
  out.present(2, info);
  out.present(8, paths);
  out.present(9, named_schemas(document["definitions"]));
  return std::move(out).take();
}

}  // namespace gp::api
