#pragma once
// Digests and constant-time comparison, on OpenSSL.

#include <cstdint>
#include <string>
#include <string_view>

namespace gp {

std::string sha256(std::string_view bytes);  // 32 raw bytes
std::string sha1(std::string_view bytes);    // 20 raw bytes; for identifiers, never for security
std::string sha512(std::string_view bytes);  // 64 raw bytes
std::string sha256_hex(std::string_view bytes);
std::string sha1_hex(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
bool constant_time_equal(std::string_view a, std::string_view b);
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

}  // namespace gp
