#pragma once
// The index behind a lock: many readers (requests), one writer (the engine).
//
// A reader takes what it needs inside read() and writes its answer outside: entities are shared
// immutable documents.

#include <memory>
#include <shared_mutex>

#include "feature/catalog/search_index.hpp"
#include "feature/catalog/state.hpp"

namespace gp::catalog {

class Serving {
 public:
  template <typename Ask>
  auto read(Ask ask) const {
    const std::shared_lock lock(mutex_);
    return ask(static_cast<const SearchIndex&>(*index_));
  }

  // In pieces, so that readers wait for milliseconds at most.
  void apply(const std::vector<Change>& changes);

 private:
  void rebuild();

  mutable std::shared_mutex mutex_;  // guards the field below
  std::unique_ptr<SearchIndex> index_ = std::make_unique<SearchIndex>();
};

}  // namespace gp::catalog
