// Small answers that Backstage's clients ask of every backend: health, permissions, sign-in.
//
// Until there are roles, whoever was let in may do everything; until there are providers, nobody
// signs in here (the portal's token is handed out by the command line).

#include "feature/catalog/answers.hpp"
#include "feature/catalog/catalog.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/params.hpp"
#include "feature/catalog/routes.hpp"

namespace gp::catalog {
namespace {

// POST /api/permission/authorize
Result<net::Response> authorize(net::Request& request) {
  const Value body = TRY(json_body(request, {"items"}));
  Value items = Value::array();
  for (const Value& item : body["items"].items()) {
    items.push_back(Value::object({{"id", item["id"]}, {"result", "ALLOW"}}));
  }
  return json_answer(200, to_wire(Value::object({{"items", std::move(items)}})));
}

net::Response unknown_provider(net::Request& request) {
  const Error error = named_error(
      "NotFoundError", fmt::format("Unknown auth provider '{}'", request.path_part("provider")));
  return error_response(request, error, "/api/auth");
}

}  // namespace

void add_platform_routes(web::Router& router) {
  for (const std::string_view probe : {"readiness", "liveness"}) {
    router.add("GET", fmt::format("/.backstage/health/v1/{}", probe),
               [](net::Request&) { return json_answer(200, R"({"status":"ok"})"); });
  }
  router.add("POST", "/api/permission/authorize", guarded(authorize));
  // Plugins that are not there; without this the portal's pages would answer for them.
  router.any("/api/{rest...}", [](net::Request&) { return net::Response::empty(404); });
  router.add("GET", "/api/auth/{provider}/refresh", unknown_provider);
  router.add("POST", "/api/auth/{provider}/refresh", unknown_provider);
}

}  // namespace gp::catalog
