#pragma once
// The writing half of the catalog API: registered locations, refresh, validation, analysis.

#include "feature/catalog/answers.hpp"
#include "feature/catalog/engine.hpp"

namespace gp::catalog {

class LocationHandlers {
 public:
  explicit LocationHandlers(Engine& engine) : engine_(engine) {}

  Result<net::Response> list(net::Request& request);
  Result<net::Response> get(net::Request& request);
  Result<net::Response> add(net::Request& request);
  Result<net::Response> change(net::Request& request);
  Result<net::Response> remove(net::Request& request);
  Result<net::Response> by_query(net::Request& request);
  Result<net::Response> by_entity(net::Request& request);

  Result<net::Response> refresh(net::Request& request);
  Result<net::Response> validate(net::Request& request);
  Result<net::Response> analyze(net::Request& request);

 private:
  Engine& engine_;
};

// GET /.well-known/backstage/permissions/metadata
Value permissions_metadata();

}  // namespace gp::catalog
