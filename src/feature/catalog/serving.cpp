#include "feature/catalog/serving.hpp"

#include <mutex>

namespace gp::catalog {
namespace {

constexpr std::size_t kPiece = 200;

}  // namespace

void Serving::apply(const std::vector<Change>& changes) {
  for (std::size_t begin = 0; begin < changes.size(); begin += kPiece) {
    const std::unique_lock lock(mutex_);
    const std::size_t end = std::min(begin + kPiece, changes.size());
    for (std::size_t i = begin; i < end; ++i) {
      const Change& change = changes[i];
      if (change.entity.is_null())
        index_->remove(change.ref);
      else
        index_->put(change.ref, change.uid, change.entity);
    }
  }
  if (read([](const SearchIndex& index) { return index.is_worn(); })) rebuild();
}

// Built beside the old one; only the engine writes, so nothing comes between.
void Serving::rebuild() {
  auto fresh = std::make_unique<SearchIndex>();
  {
    const std::shared_lock lock(mutex_);
    index_->live().for_each([&](std::size_t slot) {
      const auto at = static_cast<Slot>(slot);
      fresh->put(index_->ref(at), index_->uid(at), index_->entity(at));
    });
  }
  const std::unique_lock lock(mutex_);
  index_.swap(fresh);
}

}  // namespace gp::catalog
