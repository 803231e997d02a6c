#pragma once
// Every object of the store in memory, and the ways to find it: by key, by uid, by owner, by label,
// by namespace, in order.
//
// An object's key has a slot, a small number that stays the same for as long as the key exists (and
// is its row in the file). Indexes hold slots, 4 bytes each, so that replacing an object touches
// its slot, its place in the order, and nothing else unless labels or owners changed.
//
// Not synchronised: the store's lock guards it. Snapshots of the order may leave the lock.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/selector/selector.hpp"
#include "platform/object/object.hpp"
#include "platform/store/flat_table.hpp"
#include "platform/store/history.hpp"
#include "platform/store/ordered.hpp"
#include "platform/store/postings.hpp"

namespace gp::store {

using object::Key;
using Slot = std::uint32_t;

struct KeyView {
  std::string_view resource;
  std::string_view ns;
  std::string_view name;

  static KeyView of(const Key& key) { return {key.resource, key.ns, key.name}; }
  static KeyView of(const Object& object) {
    return {object.resource(), object.ns(), object.name()};
  }
  friend bool operator==(const KeyView&, const KeyView&) = default;
  std::uint64_t hash() const noexcept;
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept;
};

// What belongs to one resource. Never removed: there are as many as kinds.
struct Table {
  std::string resource;
  std::uint64_t hash = 0;  // of the resource
  Ordered objects;
  std::map<std::string, std::size_t, std::less<>> in_namespace;  // how many; none is not kept
  Chain chain;                                                   // its part of the history
};

class Index {
 public:
  struct Loaded {
    Slot slot = 0;
    ObjectRef object;
  };

  void reserve(std::size_t objects);
  void insert(Slot slot, ObjectRef object);
  // Gives back what was there, so that it can be freed after the lock.
  ObjectRef replace(Slot slot, ObjectRef object);
  ObjectRef erase(Slot slot);

  std::optional<Slot> slot_of(const KeyView& key) const;
  const std::vector<ObjectRef>& slots() const { return slots_; }  // null where free
  const ObjectRef& at(Slot slot) const { return slots_[slot]; }
  ObjectRef find(const KeyView& key) const;
  ObjectRef find_uid(const Uuid& uid) const;
  std::vector<ObjectRef> owned_by(const Uuid& owner) const;

  Table* table(std::string_view resource) const;  // or null
  Table& ensure_table(std::string_view resource);
  const std::vector<std::unique_ptr<Table>>& tables() const { return tables_; }

  // The objects that a selective requirement leaves, in no order; nothing when reading the whole
  // table is as good. They still have to be matched.
  std::optional<std::vector<ObjectRef>> candidates(const Table& table,
                                                   const selector::LabelSelector& labels) const;

  std::size_t size() const { return by_key_.size(); }
  std::size_t object_bytes() const { return object_bytes_; }

 private:
  struct SlotEntry {
    std::uint32_t hash_bits = 0;
    std::uint32_t slot_plus_one = 0;
    bool is_empty() const { return slot_plus_one == 0; }
    std::size_t hash() const { return hash_bits; }
    Slot slot() const { return slot_plus_one - 1; }
  };

  void enter(Slot slot, const Object& object, Table& table);
  void enter_owners(Slot slot, const Object& object);
  void leave_owners(Slot slot, const Object& object);
  void enter_labels(Slot slot, const Object& object, const Table& table);
  void leave_labels(Slot slot, const Object& object, const Table& table);
  void enter_uid(Slot slot, const Uuid& uid);
  void leave_uid(Slot slot, const Uuid& uid);

  std::vector<ObjectRef> slots_;
  FlatTable<SlotEntry> by_key_;
  FlatTable<SlotEntry> by_uid_;
  SlotSets by_owner_;
  SlotSets by_label_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::unordered_map<std::string_view, Table*, TextHash, std::equal_to<>> table_by_name_;
  std::size_t object_bytes_ = 0;
};

}  // namespace gp::store
