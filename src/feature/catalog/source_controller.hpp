#pragma once
// Hands CatalogSource objects that people write (kubectl, manifests) to the catalog, and takes them
// out again when they are deleted.
//
// Reads: CatalogSource. Writes: its status, when the catalog cannot take it; what was read from it
// the catalog reports itself.

#include <string>

#include "feature/catalog/engine.hpp"
#include "platform/runtime/manager.hpp"

namespace gp::catalog {

// `engine` must outlive the manager's work; `root` is the platform repository.
void add_source_controller(runtime::Manager& controllers, Engine& engine, std::string root);

}  // namespace gp::catalog
