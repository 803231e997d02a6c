#pragma once
// The Kubernetes API over HTTP: who asks, may they, what do they ask, and the answer.
//
// A request: authenticate (401) → impersonate → parse the path → authorize (403) → one handler.
// `handle()` runs on a worker; `quick()` answers single GETs on the I/O thread, from memory.
// Errors are Status objects in the real server's words; see status.hpp.

#include <memory>
#include <optional>
#include <string>

#include "adapter/net/http.hpp"
#include "platform/api/authentication.hpp"
#include "platform/api/authorizer.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

class AuditLog;              // audit_log.hpp
class PortForwards;          // port_forward.hpp
class ServiceAccountTokens;  // service_account_tokens.hpp

class ApiServer {
 public:
  // All of these must outlive the server and its listeners. Without an authorizer of its own it
  // judges by RBAC.
  ApiServer(Verbs& verbs, const Authentication& authentication, Random& random,
            std::unique_ptr<Authorizer> authorizer = nullptr);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  // For a listener of its own: callers prove who they are. On a worker.
  net::Response handle(net::Request& request);
  // On the I/O thread, before handle(): what can be answered from memory at once.
  std::optional<net::Response> quick(net::Request& request);

  // For another listener that knows its caller already (the portal's session). The request's path
  // is the API's: cut the prefix first.
  net::Response handle_as(const Caller& caller, net::Request& request);
  // A WebSocket that carries many watches; see watch_socket.hpp.
  net::Response watch_socket_as(const Caller& caller, net::Request& request);

  Authorizer& authorizer();
  // Where requests are told of; before the first one. It must outlive the server; null: nowhere.
  void set_audit(AuditLog* audit);
  // What `kubectl port-forward` may reach; before the first request. It must outlive the server.
  void set_port_forwards(PortForwards* forwards);
  // Who makes and explains tokens of service accounts; as above.
  void set_service_accounts(const ServiceAccountTokens* tokens);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gp::api
