#include "platform/api/protobuf.hpp"

#include <bit>
#include <cstring>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

using object::Container;
using object::Field;
using object::Scalar;
using object::Type;

constexpr int kDepthMax = 64;
constexpr std::string_view kMagic("k8s\0", 4);

Error malformed(std::string_view what) {
  return status::bad_request(fmt::format("unable to decode protobuf body: {}", what));
}

// One field of a message: a number, or bytes.
struct Part {
  std::uint32_t tag = 0;
  bool is_bytes = false;
  std::uint64_t number = 0;
  std::string_view bytes;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}
  bool at_end() const { return left_.empty(); }

  Result<Part> next() {
    const std::uint64_t key = TRY(varint());
    Part part;
    part.tag = static_cast<std::uint32_t>(key >> 3U);
    if (part.tag == 0 || key >> 3U > 0x1fffffff)
      return fail(malformed("field number out of range"));
    switch (key & 7U) {
      case 0: part.number = TRY(varint()); return part;
      case 1: part.number = TRY(fixed(8)); return part;
      case 5: part.number = TRY(fixed(4)); return part;
      case 2: {
        const std::uint64_t size = TRY(varint());
        if (size > left_.size()) return fail(malformed("unexpected end"));
        part.is_bytes = true;
        part.bytes = left_.substr(0, size);
        left_.remove_prefix(size);
        return part;
      }
      default: return fail(malformed("unknown wire type"));
    }
  }

 private:
  Result<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (left_.empty()) return fail(malformed("unexpected end"));
      const auto byte = static_cast<std::uint8_t>(left_.front());
      left_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    return fail(malformed("number too long"));
  }

  Result<std::uint64_t> fixed(std::size_t size) {
    if (left_.size() < size) return fail(malformed("unexpected end"));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(left_[i])) << (8 * i);
    }
    left_.remove_prefix(size);
    return value;
  }

  std::string_view left_;
};

Result<Value> read_message(std::string_view bytes, const Type& type, int depth);

Result<std::string_view> text_of(std::string_view bytes) {
  if (!is_utf8(bytes)) return fail(malformed("text is not UTF-8"));
  return bytes;
}

Result<Value> text_value(std::string_view bytes) {
  const std::string_view text = TRY(text_of(bytes));
  return Value(text);
}

// Messages of one scalar each: Quantity {1: text}, RawExtension and JSON {1: bytes}.
Result<std::string_view> first_bytes(std::string_view bytes) {
  std::string_view found;
  for (Reader reader(bytes); !reader.at_end();) {
    const Part part = TRY(reader.next());
    if (part.tag == 1 && part.is_bytes) found = part.bytes;
  }
  return found;
}

// Time and MicroTime: {1: seconds, 2: nanoseconds}; nothing inside is Go's zero time.
Result<Value> read_time(std::string_view bytes, bool is_micro) {
  if (bytes.empty()) return Value();
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  for (Reader reader(bytes); !reader.at_end();) {
    const Part part = TRY(reader.next());
    if (part.tag == 1) seconds = std::bit_cast<std::int64_t>(part.number);
    if (part.tag == 2) nanos = static_cast<std::int32_t>(part.number);
  }
  constexpr std::int64_t kSecondsMax = 9'000'000'000;  // nanoseconds since 1970 fit in 64 bits
  if (seconds < -kSecondsMax || seconds > kSecondsMax) return fail(malformed("time out of range"));
  const TimePoint time(std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanos));
  return Value(is_micro ? format_time_micro(time) : format_time(time));
}

// {1: kind (0 number, 1 text), 2: number, 3: text}
Result<Value> read_int_or_string(std::string_view bytes) {
  std::uint64_t kind = 0;
  std::int64_t number = 0;
  std::string_view text;
  for (Reader reader(bytes); !reader.at_end();) {
    const Part part = TRY(reader.next());
    if (part.tag == 1) kind = part.number;
    if (part.tag == 2) number = static_cast<std::int32_t>(part.number);
    if (part.tag == 3) text = TRY(text_of(part.bytes));
  }
  return kind == 0 ? Value(number) : Value(text);
}

