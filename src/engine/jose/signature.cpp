// Signing and verifying with a prepared key.

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base/digest.hpp"
#include "engine/jose/key_parts.hpp"

namespace gp::jose {
namespace {

using Signature = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* octets(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

// Fetched once: looking a digest up by name costs as much as a small verification.
const EVP_MD* digest_of(Algorithm algorithm) {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  static const EVP_MD* const sha384 = EVP_MD_fetch(nullptr, "SHA384", nullptr);
  static const EVP_MD* const sha512 = EVP_MD_fetch(nullptr, "SHA512", nullptr);
  switch (algorithm) {
    case Algorithm::RS256:
    case Algorithm::PS256:
    case Algorithm::ES256: return sha256;
    case Algorithm::RS384:
    case Algorithm::PS384:
    case Algorithm::ES384: return sha384;
    case Algorithm::RS512:
    case Algorithm::PS512:
    case Algorithm::ES512: return sha512;
    default: return nullptr;
  }
}

bool is_pss(Algorithm algorithm) {
  return algorithm == Algorithm::PS256 || algorithm == Algorithm::PS384 ||
         algorithm == Algorithm::PS512;
}

bool set_padding(EVP_PKEY_CTX* context, Algorithm algorithm) {
  if (!is_pss(algorithm)) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

// JOSE writes ECDSA signatures as r and s of the curve's length, OpenSSL as DER.
std::string der_of(std::string_view signature, std::size_t size) {
  if (signature.size() != 2 * size) return {};
  const int length = static_cast<int>(size);
  const Signature parts(ECDSA_SIG_new());
  ECDSA_SIG_set0(parts.get(), BN_bin2bn(octets(signature), length, nullptr),
                 BN_bin2bn(octets(signature.substr(size)), length, nullptr));
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(parts.get(), nullptr)), '\0');
  unsigned char* out = octets(der);
  i2d_ECDSA_SIG(parts.get(), &out);
  return der;
}

std::string raw_of(std::string_view der, std::size_t size) {
  const unsigned char* in = octets(der);
  const Signature parts(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())));
  if (!parts) return {};
  std::string raw(2 * size, '\0');
  const int length = static_cast<int>(size);
  if (BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), octets(raw), length) != length ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), octets(raw) + size, length) != length) {
    return {};
  }
  return raw;
}

}  // namespace

Result<std::string> Key::sign(Algorithm algorithm, std::string_view bytes) const {
  if (!impl_->is_private || !algorithms().contains(algorithm)) {
    return fail(failed_precondition("the key cannot sign with \"{}\"", name_of(algorithm)));
  }
  if (impl_->type == KeyType::Symmetric) return hmac_sha256(impl_->secret, bytes);
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(impl_->pkey.get())), '\0');
  std::size_t size = signature.size();
  const bool is_signed =
      EVP_DigestSignInit(context.get(), &padding, digest_of(algorithm), nullptr,
                         impl_->pkey.get()) == 1 &&
      set_padding(padding, algorithm) &&
      EVP_DigestSign(context.get(), octets(signature), &size, octets(bytes), bytes.size()) == 1;
  ERR_clear_error();
  if (!is_signed) return fail(internal_error("signing with \"{}\" failed", name_of(algorithm)));
  signature.resize(size);
  const std::size_t coordinate = coordinate_bytes(impl_->type);
  return coordinate == 0 ? signature : raw_of(signature, coordinate);
}

bool Key::verify(Algorithm algorithm, std::string_view bytes, std::string_view signature) const {
  if (!algorithms().contains(algorithm) || signature.empty()) return false;
  if (impl_->type == KeyType::Symmetric) {
    return constant_time_equal(hmac_sha256(impl_->secret, bytes), signature);
  }
  std::string der;
  if (const std::size_t coordinate = coordinate_bytes(impl_->type); coordinate != 0) {
    der = der_of(signature, coordinate);
    if (der.empty()) return false;
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;
  const bool is_right = EVP_DigestVerifyInit(context.get(), &padding, digest_of(algorithm), nullptr,
                                             impl_->pkey.get()) == 1 &&
                        set_padding(padding, algorithm) &&
                        EVP_DigestVerify(context.get(), octets(signature), signature.size(),
                                         octets(bytes), bytes.size()) == 1;
  ERR_clear_error();
  return is_right;
}

}  // namespace gp::jose
