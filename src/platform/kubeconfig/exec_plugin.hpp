#pragma once
// Runs a credential plug-in of a kubeconfig (client.authentication.k8s.io v1 and v1beta1): a
// program that prints an ExecCredential with a token or a client certificate.

#include <optional>

#include "base/context.hpp"
#include "platform/kubeconfig/kubeconfig.hpp"

namespace gp::kubeconfig {

struct ExecCredential {
  std::string token;
  std::string certificate_pem, key_pem;
  std::optional<TimePoint> expires;
};

// At most a minute, never interactive. An error names the program, its exit code and what it said,
// without anything that may be a secret.
Result<ExecCredential> run_plugin(const Context& context, const Connection& connection);

// The words of a program, fit for an error: one line, nothing long and unbroken that could be a
// token, none of these secrets.
std::string presentable(std::string_view text, const std::vector<std::string>& secrets);

}  // namespace gp::kubeconfig
