#include "platform/object/decode.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/clock.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "engine/schema/structural.hpp"
#include "platform/object/defaults_builtin.hpp"
#include "platform/object/go_text.hpp"
#include "platform/object/quantity.hpp"
#include "platform/object/types.hpp"

namespace gp::object {
namespace {

// Go's decoder stops counting strict problems there.
constexpr std::size_t kProblemsMax = 100;

// Walks a document beside its type. The first error is kept and the walk goes on, as Go's does.
class Decoder {
 public:
  Decoder(std::span<const std::string> duplicates, std::vector<std::string>& problems)
      : duplicates_(duplicates), problems_(problems) {}

  // Unknown fields of metadata itself stay (but not those of what is below it).
  void keep_unknown_in(const Type& type) { open_ = &type; }

  Value document(const Type& type, const Value& raw) {
    if (!raw.is_object()) {
      report(fmt::format("json: cannot unmarshal {} into Go value of type {}", json_kind(raw),
                         type.go_name()));
      return Value::object();
    }
    return object(type, raw);
  }

  // One member of an untyped document, as if `type` were the type of the field `name`.
  Value member(const Type& type, std::string_view owner, std::string_view name, const Value& raw) {
    Field field;
    field.name = name;
    field.scalar = Scalar::Object;
    field.object = &type;
    const Frame frame(*this, name);
    struct_name_ = owner;
    return single(field, raw);
  }

  const std::optional<std::string>& error() const { return error_; }

 private:
  // One step down by a field; comes off again at the end of the scope.
  struct Frame {
    Frame(Decoder& decoder, std::string_view name)
        : owner(decoder),
          path_size(decoder.path_.size()),
          stack_size(decoder.stack_.size()),
          struct_name(decoder.struct_name_) {
      if (!owner.path_.empty()) owner.path_ += '.';
      owner.path_ += name;
      if (!owner.stack_.empty()) owner.stack_ += '.';
      owner.stack_ += name;
    }
    ~Frame() {
      owner.path_.resize(path_size);
      owner.stack_.resize(stack_size);
      owner.struct_name_ = struct_name;
    }
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;

    Decoder& owner;
    std::size_t path_size;
    std::size_t stack_size;
    std::string_view struct_name;
  };

  void report(std::string text) {
    if (!error_) error_ = std::move(text);
  }

  void mismatch(std::string_view found, std::string_view wanted) {
    report(fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}", found,
                       struct_name_, stack_, wanted));
  }

  void problem(std::string_view what, std::string_view path) {
    if (problems_.size() < kProblemsMax) {
      problems_.push_back(fmt::format("{} field {}", what, go_quote(path)));
    }
  }

  void note_duplicate() {
    if (std::ranges::find(duplicates_, path_) != duplicates_.end()) problem("duplicate", path_);
  }

  Value object(const Type& type, const Value& raw) {
    Value out = Value::object();
    for (const Value::Member& member : raw.members()) {
      const Field* field = type.find(member.key());
      if (field == nullptr) {
        if (type.is_open || &type == open_) {
          out.set(member.key(), member.value);
          continue;
        }
        problem("unknown", path_.empty() ? std::string(member.key())
                                         : fmt::format("{}.{}", path_, member.key()));
        continue;
      }
      const Frame frame(*this, field->name);
      struct_name_ = type.name;
      if (!duplicates_.empty()) note_duplicate();
      if (member.value.is_null()) continue;
      Value value = decoded(*field, member.value);
      if (is_written(*field, value)) out.set(field->name, std::move(value));
    }
    for (const Field& field : type.fields) {
      if (is_always_there(field) && !out.contains(field.name)) out.set(field.name, zero(field));
    }
    return out;
  }

  Value decoded(const Field& field, const Value& raw) {
    switch (field.container) {
      case Container::Single: return single(field, raw);
      case Container::List: return list(field, raw);
      case Container::Map:
      case Container::MapOfList: return map(field, raw);
    }
    return {};
  }

  Value list(const Field& field, const Value& raw) {
    if (!raw.is_array()) {
      mismatch(json_kind(raw), go_type_name(field));
      return {};
    }
    Value out = Value::array();
    const std::size_t path_size = path_.size();
    std::size_t index = 0;
    for (const Value& item : raw.items()) {
      path_ += fmt::format("[{}]", index++);
      out.push_back(item.is_null() ? zero_item(field) : single(field, item));
      path_.resize(path_size);
    }
    return out;
  }

