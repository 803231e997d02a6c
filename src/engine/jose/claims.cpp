// The registered claims of a JSON Web Token, checked as RFC 7519 4.1 says.

#include <algorithm>
#include <cmath>

#include "engine/jose/token.hpp"

namespace gp::jose {
namespace {

constexpr double kSecondsMax = 9e9;  // nanoseconds since 1970 fit in 64 bits

Result<> check_times(const Value& claims, const ClaimChecks& checks) {
  for (const char* name : {"exp", "nbf", "iat"}) {
    if (claims.contains(name) && !time_of(claims, name)) {
      return fail(unauthenticated("the token's \"{}\" is not a time", name));
    }
  }
  const auto expiry = time_of(claims, "exp");
  if (!expiry && checks.needs_expiry) return fail(unauthenticated("the token never expires"));
  if (expiry && checks.now >= *expiry + checks.skew) {
    return fail(unauthenticated("the token has expired"));
  }
  if (const auto begin = time_of(claims, "nbf"); begin && checks.now + checks.skew < *begin) {
    return fail(unauthenticated("the token is not valid yet"));
  }
  if (const auto made = time_of(claims, "iat"); made && checks.now + checks.skew < *made) {
    return fail(unauthenticated("the token was issued in the future"));
  }
  return {};
}

}  // namespace

std::optional<TimePoint> time_of(const Value& claims, std::string_view name) {
  const Value& claim = claims[name];
  if (!claim.is_number()) return std::nullopt;
  const double seconds = claim.number();
  if (!std::isfinite(seconds) || std::abs(seconds) > kSecondsMax) return std::nullopt;
  return TimePoint(std::chrono::seconds(static_cast<std::int64_t>(std::floor(seconds))));
}

std::vector<std::string> audiences_of(const Value& claims) {
  const Value& audience = claims["aud"];
  if (audience.is_string()) return {audience.string()};
  std::vector<std::string> list;
  for (const Value& item : audience.items()) {
    if (item.is_string()) list.push_back(item.string());
  }
  return list;
}

Result<> check_claims(const Value& claims, const ClaimChecks& checks) {
  if (!checks.issuer.empty() && claims["iss"].text() != checks.issuer) {
    return fail(unauthenticated("the token is of another issuer"));
  }
  if (!checks.audiences.empty()) {
    const auto audiences = audiences_of(claims);
    const bool is_for_us = std::ranges::any_of(checks.audiences, [&](const std::string& wanted) {
      return std::ranges::find(audiences, wanted) != audiences.end();
    });
    if (!is_for_us) return fail(unauthenticated("the token is for another audience"));
  }
  return check_times(claims, checks);
}

}  // namespace gp::jose