Result<Value> read_duration(std::string_view bytes) {
  std::int64_t nanos = 0;
  for (Reader reader(bytes); !reader.at_end();) {
    const Part part = TRY(reader.next());
    if (part.tag == 1) nanos = std::bit_cast<std::int64_t>(part.number);
  }
  const std::int64_t seconds = nanos / 1'000'000'000;  // as Go writes whole seconds
  return Value(fmt::format("{}h{}m{}s", seconds / 3600, seconds / 60 % 60, seconds % 60));
}

Result<Value> read_raw(std::string_view bytes) {
  const std::string_view json = TRY(first_bytes(bytes));
  if (json.empty()) return Value();
  auto parsed = parse_json(json);
  if (!parsed) return fail(malformed(parsed.error().message));
  return parsed;
}

// JSONSchemaPropsOr…: {1: bool or schema, 2: schema or list}; what is there decides.
Result<Value> read_schema_or(std::string_view bytes, const Field& field, int depth) {
  Value result;
  for (Reader reader(bytes); !reader.at_end();) {
    const Part part = TRY(reader.next());
    if (!part.is_bytes) {
      if (result.is_null()) result = Value(part.number != 0);
    } else if (field.scalar == Scalar::SchemaOrStrings && part.tag == 2) {
      Value text = TRY(text_value(part.bytes));
      result.push_back(std::move(text));
    } else if (field.scalar == Scalar::SchemaOrArray && part.tag == 2) {
      Value item = TRY(read_message(part.bytes, *field.object, depth + 1));
      result.push_back(std::move(item));
    } else {
      result = TRY(read_message(part.bytes, *field.object, depth + 1));
    }
  }
  return result;
}

Result<Value> read_scalar(const Part& part, const Field& field, int depth) {
  switch (field.scalar) {
    case Scalar::Bool: return Value(part.number != 0);
    case Scalar::Int32:
      return Value(static_cast<std::int64_t>(static_cast<std::int32_t>(part.number)));
    case Scalar::Int64: return Value(std::bit_cast<std::int64_t>(part.number));
    case Scalar::Double: return Value(std::bit_cast<double>(part.number));
    default: break;
  }
  if (!part.is_bytes) return fail(malformed(fmt::format("{} has the wrong wire type", field.name)));
  switch (field.scalar) {
    case Scalar::String: return text_value(part.bytes);
    case Scalar::Bytes: return Value(base64_encode(part.bytes));
    case Scalar::Quantity: {
      const auto text = TRY(first_bytes(part.bytes));
      return text_value(text);
    }
    case Scalar::IntOrString: return read_int_or_string(part.bytes);
    case Scalar::Time: return read_time(part.bytes, false);
    case Scalar::MicroTime: return read_time(part.bytes, true);
    case Scalar::Duration: return read_duration(part.bytes);
    case Scalar::Raw: return read_raw(part.bytes);
    case Scalar::SchemaOrBool:
    case Scalar::SchemaOrArray:
    case Scalar::SchemaOrStrings: return read_schema_or(part.bytes, field, depth);
    case Scalar::Object: return read_message(part.bytes, *field.object, depth + 1);
    default: return fail(malformed("a type of ours that has no protobuf form"));
  }
}

// Entries of a map: {1: key, 2: value}.
Result<> read_entry(const Part& part, const Field& field, int depth, Value& map) {
  std::string_view key;
  Value value;
  bool has_value = false;
  for (Reader reader(part.bytes); !reader.at_end();) {
    const Part inner = TRY(reader.next());
    if (inner.tag == 1) key = TRY(text_of(inner.bytes));
    if (inner.tag != 2) continue;
    has_value = true;
    if (field.container == Container::Map) {
      value = TRY(read_scalar(inner, field, depth));
      continue;
    }
    value = Value::array();  // a message {1: repeated item}
    for (Reader items(inner.bytes); !items.at_end();) {
      const Part item = TRY(items.next());
      if (item.tag != 1) continue;
      Value element = TRY(read_scalar(item, field, depth));
      value.push_back(std::move(element));
    }
  }
  if (!has_value) value = Value("");
  map.set(key, std::move(value));
  return {};
}

