#pragma once
// Tells a controller's own status writes from everybody else's changes, so that reporting does not
// wake the controller once more for nothing.
//
// A status write is a compare-and-set on the very revision that was reconciled. If it succeeds, the
// change that follows that revision is ours, and nothing else happened in between. The watch may
// show it before the write returns, so such a change is held back until the outcome is known. Any
// thread.

#include <mutex>
#include <unordered_map>

#include "platform/runtime/work_queue.hpp"
#include "platform/store/store.hpp"

namespace gp::runtime {

class OwnWrites {
 public:
  void begin(const object::Key& key, object::Revision base);
  // `written` is 0 when the write failed. True: a change of somebody else was held back, so look
  // again.
  bool end(const object::Key& key, object::Revision written);
  // True: do not wake the controller for this.
  bool hides(const store::Event& event);

 private:
  struct Write {
    object::Revision base = 0;
    object::Revision written = 0;    // known once the write has returned
    object::Revision held_back = 0;  // the change that followed `base`, seen before that
  };
  std::mutex mutex_;  // guards `writes_`
  std::unordered_map<object::Key, Write, KeyHash> writes_;
};

}  // namespace gp::runtime
