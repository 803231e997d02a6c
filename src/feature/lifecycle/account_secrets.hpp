#pragma once
// Secrets of type kubernetes.io/service-account-token get the token of the account that their
// annotation names, beside the cluster's root certificate and the namespace; they go with the
// account.
//
// Reads: Secret, ServiceAccount. Writes: Secret. Dying between any two steps is harmless.

#include <string>

#include "platform/api/service_account_tokens.hpp"
#include "platform/runtime/manager.hpp"

namespace gp::lifecycle {

// `tokens` and `store` must outlive the manager.
void add_account_secrets(runtime::Manager& manager, const api::ServiceAccountTokens& tokens,
                         store::Store& store, std::string root_certificate);

}  // namespace gp::lifecycle
