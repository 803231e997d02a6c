#pragma once
// Go's time.Duration: "1h30m" to nanoseconds and back.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gp::sprig {

inline constexpr std::int64_t kSecond = 1'000'000'000;

Result<std::int64_t> parse_go_duration(std::string_view text);
std::string go_duration_text(std::int64_t nanoseconds);

}  // namespace gp::sprig
