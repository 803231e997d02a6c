#pragma once
// JSON Web Tokens in the compact form: header.payload.signature (RFC 7515, 7519, 8725).
//
// Reading is strict: three parts, base64url without padding, JSON objects without repeated members,
// 64 KiB at most. "none" is no algorithm; a header with "crit" is refused, as we know no extension;
// keys or addresses in a header (jwk, jku, x5c, x5u) are never used.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "engine/jose/key_set.hpp"

namespace gp::jose {

inline constexpr std::size_t kTokenBytesMax = 64U << 10U;

// What a token says, before anybody has vouched for it.
struct Unverified {
  Algorithm algorithm = Algorithm::RS256;
  std::string key_id;  // kid
  std::string type;    // typ
  Value header;
  Value claims;
  std::string_view signing_input;  // of the text that was parsed, which must outlive this
  std::string signature;
};

// Header and claims without judging the signature: to find out whose token it is.
Result<Unverified> read_unverified(std::string_view token);

// The signature against the keys; Unauthenticated if none of them made it. `allowed` is the
// caller's choice of algorithms; Algorithms::asymmetric() unless an issuer promises less.
Result<> check_signature(const Unverified& token, const KeySet& keys,
                         Algorithms allowed = Algorithms::asymmetric());

struct ClaimChecks {
  TimePoint now;
  Duration skew{0};                        // how wrong clocks may be
  std::string_view issuer;                 // must be `iss`; empty: not asked
  std::span<const std::string> audiences;  // one of them must be in `aud`; empty: not asked
  bool needs_expiry = true;
};
// exp, nbf, iat, iss, aud (RFC 7519 4.1). Unauthenticated, with the reason.
Result<> check_claims(const Value& claims, const ClaimChecks& checks);

// `aud` as a list; a single text is a list of one.
std::vector<std::string> audiences_of(const Value& claims);
// A NumericDate, fractions cut off; nothing if it is absent, no number or out of range.
std::optional<TimePoint> time_of(const Value& claims, std::string_view name);

// A token of these claims, signed by the key's preferred algorithm; header {alg, kid, typ} and what
// `header` adds.
Result<std::string> make_token(const Key& key, const Value& claims, std::string_view type = "JWT",
                               const Value& header = {});

}  // namespace gp::jose
