#pragma once
// An open-addressing hash table of small entries: nothing but the entries in memory.
//
// An Entry is default-constructed empty, says `is_empty()`, and gives the hash it was filed under,
// `hash()`, of which the low bits are its home. Entries with equal hashes may coexist: callers say
// which one they mean.

#include <bit>
#include <cstddef>
#include <utility>
#include <vector>

namespace gp::store {

template <typename Entry>
class FlatTable {
 public:
  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const { return entries_.capacity() * sizeof(Entry); }

  void reserve(std::size_t count) {
    const std::size_t capacity = std::bit_ceil(count + count / 4 + 8);
    if (capacity > entries_.size()) rehash(capacity);
  }

  template <typename IsIt>
  const Entry* find(std::size_t hash, IsIt&& is_it) const {
    if (entries_.empty()) return nullptr;
    for (std::size_t at = hash & mask(); !entries_[at].is_empty(); at = (at + 1) & mask()) {
      if (entries_[at].hash() == hash && is_it(entries_[at])) return &entries_[at];
    }
    return nullptr;
  }
  template <typename IsIt>
  Entry* find(std::size_t hash, IsIt&& is_it) {
    return const_cast<Entry*>(std::as_const(*this).find(hash, std::forward<IsIt>(is_it)));
  }

  // The pointer is good until the next insert or erase.
  Entry* insert(Entry entry) {
    if ((size_ + 1) * 5 > entries_.size() * 4) {
      rehash(entries_.empty() ? 16 : entries_.size() * 2);
    }
    ++size_;
    return place(std::move(entry));
  }

  void erase(Entry* entry) {
    std::size_t hole = static_cast<std::size_t>(entry - entries_.data());
    // Entries behind the hole move up unless that would put them before their home.
    for (std::size_t at = (hole + 1) & mask(); !entries_[at].is_empty(); at = (at + 1) & mask()) {
      const std::size_t home = entries_[at].hash() & mask();
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      entries_[hole] = std::move(entries_[at]);
      hole = at;
    }
    entries_[hole] = Entry();
    --size_;
  }

 private:
  std::size_t mask() const { return entries_.size() - 1; }

  Entry* place(Entry entry) {
    std::size_t at = entry.hash() & mask();
    while (!entries_[at].is_empty()) at = (at + 1) & mask();
    entries_[at] = std::move(entry);
    return &entries_[at];
  }

  void rehash(std::size_t capacity) {
    std::vector<Entry> old(capacity);
    std::swap(old, entries_);
    for (Entry& entry : old) {
      if (!entry.is_empty()) place(std::move(entry));
    }
  }

  std::vector<Entry> entries_;
  std::size_t size_ = 0;
};

}  // namespace gp::store
