#include "engine/template/compare.hpp"

#include <compare>

#include "engine/template/print.hpp"

namespace gp::tmpl {
namespace {

enum class Basic { None, Bool, Complex, Int, Float, String, Uint };

Basic basic(const Val& value) {
  switch (value.kind()) {
    case Kind::Bool: return Basic::Bool;
    case Kind::Int:
    case Kind::Int32:
    case Kind::Int64: return Basic::Int;
    case Kind::Uint8:
    case Kind::Uint32:
    case Kind::Uint64: return Basic::Uint;
    case Kind::Float64: return Basic::Float;
    case Kind::Complex128: return Basic::Complex;
    case Kind::String: return Basic::String;
    default: return Basic::None;
  }
}

std::unexpected<Error> incompatible() {
  return fail(invalid_argument("incompatible types for comparison"));
}

std::unexpected<Error> invalid_type() {
  return fail(invalid_argument("invalid type for comparison"));
}

bool comparable(const Val& value) {
  return value.kind() != Kind::Map && value.kind() != Kind::Slice && value.kind() != Kind::Func;
}

std::unexpected<Error> not_comparable(const Val& value) {
  return fail(invalid_argument("non-comparable type {}: {}",
                               print_format("%s", std::span(&value, 1)), value.type()->name));
}

// Integers of either sign; nothing when they are not both integers.
std::strong_ordering compare_integers(const Val& a, const Val& b) {
  const bool a_negative = basic(a) == Basic::Int && a.integer() < 0;
  const bool b_negative = basic(b) == Basic::Int && b.integer() < 0;
  if (a_negative != b_negative)
    return a_negative ? std::strong_ordering::less : std::strong_ordering::greater;
  return a.unsigned_integer() <=> b.unsigned_integer();
}

bool is_integer(Basic kind) {
  return kind == Basic::Int || kind == Basic::Uint;
}

Result<bool> equals(const Val& a, const Val& b) {
  const Basic kind_a = basic(a);
  const Basic kind_b = basic(b);
  if (is_integer(kind_a) && is_integer(kind_b)) return compare_integers(a, b) == 0;
  if (kind_a != kind_b) {
    if (a.valid() && b.valid()) return incompatible();
    return false;
  }
  switch (kind_a) {
    case Basic::Bool: return a.boolean() == b.boolean();
    case Basic::Complex: return a.complex() == b.complex();
    case Basic::Float: return a.number() == b.number();
    case Basic::String: return a.text() == b.text();
    default: break;
  }
  if (!comparable(b)) return not_comparable(b);
  if (!comparable(a)) return not_comparable(a);
  if (a.is_nil() || b.is_nil()) return a.is_nil() == b.is_nil();
  return a.same_body(b);
}

}  // namespace

Result<bool> equals_any(const Val& first, std::span<const Val> others) {
  if (others.empty()) return fail(invalid_argument("missing argument for comparison"));
  for (const Val& other : others) {
    const bool equal = TRY(equals(first, other));
    if (equal) return true;
  }
  return false;
}

Result<bool> less_than(const Val& a, const Val& b) {
  const Basic kind_a = basic(a);
  const Basic kind_b = basic(b);
  if (kind_a == Basic::None || kind_b == Basic::None) return invalid_type();
  if (is_integer(kind_a) && is_integer(kind_b)) return compare_integers(a, b) < 0;
  if (kind_a != kind_b) return incompatible();
  switch (kind_a) {
    case Basic::Float: return a.number() < b.number();
    case Basic::String: return a.text() < b.text();
    default: return invalid_type();
  }
}

}  // namespace gp::tmpl
