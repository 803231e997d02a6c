#pragma once
// The routes that the catalog serves, on one screen (routes.cpp).

#include "feature/catalog/engine.hpp"
#include "platform/web/router.hpp"

namespace gp::catalog {

// /api/catalog
void add_routes(web::Router& router, Engine& engine);

// Health, permissions, sign-in: see platform_routes.cpp.
void add_platform_routes(web::Router& router);

}  // namespace gp::catalog
