#pragma once
// The entities as they are served, and the index that filters, orders and counts them.
//
// One column a key: (entity, lower-case text, original text), by entity. A filter scans the columns
// it names into bitmaps, so 100,000 entities take well under a millisecond a condition; orders are
// sorted once and kept until the next change. Texts are shared numbers. Not thread-safe: see
// Serving.

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/ids.hpp"
#include "base/value.hpp"
#include "feature/catalog/bitmap.hpp"
#include "feature/catalog/ref_table.hpp"
#include "feature/catalog/search_terms.hpp"

namespace gp::catalog {

using Slot = std::uint32_t;

class SearchIndex {
 public:
  static constexpr std::uint32_t kNoText = TextTable::kNone;

  // One text of one entity at one key.
  struct Entry {
    Slot slot = 0;
    std::uint32_t lower = kNoText;     // kNoText: exists, equals nothing
    std::uint32_t original = kNoText;  // in its author's letters
    bool is_element = false;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  using Column = std::vector<Entry>;
  // A key's column; computed when the key ends in an array's element (`metadata.tags.go`).
  using ColumnPtr = std::shared_ptr<const Column>;

  // Entities that have the key, by its text, then by uid.
  struct Order {
    std::vector<Slot> slots;
    std::vector<std::uint32_t> texts;  // lower case, beside slots
  };

  void put(std::string_view ref, const Uuid& uid, Value entity);
  void remove(std::string_view ref);

  std::size_t count() const { return live_count_; }
  std::size_t slots() const { return entities_.size(); }
  const Bitmap& live() const { return live_; }
  std::optional<Slot> find(std::string_view ref) const;
  std::optional<Slot> find_uid(const Uuid& uid) const;
  const Value& entity(Slot slot) const { return entities_[slot].document; }
  std::string_view ref(Slot slot) const { return refs_.text(entities_[slot].ref); }
  const Uuid& uid(Slot slot) const { return entities_[slot].uid; }

  // Of a lower-case key; empty when nobody has it.
  ColumnPtr column(std::string_view key) const;
  std::uint32_t find_text(std::string_view lower) const { return texts_.find(lower); }
  std::string_view text(std::uint32_t id) const { return texts_.text(id); }

  // Kept until the next put() or remove(). The empty key orders by uid.
  std::shared_ptr<const Order> order(std::string_view key) const;

  // Texts of entities that are gone stay; true when building anew would pay.
  bool is_worn() const { return dead_bytes_ > (8U << 20U) && dead_bytes_ > texts_.bytes() / 2; }
  std::size_t memory_bytes() const;

 private:
  static constexpr Slot kNoSlot = 0xffffffff;
  struct Entity {
    RefId ref = 0;
    Uuid uid{};
    Value document;
  };
  struct UidHash {
    std::size_t operator()(const Uuid& uid) const noexcept;
  };
  using KeyedEntry = std::pair<std::uint32_t, Entry>;

  std::vector<KeyedEntry> entries_of(Slot slot, const Value& entity);
  void unindex(Slot slot, const std::vector<KeyedEntry>& entries);
  void index(const std::vector<KeyedEntry>& entries);
  void erase_column(std::uint32_t key, Slot slot);
  std::shared_ptr<Order> sorted(std::string_view key) const;

  TextTable keys_, texts_, refs_;
  std::vector<std::shared_ptr<Column>> columns_;  // by key
  std::vector<Entity> entities_;                  // by slot
  Bitmap live_{0};
  std::size_t live_count_ = 0;
  std::size_t dead_bytes_ = 0;
  std::vector<Slot> free_;
  std::vector<Slot> by_ref_;  // by RefId; kNoSlot: gone
  std::unordered_map<Uuid, Slot, UidHash> by_uid_;

  struct KeptOrders;
  std::shared_ptr<KeptOrders> orders_ = make_orders();
  static std::shared_ptr<KeptOrders> make_orders();
};

}  // namespace gp::catalog
