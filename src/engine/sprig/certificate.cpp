#include "engine/sprig/certificate.hpp"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace gp::sprig {
namespace {

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Buffer = std::unique_ptr<BIO, Free<BIO_free_all>>;
using X509Pointer = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

Error failed(std::string_view what) {
  return internal_error("failed to {}", what);
}

Buffer reading(std::string_view text) {
  return Buffer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(BIO* buffer) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(buffer, &data);
  return {data, static_cast<std::size_t>(size)};
}

// "RSA PRIVATE KEY", "EC PRIVATE KEY", and PKCS#8 for what has no form of its own.
Result<std::string> key_text(EVP_PKEY* key) {
  const Buffer buffer(BIO_new(BIO_s_mem()));
  const bool has_own_form = EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519;
  const int written = has_own_form ? PEM_write_bio_PrivateKey_traditional(
                                         buffer.get(), key, nullptr, nullptr, 0, nullptr, nullptr)
                                   : PEM_write_bio_PKCS8PrivateKey(buffer.get(), key, nullptr,
                                                                   nullptr, 0, nullptr, nullptr);
  if (written != 1) return fail(failed("write the private key"));
  return text_of(buffer.get());
}

Result<std::string> generate_dsa_key() {
  const KeyContext parameters(EVP_PKEY_CTX_new_id(EVP_PKEY_DSA, nullptr));
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_paramgen_init(parameters.get()) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_bits(parameters.get(), 2048) != 1 ||
      EVP_PKEY_CTX_set_dsa_paramgen_q_bits(parameters.get(), 256) != 1 ||
      EVP_PKEY_paramgen(parameters.get(), &made) != 1)
    return fail(failed("generate DSA parameters"));
  const Key group(made);
  const KeyContext generator(EVP_PKEY_CTX_new(group.get(), nullptr));
  made = nullptr;
  if (EVP_PKEY_keygen_init(generator.get()) != 1 || EVP_PKEY_keygen(generator.get(), &made) != 1)
    return fail(failed("generate private key"));
  const Key key(made);
  return key_text(key.get());
}

Result<Key> read_key(std::string_view pem) {
  Key key(PEM_read_bio_PrivateKey(reading(pem).get(), nullptr, nullptr, nullptr));
  if (key) return key;
  if (!pem.contains("-----BEGIN ")) return fail(invalid_argument("no PEM data in input"));
  return fail(invalid_argument("unsupported private key"));
}

Result<X509Pointer> read_certificate(std::string_view pem) {
  X509Pointer certificate(PEM_read_bio_X509(reading(pem).get(), nullptr, nullptr, nullptr));
  if (certificate) return certificate;
  if (!pem.contains("-----BEGIN ")) return fail(invalid_argument("unable to decode certificate"));
  return fail(invalid_argument(
      "error parsing certificate: decodedCert.Bytes: x509: malformed certificate"));
}

Result<void> add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1)
    return fail(failed("add an extension to the certificate"));
  return {};
}

Result<void> add_name(GENERAL_NAMES* names, int type, std::string_view bytes) {
  std::unique_ptr<GENERAL_NAME, Free<GENERAL_NAME_free>> name(GENERAL_NAME_new());
  ASN1_STRING* text =
      type == GEN_DNS ? static_cast<ASN1_STRING*>(ASN1_IA5STRING_new()) : ASN1_OCTET_STRING_new();
  if (!name || !text || ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size())) != 1)
    return fail(failed("write a name of the certificate"));
  GENERAL_NAME_set0_value(name.get(), type, text);
  if (sk_GENERAL_NAME_push(names, name.get()) == 0)
    return fail(failed("write a name of the certificate"));
  static_cast<void>(name.release());
  return {};
}

Result<std::string> address_bytes(const std::string& address) {
  std::string bytes(4, '\0');
  if (inet_pton(AF_INET, address.c_str(), bytes.data()) == 1) return bytes;
  bytes.resize(16);
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
  return fail(invalid_argument("error parsing ip: {}", address));
}

Result<void> add_names(X509* certificate, const CertificateRequest& request) {
  if (request.names.empty() && request.addresses.empty()) return {};
  const Names names(sk_GENERAL_NAME_new_null());
  for (const std::string& name : request.names) TRY(add_name(names.get(), GEN_DNS, name));
  for (const std::string& address : request.addresses) {
    const std::string bytes = TRY(address_bytes(address));
    TRY(add_name(names.get(), GEN_IPADD, bytes));
  }
  if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) != 1)
    return fail(failed("write the names of the certificate"));
  return {};
}

