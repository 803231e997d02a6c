#pragma once
// A batch while it is put together: what the objects would be if it were committed, so that each
// transaction is checked against those before it. Private to the sequencer.

#include <unordered_map>
#include <vector>

#include "platform/store/disk.hpp"
#include "platform/store/watch.hpp"

namespace gp::store {

// One write that passed its check.
struct Change {
  Slot slot = 0;
  Event::Type type = Event::Type::Added;
  ObjectRef object;    // for a deletion: the last state at the deletion's revision
  ObjectRef previous;  // null for a creation
};

// Numbers for new keys: those given back first, then new ones.
class SlotSource {
 public:
  void start(const std::vector<ObjectRef>& slots);  // those with an object are taken
  Slot take();
  void give_back(Slot slot) { free_.push_back(slot); }

 private:
  Slot next_ = 0;
  std::vector<Slot> free_;
};

class Staging {
 public:
  Staging(const Index& index, SlotSource& slots, Revision revision)
      : index_(index), slots_(slots), revision_(revision) {}

  // Checks the transaction and stages all of it, or nothing.
  Result<Committed> add(const Transaction& transaction);

  const std::vector<Change>& changes() const { return changes_; }
  std::vector<Change> take_changes() { return std::move(changes_); }
  Revision revision() const { return revision_; }
  // The slots that were taken go back: the batch failed.
  void abandon();

 private:
  struct Newest {
    ObjectRef object;  // null: does not exist
    Slot slot = 0;
  };
  struct HashKey {
    std::size_t operator()(const KeyView& key) const noexcept { return key.hash(); }
  };

  Newest newest(const KeyView& key) const;
  Result<> check(const Transaction& transaction) const;
  Result<> check(const Write& write) const;
  void stage(const Write& write);

  const Index& index_;
  SlotSource& slots_;
  Revision revision_;
  std::vector<Change> changes_;
  std::vector<Slot> taken_;
  std::unordered_map<KeyView, Newest, HashKey> staged_;  // keys point into `changes_`
};

}  // namespace gp::store
