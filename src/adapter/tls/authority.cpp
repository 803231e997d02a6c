#include "adapter/tls/authority.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <limits>

#include "adapter/tls/names.hpp"

namespace gp::tls {
namespace {

template <auto Free>
struct Freer {
  void operator()(auto* object) const { Free(object); }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;

constexpr Duration kBackdate = std::chrono::minutes(5);

Error openssl_failed(std::string_view what) {
  return internal_error("cannot {}: OpenSSL refused", what);
}

Bio memory_of(std::string_view pem) {
  GP_CHECK(pem.size() < std::numeric_limits<int>::max(), "PEM texts are small");
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

std::string text_of(BIO* memory) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

std::time_t seconds_of(TimePoint time) {
  return std::chrono::system_clock::to_time_t(
      std::chrono::time_point_cast<std::chrono::system_clock::duration>(time));
}

// Who a certificate is for and what it may do; extension values in OpenSSL's configuration syntax.
struct Wish {
  std::string_view common_name;
  std::vector<std::string> organizations;
  ServerName names;
  const char* constraints = "critical,CA:FALSE";
  const char* usage = "critical,digitalSignature";
  const char* extended_usage = nullptr;
  TimePoint now;
  Duration valid_for;
};

Result<> set_serial(X509* certificate) {
  std::array<unsigned char, 16> random;
  system_random().fill(random.data(), random.size());
  // RFC 5280 4.1.2.2: positive, and so with the highest bit clear; never zero.
  random[0] = static_cast<unsigned char>((random[0] & 0x7FU) | 0x40U);
  const Number number(BN_bin2bn(random.data(), static_cast<int>(random.size()), nullptr));
  if (!number || BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr) {
    return fail(openssl_failed("number a certificate"));
  }
  return {};
}

Result<> add_name(X509_NAME* name, const char* field, std::string_view value) {
  if (value.empty()) return fail(invalid_argument("a certificate's {} is empty", field));
  if (X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(value.data()),
                                 static_cast<int>(value.size()), -1, 0) != 1) {
    return fail(
        invalid_argument("\"{}\" cannot be a certificate's {}: it is longer than 64 "
                         "characters or not UTF-8",
                         value.substr(0, 80), field));
  }
  return {};
}

Result<> add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) {
    return fail(openssl_failed("extend a certificate"));
  }
  return {};
}

// Takes the text.
void push_name(GENERAL_NAMES* names, int type, ASN1_STRING* text) {
  GENERAL_NAME* const name = GENERAL_NAME_new();
  GP_CHECK(name != nullptr && text != nullptr, "out of memory");
  GENERAL_NAME_set0_value(name, type, text);
  GP_CHECK(sk_GENERAL_NAME_push(names, name) > 0, "out of memory");
}

Result<> add_server_names(X509* certificate, const ServerName& wanted) {
  if (wanted.dns_names.empty() && wanted.ip_addresses.empty()) return {};
  const Names names(GENERAL_NAMES_new());
  for (const std::string& dns : wanted.dns_names) {
    ASN1_STRING* const text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, dns.data(), static_cast<int>(dns.size()));
    push_name(names.get(), GEN_DNS, text);
  }
  for (const std::string& address : wanted.ip_addresses) {
    ASN1_OCTET_STRING* const bytes = a2i_IPADDRESS(address.c_str());
    if (bytes == nullptr) return fail(invalid_argument("\"{}\" is not an IP address", address));
    push_name(names.get(), GEN_IPADD, bytes);
  }
  if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, 0) != 1) {
    return fail(openssl_failed("name a certificate"));
  }
  return {};
}

Result<> fill(X509* certificate, X509* issuer, EVP_PKEY* key, const Wish& wish) {
  X509_set_version(certificate, X509_VERSION_3);
  TRY(set_serial(certificate));
  if (ASN1_TIME_set(X509_getm_notBefore(certificate), seconds_of(wish.now - kBackdate)) ==
          nullptr ||
      ASN1_TIME_set(X509_getm_notAfter(certificate), seconds_of(wish.now + wish.valid_for)) ==
          nullptr) {
    return fail(invalid_argument("a certificate cannot be valid until then"));
  }
  X509_NAME* const subject = X509_get_subject_name(certificate);
  for (const std::string& organization : wish.organizations)
    TRY(add_name(subject, "O", organization));
  TRY(add_name(subject, "CN", wish.common_name));
  if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1 ||
      X509_set_pubkey(certificate, key) != 1) {
    return fail(openssl_failed("fill a certificate"));
  }
  TRY(add_extension(certificate, issuer, NID_basic_constraints, wish.constraints));
  TRY(add_extension(certificate, issuer, NID_key_usage, wish.usage));
  if (wish.extended_usage != nullptr) {
    TRY(add_extension(certificate, issuer, NID_ext_key_usage, wish.extended_usage));
  }
  TRY(add_extension(certificate, issuer, NID_subject_key_identifier, "hash"));
  TRY(add_extension(certificate, issuer, NID_authority_key_identifier, "keyid"));
  return add_server_names(certificate, wish.names);
}

