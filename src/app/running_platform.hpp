#pragma once
// The whole platform in one process: store, API, controllers, features and listeners, started in
// order and stopped in the reverse. `goldenpath up` owns one; tests may own several side by side.

#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "platform/api/audit_log.hpp"
#include "platform/api/oidc_issuer.hpp"
#include "platform/config/platform_config.hpp"
#include "platform/runtime/parts.hpp"

namespace gp::app {

struct PlatformSettings {
  std::string data_dir;
  std::optional<config::Platform> platform;  // absent: an empty platform
  std::string address = "127.0.0.1";
  std::uint16_t portal_port = 7007;  // 0: ephemeral
  std::uint16_t kube_port = 6443;
  std::string tokens_file;
  std::vector<api::OidcIssuer> oidc_issuers;  // beside those of platform.yaml
  // With a path or a policy, or when platform.yaml says so, requests are told of.
  api::AuditOptions audit{.path = {}};
  std::string audit_policy_file;
  bool runs_workloads = true;  // false: also when platform.yaml says nothing
};

// Where it answers.
struct Addresses {
  std::string portal;      // "http://127.0.0.1:7007"
  std::string kube;        // "https://127.0.0.1:6443"
  std::string kubeconfig;  // path
  std::string portal_token_file;
};

class RunningPlatform {
 public:
  // Parts are declared before anything starts, so a board that listens sees all of them.
  RunningPlatform(PlatformSettings settings, runtime::Parts& parts, Clock& clock, Random& random);
  ~RunningPlatform();  // stop()
  RunningPlatform(const RunningPlatform&) = delete;
  RunningPlatform& operator=(const RunningPlatform&) = delete;

  // Everything answers when this returns; features may still be loading (see Parts::is_settled).
  Result<Addresses> start();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gp::app
