#pragma once
// The generated authority of a platform, its certificates, and the kubeconfig that uses them.
//
//   DIR/pki/ca.crt, ca.key (0600), server.crt, server.key (0600), admin.crt, admin.key (0600)
//   DIR/kubeconfig (0600): context "goldenpath", certificates embedded
//
// Made on the first start, kept afterwards; certificates are renewed 30 days before they end.

#include <string>

#include "adapter/net/server.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace gp::api {

struct Pki {
  net::TlsOptions server;  // certificate, key, and the authority of client certificates
  std::string authority_pem;
  std::string admin_certificate_pem, admin_key_pem;
};

// `address` is what the listener binds to: it becomes a name of the server's certificate.
Result<Pki> ensure_pki(const std::string& data_dir, const std::string& address, Clock& clock);

// Writes DIR/kubeconfig for `server_url` and returns its path.
Result<std::string> write_kubeconfig(const std::string& data_dir, const Pki& pki,
                                     const std::string& server_url);

}  // namespace gp::api
