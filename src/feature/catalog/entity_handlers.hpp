#pragma once
// The reading half of the catalog API: lists, queries, single entities, facets, ancestry.

#include "feature/catalog/answers.hpp"
#include "feature/catalog/cursor.hpp"
#include "feature/catalog/engine.hpp"

namespace gp::catalog {

class EntityHandlers {
 public:
  explicit EntityHandlers(Engine& engine) : engine_(engine) {}

  Result<net::Response> list(net::Request& request);           // GET entities
  Result<net::Response> by_query(net::Request& request);       // GET entities/by-query
  Result<net::Response> by_query_post(net::Request& request);  // POST entities/by-query
  Result<net::Response> by_name(net::Request& request);
  Result<net::Response> by_uid(net::Request& request);
  Result<net::Response> remove_by_uid(net::Request& request);
  Result<net::Response> by_refs(net::Request& request);
  Result<net::Response> ancestry(net::Request& request);
  Result<net::Response> facets(net::Request& request);       // GET entity-facets
  Result<net::Response> facets_post(net::Request& request);  // POST entity-facets

 private:
  Result<net::Response> page(const Asked& asked, const std::optional<Cursor>& cursor,
                             std::size_t limit, std::size_t offset, const Projection& projection);
  net::Response counted(const net::Request& request, const std::vector<std::string>& facets,
                        const Query& query) const;

  Engine& engine_;
};

}  // namespace gp::catalog
