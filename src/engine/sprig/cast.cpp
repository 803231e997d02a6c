#include "engine/sprig/cast.hpp"

#include <cmath>
#include <limits>

#include "engine/template/number.hpp"

namespace gp::sprig {
namespace {

using tmpl::Kind;
using tmpl::Val;

// "1.00" is "1"; "1.50" stays.
std::string_view without_zero_decimals(std::string_view text) {
  bool found_zero = false;
  for (std::size_t i = text.size(); i > 0; --i) {
    if (text[i - 1] == '0') {
      found_zero = true;
    } else {
      return text[i - 1] == '.' && found_zero ? text.substr(0, i - 1) : text;
    }
  }
  return text;
}

// Named types (time.Duration) are none of those that cast knows.
bool is_known(const Val& value) {
  return value.valid() && !value.type()->methods;
}

}  // namespace

std::int64_t truncated(double number) {
  if (!(number >= -0x1p63 && number < 0x1p63)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(number);
}

std::int64_t to_int64(const Val& value) {
  if (!is_known(value)) return 0;
  if (value.type()->is_integer()) return value.integer();
  switch (value.kind()) {
    case Kind::Bool: return value.boolean() ? 1 : 0;
    case Kind::Float64: return truncated(value.number());
    case Kind::String:
      return tmpl::parse_signed(without_zero_decimals(value.text()), 0).value_or(0);
    default: return 0;
  }
}

double to_float64(const Val& value) {
  if (!is_known(value)) return 0;
  if (value.type()->is_signed()) return static_cast<double>(value.integer());
  if (value.type()->is_unsigned()) return static_cast<double>(value.unsigned_integer());
  switch (value.kind()) {
    case Kind::Bool: return value.boolean() ? 1 : 0;
    case Kind::Float64: return value.number();
    case Kind::String: return tmpl::parse_float(value.text()).value_or(0);
    default: return 0;
  }
}

}  // namespace gp::sprig
