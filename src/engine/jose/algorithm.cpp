#include "engine/jose/algorithm.hpp"

#include <array>

namespace gp::jose {
namespace {

constexpr std::array<std::string_view, 11> kNames = {"RS256", "RS384", "RS512", "PS256",
                                                     "PS384", "PS512", "ES256", "ES384",
                                                     "ES512", "EdDSA", "HS256"};

}  // namespace

std::string_view name_of(Algorithm algorithm) {
  return kNames[static_cast<std::size_t>(algorithm)];
}

std::optional<Algorithm> parse_algorithm(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Algorithm>(i);
  }
  return std::nullopt;
}

}  // namespace gp::jose
