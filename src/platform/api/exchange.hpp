#pragma once
// One request on its way through the API server, and what its handlers share. Private to this
// folder.

#include "adapter/net/http.hpp"
#include "base/worker_pool.hpp"
#include "platform/api/authentication.hpp"
#include "platform/api/authorizer.hpp"
#include "platform/api/render.hpp"
#include "platform/api/request_info.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

class PortForwards;          // port_forward.hpp
class ServiceAccountTokens;  // service_account_tokens.hpp

struct Services {
  Verbs& verbs;
  const object::KindRegistry& kinds;
  Authorizer& authorizer;
  const Authentication& authentication;
  Clock& clock;
  Random& random;
  WorkerPool& background;  // feeds sockets that carry many watches
  PortForwards* port_forwards = nullptr;
  const ServiceAccountTokens* service_accounts = nullptr;
};

struct Exchange {
  Services& services;
  net::Request& request;
  const Caller& caller;
  const RequestInfo& info;
  KindPtr kind;
  std::vector<std::string> warnings;                                // become Warning headers
  std::map<std::string, std::string>* audit_annotations = nullptr;  // null: nobody keeps them

  // Of a namespace's own URL, `info.ns` is what permissions are asked for, not where it stands.
  Target target() const {
    return {kind, kind->is_namespaced ? info.ns : std::string(), info.name, info.subresource};
  }
};

// The view of answers that the request asks for; 406 or 400.
Result<Rendering> rendering_of(const Exchange& exchange);

Result<net::Response> handle_get(Exchange& exchange);
Result<net::Response> handle_list(Exchange& exchange);
Result<net::Response> handle_watch(Exchange& exchange);
Result<net::Response> handle_create(Exchange& exchange);
Result<net::Response> handle_update(Exchange& exchange);
Result<net::Response> handle_patch(Exchange& exchange);
Result<net::Response> handle_delete(Exchange& exchange);
Result<net::Response> handle_delete_collection(Exchange& exchange);
// Kinds that are asked, not kept: SelfSubjectReview and the like.
Result<net::Response> handle_review(Exchange& exchange);
// A connection to one of the platform's own listeners.
Result<net::Response> handle_port_forward(Exchange& exchange);
// A token of a service account.
Result<net::Response> handle_token_request(Exchange& exchange);

}  // namespace gp::api
