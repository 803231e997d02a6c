#pragma once
// Cluster Secrets of Argo CD (label argocd.argoproj.io/secret-type: cluster): name, server and a
// JSON config with bearerToken, username and password, tlsClientConfig, execProviderConfig.

#include "platform/kubeconfig/kubeconfig.hpp"

namespace gp::kubeconfig {

inline constexpr std::string_view kArgoLabel = "argocd.argoproj.io/secret-type";

bool is_argo_cluster(const Value& secret);
// The connection's context is the cluster's name. Errors name the Secret and the field, never a
// value of it.
Result<Connection> of_argo_secret(const Value& secret);

}  // namespace gp::kubeconfig
