#pragma once
// The Kubernetes API over HTTP: discovery, OpenAPI, health, and the verbs on every resource.
//
// One handler for every path of the listener. Cheap reads have a quick path that runs on the I/O
// thread.

#include <memory>
#include <optional>
#include <string>

#include "adapter/net/http.hpp"
#include "platform/api/authentication.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

class ApiServer {
 public:
  // All must outlive the server. `authentication` is complete before the first request.
  ApiServer(Verbs& verbs, const Authentication& authentication, Random& random);
  ~ApiServer();

  net::Response handle(net::Request& request);
  // A get of one object, answered at once; nothing for everything else.
  std::optional<net::Response> quick(net::Request& request);
  // As handle(), with a caller that something else has authenticated (the portal's session).
  net::Response handle_as(const Caller& caller, net::Request& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gp::api
