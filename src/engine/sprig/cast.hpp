#pragma once
// Any value as a number, as spf13/cast 1.7 converts: what is no number is 0.

#include <cstdint>

#include "engine/template/value.hpp"

namespace gp::sprig {

// Strings in any base that their prefix says ("012" is 10), with ".00" at the end left out.
std::int64_t to_int64(const tmpl::Val& value);
double to_float64(const tmpl::Val& value);
// Go's conversion on amd64: out of range is the smallest integer.
std::int64_t truncated(double number);

}  // namespace gp::sprig