Result<KeyPair> write_pem(X509* certificate, EVP_PKEY* key) {
  const Bio certificate_pem(BIO_new(BIO_s_mem()));
  const Bio key_pem(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate_pem.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key, nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    return fail(openssl_failed("write a certificate"));
  }
  return KeyPair{text_of(certificate_pem.get()), text_of(key_pem.get())};
}

// Signed by `issuer_key`; by its own key when there is no issuer.
Result<KeyPair> make(const Wish& wish, X509* issuer, EVP_PKEY* issuer_key) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  if (!key || !certificate) return fail(openssl_failed("make a key"));
  TRY(fill(certificate.get(), issuer != nullptr ? issuer : certificate.get(), key.get(), wish));
  EVP_PKEY* const signer = issuer_key != nullptr ? issuer_key : key.get();
  if (X509_sign(certificate.get(), signer, EVP_sha256()) == 0) {
    return fail(openssl_failed("sign a certificate"));
  }
  return write_pem(certificate.get(), key.get());
}

Result<Certificate> parse_certificate(std::string_view pem) {
  const Bio memory = memory_of(pem);
  Certificate certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
  if (!certificate) return fail(invalid_argument("not a PEM certificate"));
  return certificate;
}

Result<KeyPair> issue(const KeyPair& authority, const Wish& wish) {
  const Certificate issuer = TRY(parse_certificate(authority.certificate_pem));
  const Bio memory = memory_of(authority.private_key_pem);
  char no_password[] = "";
  const Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, no_password));
  if (!key) return fail(invalid_argument("the authority's private key is not a PEM key"));
  if (X509_check_private_key(issuer.get(), key.get()) != 1) {
    return fail(invalid_argument("the authority's private key does not belong to its certificate"));
  }
  return make(wish, issuer.get(), key.get());
}

Result<TimePoint> read_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) {
    return fail(invalid_argument("a certificate's validity is malformed"));
  }
  return TimePoint(std::chrono::seconds(::timegm(&parts)));
}

std::vector<std::string> read_dns_names(X509* certificate) {
  std::vector<std::string> texts;
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    texts.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                       static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
  }
  return texts;
}

}  // namespace

Result<KeyPair> make_authority(std::string_view common_name, TimePoint now, Duration valid_for) {
  return make({.common_name = common_name,
               .organizations = {},
               .names = {},
               .constraints = "critical,CA:TRUE",
               .usage = "critical,digitalSignature,keyCertSign,cRLSign",
               .now = now,
               .valid_for = valid_for},
              nullptr, nullptr);
}

Result<KeyPair> issue_server_certificate(const KeyPair& authority, std::string_view common_name,
                                         const ServerName& names, TimePoint now,
                                         Duration valid_for) {
  return issue(authority, {.common_name = common_name,
                           .organizations = {},
                           .names = names,
                           .extended_usage = "serverAuth",
                           .now = now,
                           .valid_for = valid_for});
}

Result<KeyPair> issue_client_certificate(const KeyPair& authority, std::string_view common_name,
                                         const std::vector<std::string>& organizations,
                                         TimePoint now, Duration valid_for) {
  return issue(authority, {.common_name = common_name,
                           .organizations = organizations,
                           .names = {},
                           .extended_usage = "clientAuth",
                           .now = now,
                           .valid_for = valid_for});
}

Result<CertificateInfo> read_certificate(std::string_view pem) {
  const Certificate certificate = TRY(parse_certificate(pem));
  Subject subject = read_subject(certificate.get());
  CertificateInfo info;
  info.common_name = std::move(subject.common_name);
  info.organizations = std::move(subject.organizations);
  info.dns_names = read_dns_names(certificate.get());
  info.not_before = TRY(read_time(X509_get0_notBefore(certificate.get())));
  info.not_after = TRY(read_time(X509_get0_notAfter(certificate.get())));
  info.fingerprint_sha256 = fingerprint_sha256(certificate.get());
  return info;
}

}  // namespace gp::tls
