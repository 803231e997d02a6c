#pragma once
// eq and lt as templates compare: basic kinds only, integers of both signs together, floats apart
// from integers.

#include <span>

#include "base/result.hpp"
#include "engine/template/value.hpp"

namespace gp::tmpl {

// Whether `first` equals one of the others.
Result<bool> equals_any(const Val& first, std::span<const Val> others);
Result<bool> less_than(const Val& a, const Val& b);

}  // namespace gp::tmpl
