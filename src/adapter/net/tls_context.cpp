#include "adapter/net/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <limits>

namespace gp::net {
namespace {

template <auto Free>
struct Freer {
  void operator()(auto* object) const { Free(object); }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;

Bio memory_of(const std::string& pem) {
  GP_CHECK(pem.size() < std::numeric_limits<int>::max(), "PEM texts are small");
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// Never prompts: an encrypted key is an error, not a question on the terminal.
int no_password(char*, int, int, void*) {
  return -1;
}

Certificate next_certificate(BIO* pem) {
  return Certificate(PEM_read_bio_X509(pem, nullptr, no_password, nullptr));
}

Result<> use_certificate(SSL_CTX* context, const TlsOptions& options) {
  const Bio chain = memory_of(options.certificate_chain_pem);
  const Certificate leaf = next_certificate(chain.get());
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) {
    return fail(invalid_argument("the TLS certificate is not a usable PEM certificate"));
  }
  while (Certificate link = next_certificate(chain.get())) {
    if (SSL_CTX_add0_chain_cert(context, link.get()) != 1) {
      return fail(invalid_argument("the TLS certificate's chain cannot be used"));
    }
    (void)link.release();  // the context owns it now
  }
  const Bio key_pem = memory_of(options.private_key_pem);
  const Key key(PEM_read_bio_PrivateKey(key_pem.get(), nullptr, no_password, nullptr));
  if (key && X509_check_private_key(leaf.get(), key.get()) != 1) {
    return fail(invalid_argument("the TLS private key does not belong to the certificate"));
  }
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return fail(invalid_argument("the TLS private key is not a usable PEM key"));
  }
  return {};
}

Result<> use_client_authority(SSL_CTX* context, const std::string& pem) {
  if (pem.empty()) return {};
  const Bio bundle = memory_of(pem);
  int count = 0;
  while (const Certificate authority = next_certificate(bundle.get())) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) != 1 ||
        SSL_CTX_add_client_CA(context, authority.get()) != 1) {
      return fail(invalid_argument("the client authority's certificate cannot be used"));
    }
    ++count;
  }
  if (count == 0) return fail(invalid_argument("the client authority has no PEM certificate"));
  // Asked for, not demanded; what is presented must be valid.
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return {};
}

int select_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  static constexpr unsigned char kOurs[] = "\x02h2\x08http/1.1";
  unsigned char* out = nullptr;
  const int outcome =
      SSL_select_next_proto(&out, chosen_size, kOurs, sizeof(kOurs) - 1, offered, offered_size);
  *chosen = out;
  return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

Result<TlsContext> make_tls_context(const TlsOptions& options) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return fail(internal_error("OpenSSL has no memory for a TLS context"));
  SSL_CTX* const raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20");
  // A peer that leaves without close_notify reads as an end; HTTP knows itself where messages end.
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                               SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(raw, 1);
  SSL_CTX_set_alpn_select_cb(raw, select_protocol, nullptr);
  TRY(use_certificate(raw, options));
  TRY(use_client_authority(raw, options.client_authority_pem));
  return context;
}

}  // namespace gp::net
