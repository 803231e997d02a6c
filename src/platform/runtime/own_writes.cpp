#include "platform/runtime/own_writes.hpp"

namespace gp::runtime {

void OwnWrites::begin(const object::Key& key, object::Revision base) {
  const std::lock_guard lock(mutex_);
  writes_[key] = {base, 0, 0};
}

bool OwnWrites::end(const object::Key& key, object::Revision written) {
  const std::lock_guard lock(mutex_);
  const auto found = writes_.find(key);
  if (found == writes_.end()) return true;  // deleted meanwhile
  Write& write = found->second;
  const object::Revision seen = write.held_back;
  if (written == 0 || seen != 0) {
    writes_.erase(found);
    return seen != written;
  }
  write.written = written;
  return false;
}

bool OwnWrites::hides(const store::Event& event) {
  const std::lock_guard lock(mutex_);
  if (writes_.empty()) return false;
  const auto found = writes_.find(event.object->key());
  if (found == writes_.end()) return false;
  Write& write = found->second;

  if (write.written == 0) {  // under way
    const bool follows = event.type == store::Event::Type::Modified && event.previous &&
                         event.previous->revision() == write.base;
    if (follows) write.held_back = event.object->revision();
    return follows;
  }
  const bool is_own =
      event.type == store::Event::Type::Modified && event.object->revision() == write.written;
  if (event.object->revision() >= write.written) writes_.erase(found);
  return is_own;
}

}  // namespace gp::runtime