Result<> read_field(const Part& part, const Field& field, int depth, Value& message) {
  switch (field.container) {
    case Container::Single: {
      Value scalar = TRY(read_scalar(part, field, depth));
      message.set(field.name, std::move(scalar));
      return {};
    }
    case Container::List: {
      Value& list = message.edit(field.name);
      if (!list.is_array()) list = Value::array();
      Value element = TRY(read_scalar(part, field, depth));
      list.push_back(std::move(element));
      return {};
    }
    case Container::Map:
    case Container::MapOfList: {
      Value& map = message.edit(field.name);
      if (!map.is_object()) map = Value::object();
      return read_entry(part, field, depth, map);
    }
  }
  return {};
}

const Field* field_of(const Type& type, std::uint32_t tag, std::uint32_t inline_tag) {
  for (const Field& field : type.fields) {
    if (field.tag == tag && field.inline_tag == inline_tag) return &field;
  }
  return nullptr;
}

bool is_inline(const Type& type, std::uint32_t tag) {
  for (const Field& field : type.fields) {
    if (field.inline_tag == tag) return true;
  }
  return false;
}

Result<> read_fields(std::string_view bytes, const Type& type, std::uint32_t inline_tag, int depth,
                     Value& message) {
  if (depth > kDepthMax) return fail(malformed("nested too deeply"));
  for (Reader reader(bytes); !reader.at_end();) {
    const Part part = TRY(reader.next());
    if (const Field* field = field_of(type, part.tag, inline_tag)) {
      TRY(read_field(part, *field, depth, message));
    } else if (inline_tag == 0 && part.is_bytes && is_inline(type, part.tag)) {
      TRY(read_fields(part.bytes, type, part.tag, depth + 1, message));
    }
  }
  return {};
}

Result<Value> read_message(std::string_view bytes, const Type& type, int depth) {
  Value message = Value::object();
  TRY(read_fields(bytes, type, 0, depth, message));
  return message;
}

struct Envelope {
  std::string_view api_version, kind, raw;
};

Result<Envelope> read_envelope(std::string_view body) {
  if (!body.starts_with(kMagic)) {
    return fail(malformed("it does not appear to be a protobuf message, expected prefix k8s"));
  }
  Envelope envelope;
  for (Reader reader(body.substr(kMagic.size())); !reader.at_end();) {
    const Part part = TRY(reader.next());
    if (part.tag == 2) envelope.raw = part.bytes;
    if (part.tag != 1) continue;
    for (Reader meta(part.bytes); !meta.at_end();) {
      const Part text = TRY(meta.next());
      if (text.tag == 1) envelope.api_version = TRY(text_of(text.bytes));
      if (text.tag == 2) envelope.kind = TRY(text_of(text.bytes));
    }
  }
  return envelope;
}

}  // namespace

Result<Value> decode_message(std::string_view bytes, const Type& type) {
  return read_message(bytes, type, 0);
}

Result<Value> decode_protobuf(std::string_view body, const object::Kind& kind,
                              const object::KindRegistry& kinds) {
  const Envelope envelope = TRY(read_envelope(body));
  const Type* type = kind.type;
  object::KindPtr other;
  if (!envelope.kind.empty() && envelope.kind != kind.kind) {
    const std::size_t slash = envelope.api_version.find('/');
    const bool is_core = slash == std::string_view::npos;
    other = kinds.find_kind(is_core ? "" : envelope.api_version.substr(0, slash),
                            is_core ? envelope.api_version : envelope.api_version.substr(slash + 1),
                            envelope.kind);
    if (other) type = other->type;
  }
  if (type == nullptr) {
    return fail(status::unsupported_media_type("application/json, application/yaml"));
  }
  Value document = TRY(read_message(envelope.raw, *type, 0));
  if (!envelope.api_version.empty()) document.set("apiVersion", envelope.api_version);
  if (!envelope.kind.empty()) document.set("kind", envelope.kind);
  return document;
}

}  // namespace gp::api
