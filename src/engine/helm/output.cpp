#include "engine/helm/output.hpp"

#include "base/encoding.hpp"
#include "base/utf8.hpp"
#include "engine/template/host.hpp"

namespace gp::helm {
namespace {

using tmpl::Kind;
using tmpl::Val;

constexpr int kDepthMax = 1000;

Value text_value(std::string_view text) {
  return is_utf8(text) ? Value(text) : Value(replace_invalid_utf8(text));
}

Value convert(const Val& value, int depth) {
  if (depth > kDepthMax) return Value();
  if (value.is_bytes()) return value.is_nil() ? Value() : Value(base64_encode(value.text()));
  switch (value.kind()) {
    case Kind::Bool: return Value(value.boolean());
    case Kind::Int:
    case Kind::Int32:
    case Kind::Int64: return Value(value.integer());
    case Kind::Uint8:
    case Kind::Uint32:
    case Kind::Uint64: return Value(value.unsigned_integer());
    case Kind::Float64: return Value(value.number());
    case Kind::String: return text_value(value.text());
    case Kind::Slice: {
      if (value.is_nil()) return Value();
      std::vector<Value> items;
      items.reserve(value.size());
      for (const Val& item : value.items()) items.push_back(convert(item, depth + 1));
      return Value::take_array(items);
    }
    case Kind::Map: {
      if (value.is_nil()) return Value();
      std::vector<Value::Member> members;
      members.reserve(value.size());
      for (const auto& entry : value.map().entries())
        members.push_back({text_value(entry.key), convert(entry.value, depth + 1)});
      return Value::take_object(members);
    }
    case Kind::Struct:
    case Kind::Pointer: return value.is_host() ? value.host().to_value() : Value();
    default: return Value();
  }
}

}  // namespace

Value to_document(const Val& value) {
  return convert(value, 0);
}

}  // namespace gp::helm
