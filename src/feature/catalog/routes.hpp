#pragma once
// The routes of the catalog, on one screen (routes.cpp).

#include "feature/catalog/engine.hpp"
#include "platform/web/router.hpp"

namespace gp::catalog {

void add_routes(web::Router& router, Engine& engine);

}  // namespace gp::catalog
