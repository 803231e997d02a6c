#pragma once
// Texts that repeat (references, keys, values) as small numbers: the bytes once in large blocks, a
// table of numbers to find them. Grows only; not thread-safe.

#include <bit>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace gp::catalog {

class TextTable {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  std::uint32_t id_of(std::string_view text) {
    if ((texts_.size() + 1) * 2 > slots_.size()) grow();
    std::uint32_t& slot = slots_[place(text)];
    if (slot != kNone) return slot;
    slot = static_cast<std::uint32_t>(texts_.size());
    texts_.push_back(keep(text));
    bytes_ += text.size();
    return slot;
  }
  std::uint32_t find(std::string_view text) const {  // kNone when nobody added it
    return slots_.empty() ? kNone : slots_[place(text)];
  }
  std::string_view text(std::uint32_t id) const { return texts_[id]; }
  std::size_t size() const { return texts_.size(); }
  std::size_t bytes() const { return bytes_; }
  std::size_t memory_bytes() const {
    return blocks_.size() * kBlock + texts_.capacity() * sizeof(std::string_view) +
           slots_.capacity() * sizeof(std::uint32_t);
  }

 private:
  static constexpr std::size_t kBlock = 64U << 10U;

  // Where the text is, or where it would go.
  std::size_t place(std::string_view text) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = std::hash<std::string_view>()(text) & mask;
    while (slots_[at] != kNone && texts_[slots_[at]] != text) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    slots_.assign(std::bit_ceil((texts_.size() + 8) * 4), kNone);
    for (std::uint32_t id = 0; id < texts_.size(); ++id) slots_[place(texts_[id])] = id;
  }
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > room_) {
      const std::size_t bytes = text.size() > kBlock ? text.size() : kBlock;
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
      next_ = blocks_.back().get();
      room_ = bytes;
    }
    std::memcpy(next_, text.data(), text.size());
    const std::string_view kept(next_, text.size());
    next_ += text.size();
    room_ -= text.size();
    return kept;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  std::size_t room_ = 0;
  std::vector<std::string_view> texts_;  // by number
  std::vector<std::uint32_t> slots_;
  std::size_t bytes_ = 0;
};

using RefId = std::uint32_t;

}  // namespace gp::catalog
