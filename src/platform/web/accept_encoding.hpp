#pragma once
// Which compressions a client takes (RFC 9110, 12.5.3).

#include <string_view>

namespace gp::web {

// "br, gzip;q=0.5, *;q=0": whether the coding is named, or covered by "*", and not refused with
// q=0.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

}  // namespace gp::web
