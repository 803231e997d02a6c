#pragma once
// Base64 and base32 as Go reads them: line ends are skipped, and a mistake is told by its place.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gp::sprig {

Result<std::string> decode_base64(std::string_view text);
std::string encode_base32(std::string_view bytes);
Result<std::string> decode_base32(std::string_view text);

}  // namespace gp::sprig
