#include "platform/store/postings.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace gp::store {

Postings::~Postings() {
  if (!is_inline()) delete[] many_;
}

void Postings::swap(Postings& other) noexcept {
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  // Slots or pointer, whichever it is.
  std::array<std::byte, sizeof few_> bytes;
  static_assert(sizeof few_ == sizeof many_);
  std::memcpy(bytes.data(), static_cast<const void*>(few_), sizeof few_);
  std::memcpy(static_cast<void*>(few_), static_cast<const void*>(other.few_), sizeof few_);
  std::memcpy(static_cast<void*>(other.few_), bytes.data(), sizeof few_);
}

void Postings::grow() {
  const std::uint32_t capacity = is_inline() ? 4 * kInline : capacity_ + capacity_ / 2;
  auto* bigger = new std::uint32_t[capacity];
  std::copy_n(data(), size_, bigger);
  if (!is_inline()) delete[] many_;
  many_ = bigger;
  capacity_ = capacity;
}

void Postings::add(std::uint32_t slot) {
  const auto present = slots();
  const auto at =
      static_cast<std::size_t>(std::ranges::lower_bound(present, slot) - present.begin());
  if (at < size_ && present[at] == slot) return;
  if (size_ == (is_inline() ? kInline : capacity_)) grow();
  std::uint32_t* to = data();
  std::copy_backward(to + at, to + size_, to + size_ + 1);
  to[at] = slot;
  ++size_;
}

void Postings::remove(std::uint32_t slot) {
  const auto present = slots();
  const auto at =
      static_cast<std::size_t>(std::ranges::lower_bound(present, slot) - present.begin());
  if (at == size_ || present[at] != slot) return;
  std::uint32_t* from = data();
  std::copy(from + at + 1, from + size_, from + at);
  --size_;
  if (!is_inline() && size_ == 0) {
    delete[] many_;
    capacity_ = 0;
  }
}

void SlotSets::add(std::uint64_t hash, std::uint32_t slot) {
  if (Entry* entry = table_.find(hash, [](const Entry&) { return true; })) {
    entry->slots.add(slot);
    return;
  }
  Entry entry;
  entry.key = hash;
  entry.slots.add(slot);
  table_.insert(std::move(entry));
}

void SlotSets::remove(std::uint64_t hash, std::uint32_t slot) {
  Entry* entry = table_.find(hash, [](const Entry&) { return true; });
  if (entry == nullptr) return;
  if (entry->slots.size() == 1 && entry->slots.slots()[0] == slot) {
    table_.erase(entry);
  } else {
    entry->slots.remove(slot);
  }
}

std::span<const std::uint32_t> SlotSets::find(std::uint64_t hash) const {
  const Entry* entry = table_.find(hash, [](const Entry&) { return true; });
  return entry == nullptr ? std::span<const std::uint32_t>() : entry->slots.slots();
}

}  // namespace gp::store
