#pragma once
// What a certificate says of its subject. Knows OpenSSL's X509 only by name.

#include <string>
#include <vector>

using X509 = struct x509_st;  // OpenSSL's

namespace gp::tls {

struct Subject {
  std::string common_name;
  std::vector<std::string> organizations;
};

Subject read_subject(X509* certificate);
std::string fingerprint_sha256(
    X509* certificate);  // hex of the DER's digest; empty when it has none

}  // namespace gp::tls