  Value map(const Field& field, const Value& raw) {
    if (!raw.is_object()) {
      mismatch(json_kind(raw), go_type_name(field));
      return {};
    }
    Value out = Value::object();
    const std::size_t path_size = path_.size();
    for (const Value::Member& member : raw.members()) {
      path_ += '.';
      path_ += member.key();
      if (!duplicates_.empty()) note_duplicate();
      Value value;
      if (field.container == Container::MapOfList) {
        value = member.value.is_null() ? Value::array() : list(field, member.value);
      } else {
        value = member.value.is_null() ? zero_item(field) : single(field, member.value);
      }
      out.set(member.key(), std::move(value));
      path_.resize(path_size);
    }
    return out;
  }

  Value single(const Field& field, const Value& raw) {
    switch (field.scalar) {
      case Scalar::String: return raw.is_string() ? raw : wrong(raw, field);
      case Scalar::Bool: return raw.is_bool() ? raw : wrong(raw, field);
      case Scalar::Int32:
        return integer(field, raw, std::numeric_limits<std::int32_t>::min(),
                       std::numeric_limits<std::int32_t>::max());
      case Scalar::Int64:
        return integer(field, raw, std::numeric_limits<std::int64_t>::min(),
                       std::numeric_limits<std::int64_t>::max());
      case Scalar::Double: return raw.is_number() ? raw : wrong(raw, field);
      case Scalar::Bytes: return bytes(field, raw);
      case Scalar::Quantity: return quantity(raw);
      case Scalar::IntOrString: return int_or_string(raw);
      case Scalar::Time:
      case Scalar::MicroTime: return time(field, raw);
      case Scalar::Duration: return duration(raw);
      case Scalar::Raw: return raw;
      case Scalar::SchemaOrBool: return raw.is_bool() ? raw : schema(field, raw);
      case Scalar::SchemaOrArray:
      case Scalar::SchemaOrStrings: return schema_or_list(field, raw);
      case Scalar::Object: return raw.is_object() ? object(*field.object, raw) : wrong(raw, field);
    }
    return {};
  }

  Value wrong(const Value& raw, const Field& field) {
    Field item = field;
    item.container = Container::Single;
    mismatch(json_kind(raw), go_type_name(item));
    return zero_item(field);
  }

  Value integer(const Field& field, const Value& raw, std::int64_t low, std::int64_t high) {
    if (!raw.is_number()) return wrong(raw, field);
    Value number = raw;
    if (raw.kind() == Value::Kind::Double) {  // 1e3 and 1.0 are integers
      const double value = raw.number();
      if (value >= -9.2e18 && value <= 9.2e18) {
        const auto whole = static_cast<std::int64_t>(value);
        if (!(static_cast<double>(whole) < value) && !(static_cast<double>(whole) > value)) {
          number = Value(whole);
        }
      }
    }
    if (number.kind() != Value::Kind::Int || number.integer() < low || number.integer() > high) {
      mismatch(fmt::format("number {}", to_json(raw)),
               field.scalar == Scalar::Int32 ? "int32" : "int64");
      return 0;
    }
    return number;
  }

  Value bytes(const Field& field, const Value& raw) {
    if (!raw.is_string()) return wrong(raw, field);
    const std::size_t bad = bad_base64_at(raw.text());
    if (bad != std::string_view::npos) {
      report(fmt::format("illegal base64 data at input byte {}", bad));
      return "";
    }
    if (raw.text().find_first_of("\r\n") == std::string_view::npos) return raw;
    std::string text = raw.string();
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
    return text;
  }

  Value quantity(const Value& raw) {
    const std::string text = raw.is_number() ? to_json(raw) : raw.string();
    auto parsed = Quantity::parse(text);
    if (!parsed) {
      report(std::move(parsed).error().message);
      return "0";
    }
    return parsed->to_string();
  }

  Value int_or_string(const Value& raw) {
    if (raw.is_string()) return raw;
    if (raw.is_integer() && raw.integer(INT64_MAX) <= INT32_MAX && raw.integer() >= INT32_MIN) {
      return raw;
    }
    report(fmt::format("json: cannot unmarshal {} into Go value of type int32",
                       raw.is_number() ? "number " + to_json(raw) : std::string(json_kind(raw))));
    return 0;
  }

