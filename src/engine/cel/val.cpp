#include "engine/cel/val.hpp"

#include <cmath>

#include "base/encoding.hpp"

namespace gp::cel {
namespace {

// Numbers of different kinds compare by their mathematical value. 2: one of them is not a number.
int compare_numbers(const Val& a, const Val& b) {
  using Kind = Val::Kind;
  const auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (a.is(Kind::Int) && b.is(Kind::Int)) return sign(a.as_int(), b.as_int());
  if (a.is(Kind::Uint) && b.is(Kind::Uint)) return sign(a.as_uint(), b.as_uint());
  if (a.is(Kind::Int) && b.is(Kind::Uint)) {
    return a.as_int() < 0 ? -1 : sign(static_cast<std::uint64_t>(a.as_int()), b.as_uint());
  }
  if (a.is(Kind::Uint) && b.is(Kind::Int)) return -compare_numbers(b, a);
  const auto as_double = [](const Val& v) {
    return v.is(Kind::Double) ? v.as_double()
           : v.is(Kind::Int)  ? static_cast<double>(v.as_int())
                              : static_cast<double>(v.as_uint());
  };
  const double x = as_double(a);
  const double y = as_double(b);
  return std::isnan(x) || std::isnan(y) ? 2 : sign(x, y);
}

bool is_number(const Val& v) {
  return v.is(Val::Kind::Int) || v.is(Val::Kind::Uint) || v.is(Val::Kind::Double);
}

bool is_formatted(const TypePtr& type, Type::Kind kind) {
  return type && type->kind == kind;
}

}  // namespace

Val Val::error(std::string message) {
  return {Kind::Error, std::make_shared<const std::string>(std::move(message))};
}
Val Val::boolean(bool value) {
  return {Kind::Bool, value};
}
Val Val::integer(std::int64_t value) {
  return {Kind::Int, value};
}
Val Val::unsigned_integer(std::uint64_t value) {
  return {Kind::Uint, value};
}
Val Val::number(double value) {
  return {Kind::Double, value};
}
Val Val::string(std::string text) {
  return {Kind::String, std::make_shared<const std::string>(std::move(text))};
}
Val Val::bytes(std::string text) {
  return {Kind::Bytes, std::make_shared<const std::string>(std::move(text))};
}
Val Val::list(ValList items) {
  return {Kind::List, std::make_shared<const ValList>(std::move(items))};
}
Val Val::map(ValMap entries) {
  return {Kind::Map, std::make_shared<const ValMap>(std::move(entries))};
}
Val Val::timestamp(TimePoint time) {
  return {Kind::Timestamp, time};
}
Val Val::duration(gp::Duration value) {
  return {Kind::Duration, value};
}
Val Val::type(std::string name) {
  return {Kind::Type, std::make_shared<const std::string>(std::move(name))};
}
Val Val::optional_none() {
  return {Kind::Optional, std::shared_ptr<const Val>()};
}
Val Val::optional_of(Val value) {
  return {Kind::Optional, std::make_shared<const Val>(std::move(value))};
}
Val Val::opaque(std::shared_ptr<const Opaque> value) {
  return {Kind::Opaque, std::move(value)};
}

Val Val::json(const Value& value, const TypePtr& type) {
  switch (value.kind()) {
    case Value::Kind::Null: return null();
    case Value::Kind::Bool: return boolean(value.boolean());
    case Value::Kind::Int:
      return is_formatted(type, Type::Kind::Double) ? number(value.number())
                                                    : integer(value.integer());
    case Value::Kind::Uint:
      return is_formatted(type, Type::Kind::Double) ? number(value.number())
                                                    : unsigned_integer(value.unsigned_integer());
    case Value::Kind::Double: return number(value.number());
    case Value::Kind::String: break;
    case Value::Kind::Array: return {Kind::List, std::make_shared<const Json>(Json{value, type})};
    case Value::Kind::Object: return {Kind::Map, std::make_shared<const Json>(Json{value, type})};
  }
  const std::string_view text = value.text();
  if (is_formatted(type, Type::Kind::Timestamp)) {
    const auto time = parse_time(text);
    return time ? timestamp(*time) : error(fmt::format("invalid date-time \"{}\"", text));
  }
  if (is_formatted(type, Type::Kind::Duration)) {
    const auto span = parse_duration(text);
    return span ? duration(*span) : error(fmt::format("invalid duration \"{}\"", text));
  }
  if (is_formatted(type, Type::Kind::Bytes)) {
    auto decoded = base64_decode(text);
    return decoded ? bytes(std::move(*decoded)) : error("invalid base64 data");
  }
  return string(std::string(text));
}

std::string_view Val::text() const {
  const auto* text = std::get_if<std::shared_ptr<const std::string>>(&data_);
  return text == nullptr ? std::string_view() : std::string_view(**text);
}

TimePoint Val::as_timestamp() const {
  return std::get<TimePoint>(data_);
}
gp::Duration Val::as_duration() const {
  return std::get<gp::Duration>(data_);
}
const Val* Val::optional_value() const {
  return std::get<std::shared_ptr<const Val>>(data_).get();
}

const Val::Json* Val::json_part() const {
  const auto* part = std::get_if<std::shared_ptr<const Json>>(&data_);
  return part == nullptr ? nullptr : part->get();
}

std::size_t Val::size() const {
  if (kind_ == Kind::String) return count_code_points(text());
  if (kind_ == Kind::Bytes) return text().size();
  if (const Json* part = json_part()) return part->value.size();
  if (kind_ == Kind::List) return std::get<std::shared_ptr<const ValList>>(data_)->size();
  if (kind_ == Kind::Map) return std::get<std::shared_ptr<const ValMap>>(data_)->size();
  return 0;
}

Val Val::at(std::size_t index) const {
  if (const Json* part = json_part()) {
    if (kind_ == Kind::Map) return string(std::string(part->value.members()[index].key()));
    return json(part->value.at(index), part->type ? part->type->element : nullptr);
  }
  if (kind_ == Kind::Map) return (*std::get<std::shared_ptr<const ValMap>>(data_))[index].first;
  return (*std::get<std::shared_ptr<const ValList>>(data_))[index];
}

Val Val::value_at(std::size_t index) const {
  if (json_part() != nullptr) {
    Val out;
    find(at(index), out);
    return out;
  }
  return (*std::get<std::shared_ptr<const ValMap>>(data_))[index].second;
}

bool Val::find(const Val& key, Val& out) const {
  if (const Json* part = json_part()) {
    if (!key.is(Kind::String)) return false;
    const Value* member = part->value.find(key.text());
    if (member == nullptr) return false;
    TypePtr type;
    if (part->type && part->type->kind == Type::Kind::Map) type = part->type->element;
    if (part->type && part->type->kind == Type::Kind::Object) {
      const Type::Field* field = part->type->field(key.text());
      if (field != nullptr) type = field->type;
    }
    out = json(*member, type);
    return true;
  }
  for (const auto& [present, value] : *std::get<std::shared_ptr<const ValMap>>(data_)) {
    if (!present.equals(key)) continue;
    out = value;
    return true;
  }
  return false;
}

bool Val::equals(const Val& other) const {
  if (is_number(*this) && is_number(other)) return compare_numbers(*this, other) == 0;
  if (kind_ != other.kind_) return false;
  switch (kind_) {
    case Kind::Null: return true;
    case Kind::Bool: return as_bool() == other.as_bool();
    case Kind::String:
    case Kind::Bytes:
    case Kind::Type: return text() == other.text();
    case Kind::Timestamp: return as_timestamp() == other.as_timestamp();
    case Kind::Duration: return as_duration() == other.as_duration();
    case Kind::Opaque:
      return as_opaque()->type == other.as_opaque()->type &&
             as_opaque()->text == other.as_opaque()->text;
    case Kind::Optional: {
      const Val* a = optional_value();
      const Val* b = other.optional_value();
      return a == nullptr || b == nullptr ? a == b : a->equals(*b);
    }
    case Kind::List: {
      if (size() != other.size()) return false;
      for (std::size_t i = 0; i < size(); ++i) {
        if (!at(i).equals(other.at(i))) return false;
      }
      return true;
    }
    case Kind::Map: {
      if (size() != other.size()) return false;
      for (std::size_t i = 0; i < size(); ++i) {
        Val theirs;
        if (!other.find(at(i), theirs) || !value_at(i).equals(theirs)) return false;
      }
      return true;
    }
    default: return false;
  }
}

int Val::compare(const Val& other) const {
  const auto sign = [](const auto& x, const auto& y) { return x < y ? -1 : y < x ? 1 : 0; };
  if (is_number(*this) && is_number(other)) return compare_numbers(*this, other);
  if (kind_ != other.kind_) return 2;
  switch (kind_) {
    case Kind::Bool: return sign(as_bool(), other.as_bool());
    case Kind::String:
    case Kind::Bytes: return sign(text(), other.text());
    case Kind::Timestamp: return sign(as_timestamp(), other.as_timestamp());
    case Kind::Duration: return sign(as_duration(), other.as_duration());
    default: return 2;
  }
}

std::string_view Val::type_name() const {
  switch (kind_) {
    case Kind::Error: return "error";
    case Kind::Null: return "null_type";
    case Kind::Bool: return "bool";
    case Kind::Int: return "int";
    case Kind::Uint: return "uint";
    case Kind::Double: return "double";
    case Kind::String: return "string";
    case Kind::Bytes: return "bytes";
    case Kind::List: return "list";
    case Kind::Map: return "map";
    case Kind::Timestamp: return "google.protobuf.Timestamp";
    case Kind::Duration: return "google.protobuf.Duration";
    case Kind::Type: return "type";
    case Kind::Optional: return "optional_type";
    case Kind::Opaque: return as_opaque()->type;
  }
  return "dyn";
}

Value Val::to_json() const {
  switch (kind_) {
    case Kind::Bool: return as_bool();
    case Kind::Int: return as_int();
    case Kind::Uint: return as_uint();
    case Kind::Double: return as_double();
    case Kind::String:
    case Kind::Type: return text();
    case Kind::Bytes: return base64_encode(text());
    case Kind::Timestamp: return format_time(as_timestamp());
    case Kind::Duration:
      return fmt::format("{}s", std::chrono::duration<double>(as_duration()).count());
    case Kind::Opaque: return as_opaque()->text;
    case Kind::Optional: return optional_value() == nullptr ? Value() : optional_value()->to_json();
    case Kind::List: {
      Value out = Value::array();
      for (std::size_t i = 0; i < size(); ++i) out.push_back(at(i).to_json());
      return out;
    }
    case Kind::Map: {
      Value out = Value::object();
      for (std::size_t i = 0; i < size(); ++i) out.set(at(i).text(), value_at(i).to_json());
      return out;
    }
    case Kind::Error:
    case Kind::Null: break;
  }
  return {};
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  return count;
}

}  // namespace gp::cel
