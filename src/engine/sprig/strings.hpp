#pragma once
// Go's strings.SplitN.

#include <cstdint>
#include <string_view>
#include <vector>

namespace gp::sprig {

// All parts when `parts_max` is negative, none when it is 0; an empty separator splits between
// characters.
std::vector<std::string_view> split_text(std::string_view text, std::string_view separator,
                                         std::int64_t parts_max);

}  // namespace gp::sprig
