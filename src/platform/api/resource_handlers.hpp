#pragma once
// One function a verb on a resource: parses what the request says, asks the verbs, renders the
// answer.

#include "platform/api/render.hpp"
#include "platform/api/request_info.hpp"
#include "platform/api/verbs.hpp"

namespace gp::api {

struct ResourceRequest {
  net::Request& http;
  const RequestInfo& info;
  const Caller& caller;
  Target target;
  Rendering rendering;
};

class ResourceHandlers {
 public:
  ResourceHandlers(Verbs& verbs, Random& random) : verbs_(verbs), random_(random) {}

  // Finds the kind and what is asked of it; every failure is already in the API's words.
  Result<net::Response> handle(net::Request& request, const RequestInfo& info,
                               const Caller& caller);

 private:
  Result<net::Response> get(ResourceRequest& request);
  Result<net::Response> list(ResourceRequest& request);
  Result<net::Response> watch(ResourceRequest& request);
  Result<net::Response> create(ResourceRequest& request);
  Result<net::Response> update(ResourceRequest& request);
  Result<net::Response> patch(ResourceRequest& request);
  Result<net::Response> remove(ResourceRequest& request);
  Result<net::Response> remove_collection(ResourceRequest& request);
  Result<net::Response> review(ResourceRequest& request, const Value& document);

  Verbs& verbs_;
  Random& random_;
};

}  // namespace gp::api
