#pragma once
// Base64 (RFC 4648, standard and URL alphabets), hex, percent-encoding (RFC 3986), UTF-8 checks.

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gp {

std::string base64_encode(std::string_view bytes);
std::string base64url_encode(std::string_view bytes);         // no padding
Result<std::string> base64_decode(std::string_view text);     // strict: padding and alphabet
Result<std::string> base64url_decode(std::string_view text);  // padding optional
std::string hex_encode(std::string_view bytes);               // lower case
Result<std::string> hex_decode(std::string_view text);
std::string percent_encode(std::string_view text);  // all but unreserved
Result<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
bool is_utf8(std::string_view text);  // well formed, no surrogates

}  // namespace gp