  Value time(const Field& field, const Value& raw) {
    if (!raw.is_string()) {
      report(fmt::format("json: cannot unmarshal {} into Go value of type string", json_kind(raw)));
      return {};
    }
    const auto parsed = parse_time(raw.text());
    if (!parsed) {
      report(fmt::format("parsing time {0} as \"{1}\": cannot parse {0} as \"2006\"",
                         go_quote(raw.text()),
                         field.scalar == Scalar::Time ? "2006-01-02T15:04:05Z07:00"
                                                      : "2006-01-02T15:04:05.000000Z07:00"));
      return {};
    }
    return field.scalar == Scalar::Time ? format_time(*parsed) : format_time_micro(*parsed);
  }

  Value duration(const Value& raw) {
    if (!raw.is_string()) {
      report(fmt::format("json: cannot unmarshal {} into Go value of type string", json_kind(raw)));
      return "0s";
    }
    if (!parse_duration(raw.text())) {
      report(fmt::format("time: invalid duration {}", go_quote(raw.text())));
    }
    return raw;
  }

  Value schema(const Field& field, const Value& raw) {
    return raw.is_object() ? object(*field.object, raw) : wrong(raw, field);
  }

  Value schema_or_list(const Field& field, const Value& raw) {
    if (!raw.is_array()) return schema(field, raw);
    if (field.scalar == Scalar::SchemaOrStrings) return raw;
    Value out = Value::array();
    for (const Value& item : raw.items()) out.push_back(schema(field, item));
    return out;
  }

  // Structs and the types with encoders of their own are not left out by omitempty.
  static bool is_struct(Scalar scalar) {
    return scalar == Scalar::Object || scalar == Scalar::Quantity || scalar == Scalar::Time ||
           scalar == Scalar::MicroTime || scalar == Scalar::IntOrString ||
           scalar == Scalar::Duration || scalar == Scalar::Raw;
  }

  static bool is_always_there(const Field& field) {
    if (field.is_always_written) return true;
    return field.container == Container::Single && !field.is_pointer && is_struct(field.scalar);
  }

  static bool is_written(const Field& field, const Value& value) {
    if (field.container != Container::Single) return !value.empty();
    if (field.is_pointer) return !value.is_null();
    if (is_always_there(field)) return !value.is_null();
    switch (value.kind()) {
      case Value::Kind::Null: return false;
      case Value::Kind::Bool: return value.boolean();
      case Value::Kind::String: return !value.empty();
      case Value::Kind::Double: return value.number() < 0 || value.number() > 0;
      case Value::Kind::Int: return value.integer() != 0;
      default: return true;
    }
  }

  // What Go writes for a field that was never set.
  Value zero(const Field& field) {
    if (field.container != Container::Single || field.is_pointer) return {};
    return zero_item(field);
  }

  Value zero_item(const Field& field) {
    switch (field.scalar) {
      case Scalar::String:
      case Scalar::Bytes: return "";
      case Scalar::Bool: return false;
      case Scalar::Int32:
      case Scalar::Int64:
      case Scalar::Double:
      case Scalar::IntOrString: return 0;
      case Scalar::Quantity: return "0";
      case Scalar::Duration: return "0s";
      case Scalar::Object: return object(*field.object, Value::object());
      default: return {};
    }
  }

  const Type* open_ = nullptr;
  std::span<const std::string> duplicates_;
  std::vector<std::string>& problems_;
  std::optional<std::string> error_;
  std::string path_;              // spec.containers[0].image
  std::string stack_;             // spec.containers.image
  std::string_view struct_name_;  // the innermost struct
};

Error cannot_be_handled(std::string_view kind_name, std::string_view version, const Kind& kind,
                        std::string_view why) {
  return invalid_argument("{} in version \"{}\" cannot be handled as a {}: {}", kind_name, version,
                          kind.kind, why);
}

