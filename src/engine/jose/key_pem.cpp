// Keys as PEM and DER.

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/digest.hpp"
#include "base/encoding.hpp"
#include "engine/jose/key_parts.hpp"

namespace gp::jose {
namespace {

constexpr std::size_t kPemBytesMax = 64U << 10U;

using Bio = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;

Bio reading(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A key with a pass phrase is refused instead of asking the terminal for it.
int no_pass_phrase(char*, int, int, void*) {
  return -1;
}

template <typename Write>
std::string written(Write write) {
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (!bio || write(bio.get()) != 1) return {};
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

Result<> check_size(std::string_view pem) {
  if (pem.size() <= kPemBytesMax) return {};
  return fail(too_large("a PEM of {} bytes, at most {} are read", pem.size(), kPemBytesMax));
}

}  // namespace

Result<Key> Key::parse_private_pem(std::string_view pem) {
  TRY(check_size(pem));
  const Bio bio = reading(pem);
  Pkey pkey(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
  ERR_clear_error();
  if (!pkey) return fail(invalid_argument("not a private key in PEM without a pass phrase"));
  return adopt(std::move(pkey), true);
}

Result<Key> Key::parse_public_pem(std::string_view pem) {
  TRY(check_size(pem));
  Pkey pkey(PEM_read_bio_PUBKEY(reading(pem).get(), nullptr, nullptr, nullptr));
  if (!pkey) {
    const Certificate certificate(PEM_read_bio_X509(reading(pem).get(), nullptr, nullptr, nullptr));
    if (certificate) pkey.reset(X509_get_pubkey(certificate.get()));
  }
  ERR_clear_error();
  if (!pkey) return fail(invalid_argument("neither a public key nor a certificate in PEM"));
  return adopt(std::move(pkey), false);
}

std::string Key::to_private_pem() const {
  if (!impl_->is_private || !impl_->pkey) return {};
  return written([this](BIO* bio) {
    return PEM_write_bio_PKCS8PrivateKey(bio, impl_->pkey.get(), nullptr, nullptr, 0, nullptr,
                                         nullptr);
  });
}

std::string Key::to_public_pem() const {
  if (!impl_->pkey) return {};
  return written([this](BIO* bio) { return PEM_write_bio_PUBKEY(bio, impl_->pkey.get()); });
}

std::string Key::der_thumbprint() const {
  if (!impl_->pkey) return thumbprint();
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(impl_->pkey.get(), &der);
  if (size <= 0) return thumbprint();
  const std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return base64url_encode(sha256(bytes));
}

}  // namespace gp::jose
