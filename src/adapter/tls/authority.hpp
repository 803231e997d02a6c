#pragma once
// A small certificate authority (X.509, ECDSA P-256): makes a root, server and client certificates.
//
// Used for the generated authority of the Kubernetes listener and for client certificates in
// kubeconfigs. Private keys are PEM (PKCS #8). Serial numbers are 128 random bits. Validity starts
// 5 minutes in the past.

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"

namespace gp::tls {

struct KeyPair {
  std::string certificate_pem;
  std::string private_key_pem;
};

struct ServerName {
  std::vector<std::string> dns_names;     // "localhost", "kubernetes.default.svc"
  std::vector<std::string> ip_addresses;  // "127.0.0.1", "::1"
};

Result<KeyPair> make_authority(std::string_view common_name, TimePoint now, Duration valid_for);
Result<KeyPair> issue_server_certificate(const KeyPair& authority, std::string_view common_name,
                                         const ServerName& names, TimePoint now,
                                         Duration valid_for);
// `organizations` are the Kubernetes groups.
Result<KeyPair> issue_client_certificate(const KeyPair& authority, std::string_view common_name,
                                         const std::vector<std::string>& organizations,
                                         TimePoint now, Duration valid_for);

struct CertificateInfo {
  std::string common_name;
  std::vector<std::string> organizations;
  std::vector<std::string> dns_names;
  TimePoint not_before, not_after;
  std::string fingerprint_sha256;
};
Result<CertificateInfo> read_certificate(std::string_view pem);

}  // namespace gp::tls
