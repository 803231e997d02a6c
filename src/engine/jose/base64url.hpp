#pragma once
// Base64url as JOSE demands it (RFC 7515 section 2): no padding, no white space, and the unused
// bits of the last character zero, so that one value has one spelling.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gp::jose {

Result<std::string> decode_base64url(std::string_view text);

}  // namespace gp::jose
