#pragma once
// What happens to objects around their lives, as in Kubernetes: dependents go when their owners go
// (or wait for each other, or are set free), a deleted namespace takes its content with it, a new
// one gets its ServiceAccount and the cluster's root certificate, and Events are forgotten after an
// hour.

#include <string>

#include "platform/api/service_account_tokens.hpp"
#include "platform/api/verbs.hpp"
#include "platform/runtime/mount.hpp"

namespace gp::lifecycle {

struct Options {
  std::string
      root_certificate;  // PEM, for ConfigMap "kube-root-ca.crt"; empty: it is not published
  const api::ServiceAccountTokens* tokens = nullptr;  // fills token Secrets; null: nobody does
};

// Creates the namespaces that every cluster has, and adds the controllers. `verbs` must outlive
// them.
Result<> mount(runtime::Mount& mount, api::Verbs& verbs, Options options);

}  // namespace gp::lifecycle
