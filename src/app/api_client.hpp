#pragma once
// Our own commands' connection to a running platform: the Kubernetes API named by DIR/kubeconfig
// (or $KUBECONFIG).
//
// Answers above status 399 become Errors with the server's own message; details hold its whole
// Status. "Cannot reach" is Code::Unavailable, so that commands can exit with 3.

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "platform/cluster/discovery.hpp"

namespace gp::app {

using ApiResource = cluster::RemoteKind;

class ApiClient {
 public:
  // From a kubeconfig's current context.
  static Result<ApiClient> open(const std::string& kubeconfig_path);

  Result<Value> get(const std::string& path, std::string_view accept = "application/json");
  Result<Value> send(std::string_view method, const std::string& path, const Value& body,
                     std::string_view content_type = "application/json");
  Result<std::vector<ApiResource>> discover();
  // "cm", "configmaps", "deploy.apps", "Component": as kubectl resolves them; NotFound names near
  // ones.
  Result<ApiResource> resolve(std::string_view argument);
  Result<ApiResource> resolve_kind(std::string_view api_version, std::string_view kind);

  const std::vector<std::string>& warnings() const {
    return warnings_;
  }  // from Warning headers, in order

 private:
  struct Server {  // one address for as long as the command runs
    http::Network network;
    cluster::Session session;
    cluster::Discovery discovery;
    explicit Server(std::unique_ptr<kubeconfig::Credentials> credentials);
  };
  explicit ApiClient(std::unique_ptr<Server> server) : server_(std::move(server)) {}
  Result<Value> exchange(const cluster::ApiCall& call);

  std::unique_ptr<Server> server_;
  std::vector<std::string> warnings_;
};

}  // namespace gp::app
