#include "feature/catalog/routes.hpp"

#include <set>

#include "feature/catalog/entity_handlers.hpp"
#include "feature/catalog/location_handlers.hpp"

namespace gp::catalog {
namespace {

net::Response nothing(net::Request&) {
  return net::Response::empty(404);
}

template <typename Handlers>
class Routes {
 public:
  Routes(web::Router& router, std::shared_ptr<Handlers> handlers)
      : router_(router), handlers_(std::move(handlers)) {}

  // A wrong method is an unknown route here: 404 with nothing in it.
  void add(std::string_view method, const std::string& path,
           Result<net::Response> (Handlers::*handle)(net::Request&)) {
    if (known_.insert(path).second) router_.any("/api/catalog" + path, nothing);
    router_.add(method, "/api/catalog" + path,
                guarded([handlers = handlers_, handle](net::Request& request) {
                  return (handlers.get()->*handle)(request);
                }));
  }

 private:
  web::Router& router_;
  std::shared_ptr<Handlers> handlers_;
  std::set<std::string> known_;
};

}  // namespace

void add_routes(web::Router& router, Engine& engine) {
  const std::string named = "/entities/by-name/{kind}/{namespace}/{name}";
  Routes entities(router, std::make_shared<EntityHandlers>(engine));
  entities.add("GET", "/entities", &EntityHandlers::list);
  entities.add("GET", "/entities/by-query", &EntityHandlers::by_query);
  entities.add("POST", "/entities/by-query", &EntityHandlers::by_query_post);
  entities.add("POST", "/entities/by-refs", &EntityHandlers::by_refs);
  entities.add("GET", "/entities/by-uid/{uid}", &EntityHandlers::by_uid);
  entities.add("DELETE", "/entities/by-uid/{uid}", &EntityHandlers::remove_by_uid);
  entities.add("GET", named, &EntityHandlers::by_name);
  entities.add("GET", named + "/ancestry", &EntityHandlers::ancestry);
  entities.add("GET", "/entity-facets", &EntityHandlers::facets);
  entities.add("POST", "/entity-facets", &EntityHandlers::facets_post);

  Routes locations(router, std::make_shared<LocationHandlers>(engine));
  locations.add("GET", "/locations", &LocationHandlers::list);
  locations.add("POST", "/locations", &LocationHandlers::add);
  locations.add("POST", "/locations/by-query", &LocationHandlers::by_query);
  locations.add("GET", "/locations/by-entity/{kind}/{namespace}/{name}",
                &LocationHandlers::by_entity);
  locations.add("GET", "/locations/{id}", &LocationHandlers::get);
  locations.add("PUT", "/locations/{id}", &LocationHandlers::change);
  locations.add("DELETE", "/locations/{id}", &LocationHandlers::remove);
  locations.add("POST", "/refresh", &LocationHandlers::refresh);
  locations.add("POST", "/validate-entity", &LocationHandlers::validate);
  locations.add("POST", "/analyze-location", &LocationHandlers::analyze);

  router.add("GET", "/api/catalog/.well-known/backstage/permissions/metadata",
             [](net::Request& request) { return answer(request, permissions_metadata()); });
  router.any("/api/catalog/{rest...}", nothing);
}

}  // namespace gp::catalog
