#pragma once
// Private keys and X.509 certificates as texts in PEM, on OpenSSL.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace gp::sprig {

struct Certificate {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

struct CertificateRequest {
  std::string common_name;
  std::vector<std::string> addresses;  // IP addresses
  std::vector<std::string> names;      // DNS names
  std::int64_t days = 0;
  bool is_authority = false;
  TimePoint now;
};

// "rsa" (also ""; 4096 bits), "dsa", "ecdsa" (P-256) or "ed25519". The generator is OpenSSL's own.
Result<std::string> generate_key(std::string_view kind);
Result<std::string> generate_rsa_key(unsigned bits);

// Signs with `issuer`, or with the key itself where there is none.
Result<Certificate> issue(const CertificateRequest& request, std::string_view key_pem,
                          const std::optional<Certificate>& issuer);

// Messages are sprig's.
Result<void> check_certificate(std::string_view pem);
Result<void> check_key(std::string_view pem);

}  // namespace gp::sprig
