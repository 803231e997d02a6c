#include "adapter/tls/names.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/encoding.hpp"

namespace gp::tls {
namespace {

// As UTF-8, whatever string type the certificate uses.
std::string text_of(const X509_NAME_ENTRY* entry) {
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, X509_NAME_ENTRY_get_data(entry));
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return text;
}

std::vector<std::string> texts_of(const X509_NAME* name, int nid) {
  std::vector<std::string> texts;
  for (int i = X509_NAME_get_index_by_NID(name, nid, -1); i >= 0;
       i = X509_NAME_get_index_by_NID(name, nid, i)) {
    texts.push_back(text_of(X509_NAME_get_entry(name, i)));
  }
  return texts;
}

}  // namespace

Subject read_subject(X509* certificate) {
  const X509_NAME* const name = X509_get_subject_name(certificate);
  std::vector<std::string> common_names = texts_of(name, NID_commonName);
  // Go takes the last common name when there are several.
  return {.common_name = common_names.empty() ? std::string() : std::move(common_names.back()),
          .organizations = texts_of(name, NID_organizationName)};
}

std::string fingerprint_sha256(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  return hex_encode({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace gp::tls
