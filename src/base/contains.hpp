#pragma once
// std::ranges::contains of C++23, which our standard library does not have yet.

#include <algorithm>

namespace gp {

template <typename Range, typename T>
constexpr bool contains(const Range& range, const T& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

}  // namespace gp
