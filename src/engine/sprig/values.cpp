#include "engine/sprig/values.hpp"

#include <algorithm>

#include "engine/sprig/sprig.hpp"
#include "engine/template/host.hpp"
#include "engine/template/print.hpp"

namespace gp::sprig {

using tmpl::Kind;
using tmpl::Map;
using tmpl::Val;
namespace types = tmpl::types;

const tmpl::Type kInts{"[]int", Kind::Slice, &types::kInt};
const tmpl::Type kStringMap{"map[string]string", Kind::Map, &types::kString};
const tmpl::Type kLists{"[][]interface {}", Kind::Slice, &types::kList};

bool is_untyped_nil(const Val& value) {
  return !value.valid() || (value.kind() == Kind::Interface && value.is_nil());
}

std::string text_of(const Val& value) {
  if (value.is_string() && !value.type()->methods) return std::string(value.text());
  if (value.is_bytes()) return std::string(value.text());
  return tmpl::print_one(value);
}

std::vector<std::string> texts_of(const Val& value) {
  if (is_untyped_nil(value)) return {};
  if (!value.is_slice()) return {text_of(value)};
  std::vector<std::string> texts;
  texts.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i)
    if (const Val item = value.at(i); !is_untyped_nil(item)) texts.push_back(text_of(item));
  return texts;
}

bool is_empty(const Val& value) {
  switch (value.kind()) {
    case Kind::Invalid: return true;
    case Kind::Bool: return !value.boolean();
    case Kind::Float64: return value.number() == 0;
    case Kind::Complex128: return value.complex() == std::pair(0.0, 0.0);
    case Kind::String:
    case Kind::Slice:
    case Kind::Map: return value.size() == 0;
    case Kind::Struct: return false;
    case Kind::Pointer:
    case Kind::Func:
    case Kind::Interface: return value.is_nil();
    default: return value.integer() == 0;
  }
}

namespace {

// How much of two values has been compared; what takes more than this is as good as different.
struct Effort {
  static constexpr std::uint64_t kStepsMax = 5'000'000;
  std::uint64_t steps = 0;
};

bool maps_equal(const Val& a, const Val& b, int depth, Effort& effort);

bool equal_at(const Val& a, const Val& b, int depth, Effort& effort) {
  constexpr int kDepthMax = 2'000;  // as deep as this only a map that holds itself is
  if (is_untyped_nil(a) || is_untyped_nil(b)) return is_untyped_nil(a) && is_untyped_nil(b);
  if (a.type() != b.type() || depth > kDepthMax || ++effort.steps > Effort::kStepsMax) return false;
  if (a.same_body(b)) return a.kind() != Kind::Func;
  switch (a.kind()) {
    case Kind::String: return a.text() == b.text();
    case Kind::Float64: return a.number() == b.number();
    case Kind::Complex128: return a.complex() == b.complex();
    case Kind::Map: return maps_equal(a, b, depth, effort);
    case Kind::Slice: {
      if (a.is_nil() != b.is_nil() || a.size() != b.size()) return false;
      if (a.is_bytes()) return a.text() == b.text();
      for (std::size_t i = 0; i < a.size(); ++i)
        if (!equal_at(a.items()[i], b.items()[i], depth + 1, effort)) return false;
      return true;
    }
    case Kind::Struct:
    case Kind::Pointer: return !a.is_nil() && !b.is_nil() && a.host().text() == b.host().text();
    case Kind::Func: return a.is_nil() && b.is_nil();
    case Kind::Interface: return a.is_error() && b.is_error() && a.text() == b.text();
    default: return a.integer() == b.integer();
  }
}

bool maps_equal(const Val& a, const Val& b, int depth, Effort& effort) {
  if (a.is_nil() != b.is_nil() || a.size() != b.size()) return false;
  if (a.is_nil()) return true;
  return std::ranges::equal(a.map().entries(), b.map().entries(),
                            [depth, &effort](const Map::Entry& one, const Map::Entry& other) {
                              return one.key == other.key &&
                                     equal_at(one.value, other.value, depth + 1, effort);
                            });
}

}  // namespace

bool deep_equal(const Val& a, const Val& b) {
  Effort effort;
  return equal_at(a, b, 0, effort);
}

std::vector<Val> items_of(const Val& list) {
  if (!list.is_bytes()) return list.items();
  std::vector<Val> items;
  items.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) items.push_back(list.at(i));
  return items;
}

std::string_view kind_name(const Val& value) {
  if (is_untyped_nil(value)) return "invalid";
  switch (value.kind()) {
    case Kind::Bool: return "bool";
    case Kind::Int: return "int";
    case Kind::Int32: return "int32";
    case Kind::Int64: return "int64";
    case Kind::Uint8: return "uint8";
    case Kind::Uint32: return "uint32";
    case Kind::Uint64: return "uint64";
    case Kind::Float64: return "float64";
    case Kind::Complex128: return "complex128";
    case Kind::String: return "string";
    case Kind::Slice: return "slice";
    case Kind::Map: return "map";
    case Kind::Struct: return "struct";
    case Kind::Func: return "func";
    default: return "ptr";
  }
}

std::string_view type_name(const Val& value) {
  return is_untyped_nil(value) ? "<nil>" : value.type()->name;
}

Result<void> check_bytes(std::size_t bytes) {
  if (bytes <= kBytesMax) return {};
  return fail(too_large("the text would be larger than {} bytes", kBytesMax));
}

Result<void> check_items(std::size_t items) {
  if (items <= kItemsMax) return {};
  return fail(too_large("the list would have more than {} items", kItemsMax));
}

}  // namespace gp::sprig
