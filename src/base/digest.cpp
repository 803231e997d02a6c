#include "base/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstring>

#include "base/encoding.hpp"
#include "base/result.hpp"

namespace gp {
namespace {

// Fetched once: looking an algorithm up costs as much as hashing a short text.
EVP_MD* algorithm(const char* name) {
  EVP_MD* md = EVP_MD_fetch(nullptr, name, nullptr);
  GP_CHECK(md != nullptr, "OpenSSL has this digest");
  return md;
}

EVP_MD* sha256_algorithm() {
  static EVP_MD* const md = algorithm("SHA256");
  return md;
}

std::string digest(const EVP_MD* md, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  const int ok = EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, md, nullptr);
  GP_CHECK(ok == 1, "hashing memory does not fail");
  return {reinterpret_cast<const char*>(out.data()), size};
}

constexpr std::array<std::uint32_t, 256> make_crc32c_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
    table[i] = crc;
  }
  return table;
}
constexpr auto kCrc32c = make_crc32c_table();

std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t crc) {
  for (const char byte : bytes) {
    crc = (crc >> 8U) ^ kCrc32c[(crc ^ static_cast<unsigned char>(byte)) & 0xffU];
  }
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32c_by_cpu(std::string_view bytes,
                                                              std::uint32_t crc) {
  std::uint64_t wide = crc;
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    wide = __builtin_ia32_crc32di(wide, word);
    bytes.remove_prefix(8);
  }
  crc = static_cast<std::uint32_t>(wide);
  for (const char byte : bytes) crc = __builtin_ia32_crc32qi(crc, static_cast<unsigned char>(byte));
  return crc;
}
#endif

}  // namespace

std::string sha256(std::string_view bytes) {
  return digest(sha256_algorithm(), bytes);
}

std::string sha1(std::string_view bytes) {
  static EVP_MD* const md = algorithm("SHA1");
  return digest(md, bytes);
}

std::string sha512(std::string_view bytes) {
  static EVP_MD* const md = algorithm("SHA512");
  return digest(md, bytes);
}

std::string sha256_hex(std::string_view bytes) {
  return hex_encode(sha256(bytes));
}
std::string sha1_hex(std::string_view bytes) {
  return hex_encode(sha1(bytes));
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  GP_CHECK(key.size() <= 1U << 30U, "a key of at most 1 GiB");
  const unsigned char* done =
      HMAC(sha256_algorithm(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), out.data(), &size);
  GP_CHECK(done != nullptr, "an HMAC of memory does not fail");
  return {reinterpret_cast<const char*>(out.data()), size};
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) {
#if defined(__x86_64__)
  static const bool cpu_can = __builtin_cpu_supports("sse4.2") != 0;
  if (cpu_can) return ~crc32c_by_cpu(bytes, ~seed);
#endif
  return ~crc32c_by_table(bytes, ~seed);
}

}  // namespace gp
