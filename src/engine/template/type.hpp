#pragma once
// Types of template values: what Go's `reflect` says of the values that templates see.
//
// A template cannot declare types, so the types are few and known: those of literals and of decoded
// YAML and JSON, the ones that functions return, and the structs of a host (a release, a chart).
// Their names appear in output (`printf "%T"`) and in messages ("wrong type for value; expected
// string; got float64").

#include <cstdint>
#include <string_view>

namespace gp::tmpl {

enum class Kind : std::uint8_t {
  Invalid,  // no value at all: the result of a pipeline over nil
  Bool,
  Int,
  Int32,
  Int64,
  Uint8,
  Uint32,
  Uint64,
  Float64,
  Complex128,
  String,
  Slice,
  Map,
  Struct,
  Pointer,
  Func,
  Interface,  // a nil inside an interface: a missing key of a map, a null of YAML
};

struct Methods;  // host.hpp

struct Type {
  std::string_view name;  // as `%T` prints it
  Kind kind = Kind::Invalid;
  const Type* element = nullptr;  // of slices, maps and pointers
  // Of named maps, slices and strings (chartutil.Values); structs have theirs in Host.
  const Methods* methods = nullptr;

  bool is_signed() const noexcept { return kind >= Kind::Int && kind <= Kind::Int64; }
  bool is_unsigned() const noexcept { return kind >= Kind::Uint8 && kind <= Kind::Uint64; }
  bool is_integer() const noexcept { return is_signed() || is_unsigned(); }
  // nil can be assigned to it.
  bool can_be_nil() const noexcept {
    return kind == Kind::Slice || kind == Kind::Map || kind >= Kind::Pointer;
  }
};

namespace types {
extern const Type kBool, kInt, kInt64, kUint8, kUint64, kFloat64, kComplex128;
extern const Type kString, kInterface, kFunc, kError;
extern const Type kList;     // []interface {}
extern const Type kStrings;  // []string
extern const Type kBytes;    // []uint8
extern const Type kMap;      // map[string]interface {}
extern const Type kReflect;  // a parameter that takes any value, no value included
}  // namespace types

}  // namespace gp::tmpl
