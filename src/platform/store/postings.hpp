#pragma once
// Which slots have a label, or an owner: sorted sets of slots, small ones without an allocation,
// found by a hash of what they have.
//
// Only the hash is kept, so two labels may share a set: whoever reads one checks the objects.

#include <cstdint>
#include <span>
#include <vector>

#include "platform/store/flat_table.hpp"

namespace gp::store {

// A sorted set of slots in 16 bytes.
class Postings {
 public:
  Postings() = default;
  Postings(Postings&& other) noexcept { swap(other); }
  Postings& operator=(Postings&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Postings();

  void add(std::uint32_t slot);  // fine if it is there
  void remove(std::uint32_t slot);
  std::size_t size() const { return size_; }
  std::span<const std::uint32_t> slots() const { return {data(), size_}; }

 private:
  static constexpr std::uint32_t kInline = 2;  // as many fit in place of the pointer
  void swap(Postings& other) noexcept;
  bool is_inline() const { return capacity_ == 0; }
  const std::uint32_t* data() const { return is_inline() ? few_ : many_; }
  std::uint32_t* data() { return is_inline() ? few_ : many_; }
  void grow();

  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;  // of `many_`; 0: the slots stand in `few_`
  union {
    std::uint32_t few_[kInline] = {};
    std::uint32_t* many_;
  };
};

class SlotSets {
 public:
  void add(std::uint64_t hash, std::uint32_t slot);
  void remove(std::uint64_t hash, std::uint32_t slot);
  std::span<const std::uint32_t> find(std::uint64_t hash) const;

 private:
  struct Entry {
    std::uint64_t key = 0;
    Postings slots;
    bool is_empty() const { return slots.size() == 0; }
    std::size_t hash() const { return key; }
  };
  FlatTable<Entry> table_;
};

}  // namespace gp::store
