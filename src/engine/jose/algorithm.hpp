#pragma once
// The signature algorithms of JSON Web Signatures (RFC 7518 section 3, RFC 8037) that we speak.
//
// "none" is not among them and cannot be named. Which of them a key may be used with is decided by
// the key (key.hpp), never by a token's header alone.

#include <cstdint>
#include <optional>
#include <string_view>

namespace gp::jose {

enum class Algorithm : std::uint8_t {
  RS256,
  RS384,
  RS512,  // RSASSA-PKCS1-v1_5
  PS256,
  PS384,
  PS512,  // RSASSA-PSS, salt as long as the digest
  ES256,
  ES384,
  ES512,  // ECDSA on P-256, P-384, P-521
  EdDSA,  // Ed25519
  HS256,  // HMAC: only where a caller allows it by name
};

std::string_view name_of(Algorithm algorithm);
std::optional<Algorithm> parse_algorithm(std::string_view name);  // case matters

// A small set of algorithms.
class Algorithms {
 public:
  constexpr Algorithms() = default;
  constexpr Algorithms(std::initializer_list<Algorithm> list) {
    for (const Algorithm algorithm : list) add(algorithm);
  }
  constexpr void add(Algorithm algorithm) { bits_ |= 1U << static_cast<unsigned>(algorithm); }
  constexpr bool contains(Algorithm algorithm) const {
    return (bits_ & (1U << static_cast<unsigned>(algorithm))) != 0;
  }
  constexpr bool empty() const { return bits_ == 0; }

  // All that sign with a private key.
  static constexpr Algorithms asymmetric() {
    using enum Algorithm;
    return {RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA};
  }

 private:
  unsigned bits_ = 0;
};

}  // namespace gp::jose