Result<void> set_subject(X509* certificate, const CertificateRequest& request, X509* issuer) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* name = reinterpret_cast<const unsigned char*>(request.common_name.data());
  if (!request.common_name.empty() &&
      X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8, name,
                                 static_cast<int>(request.common_name.size()), -1, 0) != 1)
    return fail(failed("write the name of the certificate"));
  if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1)
    return fail(failed("write the issuer of the certificate"));

  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(request.now.time_since_epoch()).count();
  constexpr std::int64_t kDaysMax = 365'000;
  const std::int64_t days = std::clamp<std::int64_t>(request.days, -kDaysMax, kDaysMax);
  if (!ASN1_TIME_set(X509_getm_notBefore(certificate), now) ||
      !ASN1_TIME_set(X509_getm_notAfter(certificate), now + days * 86'400))
    return fail(failed("write the validity of the certificate"));
  const std::unique_ptr<BIGNUM, Free<BN_free>> serial(BN_new());
  if (BN_rand(serial.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) != 1 ||
      !BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)))
    return fail(failed("choose a serial number"));
  return {};
}

Result<void> add_extensions(X509* certificate, X509* issuer, const CertificateRequest& request) {
  TRY(add_extension(certificate, issuer, NID_key_usage,
                    request.is_authority ? "critical,digitalSignature,keyEncipherment,keyCertSign"
                                         : "critical,digitalSignature,keyEncipherment"));
  TRY(add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth,clientAuth"));
  TRY(add_extension(certificate, issuer, NID_basic_constraints,
                    request.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE"));
  if (request.is_authority)
    TRY(add_extension(certificate, issuer, NID_subject_key_identifier, "hash"));
  const bool has_identifier = X509_get_ext_by_NID(issuer, NID_subject_key_identifier, -1) >= 0;
  if (issuer != certificate && has_identifier)
    TRY(add_extension(certificate, issuer, NID_authority_key_identifier, "keyid"));
  return add_names(certificate, request);
}

}  // namespace

Result<std::string> generate_rsa_key(unsigned bits) {
  const Key key(EVP_RSA_gen(bits));
  if (!key) return fail(failed("generate private key"));
  return key_text(key.get());
}

Result<std::string> generate_key(std::string_view kind) {
  if (kind.empty() || kind == "rsa") return generate_rsa_key(4096);
  if (kind == "dsa") return generate_dsa_key();
  const Key key(kind == "ecdsa"     ? EVP_EC_gen("P-256")
                : kind == "ed25519" ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                    : nullptr);
  if (key) return key_text(key.get());
  return fail(invalid_argument("Unknown type {}", kind));
}

Result<Certificate> issue(const CertificateRequest& request, std::string_view key_pem,
                          const std::optional<Certificate>& issuer) {
  const Key key = TRY(read_key(key_pem));
  X509Pointer certificate(X509_new());
  if (!certificate || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      X509_set_pubkey(certificate.get(), key.get()) != 1)
    return fail(failed("create a certificate"));
  X509Pointer parent;
  Key parent_key;
  if (issuer) {
    parent = TRY(read_certificate(issuer->certificate));
    auto read = read_key(issuer->key);
    if (!read) return fail(invalid_argument("error parsing private key: {}", read.error().message));
    parent_key = *std::move(read);
  }
  X509* signer = parent ? parent.get() : certificate.get();
  TRY(set_subject(certificate.get(), request, signer));
  TRY(add_extensions(certificate.get(), signer, request));
  EVP_PKEY* signing_key = parent_key ? parent_key.get() : key.get();
  const bool has_own_digest = EVP_PKEY_get_base_id(signing_key) == EVP_PKEY_ED25519;
  if (X509_sign(certificate.get(), signing_key, has_own_digest ? nullptr : EVP_sha256()) == 0)
    return fail(failed("sign the certificate"));

  const Buffer buffer(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(buffer.get(), certificate.get()) != 1)
    return fail(failed("write the certificate"));
  Certificate issued{text_of(buffer.get()), {}};
  issued.key = TRY(key_text(key.get()));
  return issued;
}

Result<void> check_certificate(std::string_view pem) {
  TRY(read_certificate(pem));
  return {};
}

Result<void> check_key(std::string_view pem) {
  auto key = read_key(pem);
  if (!key) return fail(invalid_argument("error parsing private key: {}", key.error().message));
  return {};
}

}  // namespace gp::sprig
