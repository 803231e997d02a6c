#pragma once
// The generated authority of the Kubernetes listener and the kubeconfig that trusts it.
//
// DIR/pki holds ca.crt, ca.key, server.crt, server.key, admin.crt, admin.key; keys have mode 0600.
// All are made when missing and again well before they expire, or when the listen address is not
// among the server certificate's names. A new authority means new certificates.

#include <string>

#include "adapter/net/server.hpp"
#include "adapter/tls/authority.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace gp::api {

struct Pki {
  std::string authority_pem;
  net::TlsOptions server;  // asks for client certificates of this authority
  tls::KeyPair admin;      // user "admin" in group "system:masters"
};

Result<Pki> ensure_pki(const std::string& data_dir, const std::string& address, Clock& clock);

// DIR/kubeconfig (mode 0600): cluster, user and context "goldenpath", certificates embedded.
// Answers its path.
Result<std::string> write_kubeconfig(const std::string& data_dir, const Pki& pki,
                                     const std::string& url);

}  // namespace gp::api
