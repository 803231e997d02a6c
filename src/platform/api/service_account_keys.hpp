#pragma once
// The keys of service-account tokens: one signs, older ones still verify.
//
// DIR/pki/sa.key (RSA, mode 0600) signs; it is made when missing. Every DIR/pki/sa-*.key and
// sa-*.pub verifies beside it. To rotate: rename sa.key to sa-old.key and start again; remove that
// file once its last token has expired. A key's name in tokens follows from the key alone, so the
// order of events does not matter.

#include <string>

#include "base/result.hpp"
#include "engine/jose/key_set.hpp"

namespace gp::api {

struct ServiceAccountKeys {
  jose::Key signer;
  jose::KeySet verifiers;  // public parts, the signer's first
};

Result<ServiceAccountKeys> ensure_service_account_keys(const std::string& data_dir);

// The keys that `signer` alone makes.
ServiceAccountKeys service_account_keys(const jose::Key& signer);

}  // namespace gp::api
