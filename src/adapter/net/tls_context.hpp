#pragma once
// What all TLS connections of a listener share: certificate, key, client authority, protocol
// choices.
//
// TLS 1.2 and newer, AEAD ciphers with forward secrecy, ALPN "h2" and "http/1.1", no session
// tickets, no renegotiation. A reload makes a new context; open connections keep theirs.

#include <memory>

#include "adapter/net/server.hpp"
#include "base/result.hpp"

using SSL_CTX = struct ssl_ctx_st;  // OpenSSL's

namespace gp::net {

using TlsContext = std::shared_ptr<SSL_CTX>;

Result<TlsContext> make_tls_context(const TlsOptions& options);

}  // namespace gp::net
