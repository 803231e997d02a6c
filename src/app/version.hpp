#pragma once
// What this program calls itself.

#include <string_view>

namespace gp::app {

inline constexpr std::string_view kVersion = "0.1.0";
inline constexpr std::string_view kKubernetesVersion = "v1.32";

}  // namespace gp::app
