#pragma once
// What the fuzz targets share: the input as text, split in two, and a check that aborts.

#include <cmath>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "base/value.hpp"

namespace gp::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The first line, and the rest.
inline std::pair<std::string_view, std::string_view> split_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), text.substr(end + 1)};
}

// Doubles that JSON text changes: from 2^53 on Go writes shortest digits and zeros, which read back
// as another, exact integer; -0 reads back as 0.
inline bool has_inexact_double(const Value& value) {
  if (value.kind() == Value::Kind::Double) {
    const double number = value.number();
    return number >= 0x1p53 || number <= -0x1p53 || (number == 0 && std::signbit(number));
  }
  for (const Value& item : value.items()) {
    if (has_inexact_double(item)) return true;
  }
  for (const Value::Member& member : value.members()) {
    if (has_inexact_double(member.value)) return true;
  }
  return false;
}

}  // namespace gp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
