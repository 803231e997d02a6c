#pragma once
// The software catalog: entities from catalog-info files and URLs, validated, related, searchable.
//
// Reads: the platform's catalog locations, registered locations (CatalogSource objects), the files
// and URLs they name. Writes: one object an entity (components.backstage.io, …), CatalogSource
// status. Serves: /api/catalog as Backstage does. Docs: docs/catalog.md.
//
// Files are the source of truth: a change of an entity object made with kubectl is overwritten the
// next time its entity changes.

#include <memory>
#include <string_view>

#include "adapter/net/http.hpp"
#include "platform/runtime/mount.hpp"

namespace gp::catalog {

class Catalog {
 public:
  virtual ~Catalog() = default;  // stop()
  // Returns at once; the part "catalog" tells when everything has been read.
  virtual Result<> start() = 0;
  virtual void stop() = 0;
};

// Adds routes and the part "catalog". `mount` must outlive what is returned.
std::unique_ptr<Catalog> mount(runtime::Mount& mount);

// An error in the shape of Backstage's plugins; `plugin` is the path that request.url is told below
// ("/api/catalog"). Also what the portal's filter answers when credentials are missing
// (unauthenticated(…) gives 401 AuthenticationError).
net::Response error_response(const net::Request& request, const Error& error,
                             std::string_view plugin = "/api/catalog");

}  // namespace gp::catalog
