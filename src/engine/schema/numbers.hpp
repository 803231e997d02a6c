#pragma once
// Numbers of a document compared exactly, whatever kind each has. Private to this folder.

#include <optional>
#include <span>
#include <utility>

#include "base/value.hpp"

namespace gp::schema {

int compare_numbers(const Value& a, const Value& b);  // negative, zero, positive
bool is_integral(const Value& number);                // 1.0 is
bool is_multiple_of(const Value& number, const Value& divisor);

// Index pair (first, second) of two equal items, first < second; nothing if all differ.
std::optional<std::pair<std::size_t, std::size_t>> find_duplicate(std::span<const Value> items);

}  // namespace gp::schema