// apiVersion and kind must be the kind's own, or absent.
Result<> check_identity(const Kind& kind, const Value& raw) {
  const std::string_view api_version = raw["apiVersion"].text();
  const std::string_view name = raw["kind"].text(kind.kind);
  const std::size_t slash = api_version.find('/');
  const std::string_view version =
      slash == std::string_view::npos ? api_version : api_version.substr(slash + 1);

  if (!api_version.empty() && api_version != kind.api_version()) {
    return fail(
        cannot_be_handled(name, version, kind,
                          fmt::format("no kind \"{}\" is registered for version \"{}\" in scheme "
                                      "\"pkg/api/legacyscheme/scheme.go:30\"",
                                      name, api_version)));
  }
  if (!name.empty() && name != kind.kind) {
    return fail(cannot_be_handled(
        name, kind.version, kind,
        fmt::format("converting ({0}.{1}) to ({2}.{3}): unknown conversion", kind.version, name,
                    kind.group.empty() ? "core" : kind.group.substr(0, kind.group.find('.')),
                    kind.kind)));
  }
  return {};
}

// A root's time of creation is the server's to set: no null in its place.
void drop_empty_creation_time(Value& object) {
  if (const Value* created = object["metadata"].find("creationTimestamp");
      created != nullptr && created->is_null()) {
    object.edit("metadata").erase("creationTimestamp");
  }
}

// Secret.stringData is for writing only: its texts go over data.
void fold_string_data(Value& secret) {
  const Value texts = secret["stringData"];
  secret.erase("stringData");
  for (const Value::Member& member : texts.members()) {
    secret.edit("data").set(member.key(), base64_encode(member.value.text()));
  }
}

const Type& object_meta() {
  static const Type* const type =
      builtin_types().find("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
  return *type;
}

Value decode_untyped(const Kind& kind, const Value& raw, Decoder& decoder,
                     std::vector<std::string>& problems) {
  Value out = raw;
  if (kind.has_open_metadata) decoder.keep_unknown_in(object_meta());
  if (const Value* metadata = raw.find("metadata"); metadata != nullptr && !metadata->is_null()) {
    out.set("metadata", decoder.member(object_meta(), kind.kind, "metadata", *metadata));
  } else {
    out.set("metadata", Value::object());
  }
  if (kind.compiled_schema == nullptr) return out;
  std::vector<std::string> removed;
  out = kind.compiled_schema->pruned(out, &removed);
  for (const std::string& path : removed) {
    problems.push_back(fmt::format("unknown field {}", go_quote(path)));
  }
  return out;
}

Result<Value> decode_any(const Kind& kind, const Value& raw,
                         std::span<const std::string> duplicates,
                         std::vector<std::string>& problems) {
  Decoder decoder(duplicates, problems);
  Value out;
  if (kind.type != nullptr) {
    out = decoder.document(*kind.type, raw);
  } else if (!raw.is_object()) {
    return fail(cannot_be_handled(
        kind.kind, kind.version, kind,
        fmt::format("json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
                    json_kind(raw))));
  } else {
    for (const std::string& path : duplicates) {
      problems.push_back(fmt::format("duplicate field {}", go_quote(path)));
    }
    out = decode_untyped(kind, raw, decoder, problems);
  }
  if (decoder.error()) {
    return fail(cannot_be_handled(kind.kind, kind.version, kind, *decoder.error()));
  }
  if (kind.group.empty() && kind.kind == "Secret") fold_string_data(out);
  drop_empty_creation_time(out);
  out.set("apiVersion", kind.api_version());
  out.set("kind", kind.kind);
  return out;
}

}  // namespace

Value empty_object(const Type& type) {
  std::vector<std::string> problems;
  return Decoder({}, problems).document(type, Value::object());
}

Result<Value> decode(const Kind& kind, const Value& raw, std::span<const std::string> duplicates,
                     std::vector<std::string>& problems) {
  if (raw.is_object()) TRY(check_identity(kind, raw));
  return decode_any(kind, raw, duplicates, problems);
}

Result<Value> decode_patched(const Kind& kind, const Value& raw,
                             std::vector<std::string>& problems) {
  return decode_any(kind, raw, {}, problems);
}

Error strict_decoding_error(const Kind& kind, std::span<const std::string> problems) {
  return cannot_be_handled(kind.kind, kind.version, kind,
                           fmt::format("strict decoding error: {}", fmt::join(problems, ", ")));
}

}  // namespace gp::object
