#pragma once
// Finds a member of a large object by name: an open-addressing table of positions. Private to
// Value.
//
// The hash is keyed by a random number of this process, so that a document cannot be made to
// collide.

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace gp {

std::uint64_t hash_name(std::string_view name) noexcept;  // differs from process to process

class NameIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;
  static constexpr std::size_t kMembersMin = 16;  // with fewer members a scan is faster

  explicit NameIndex(std::size_t members)
      : mask_(std::bit_ceil(members * 2) - 1), slots_(std::make_unique<Slot[]>(mask_ + 1)) {}

  NameIndex* clone() const {
    auto* copy = new NameIndex((mask_ + 1) / 2);
    std::memcpy(copy->slots_.get(), slots_.get(), (mask_ + 1) * sizeof(Slot));
    return copy;
  }

  bool has_room(std::size_t members) const { return members * 4 <= (mask_ + 1) * 3; }

  // The name must not be present.
  void add(std::string_view name, std::uint32_t position) {
    const std::uint64_t hash = hash_name(name);
    std::size_t at = hash & mask_;
    while (slots_[at].position_plus_one != 0) at = (at + 1) & mask_;
    slots_[at] = {static_cast<std::uint32_t>(hash >> 32U), position + 1};
  }

  // `is_name(position)` says whether the member there has the wanted name.
  template <typename IsName>
  std::uint32_t find(std::string_view name, IsName&& is_name) const {
    const std::uint64_t hash = hash_name(name);
    const auto check = static_cast<std::uint32_t>(hash >> 32U);
    for (std::size_t at = hash & mask_; slots_[at].position_plus_one != 0; at = (at + 1) & mask_) {
      const std::uint32_t position = slots_[at].position_plus_one - 1;
      if (slots_[at].check == check && is_name(position)) return position;
    }
    return kNone;
  }

 private:
  struct Slot {
    std::uint32_t check = 0;              // upper half of the hash
    std::uint32_t position_plus_one = 0;  // 0: empty
  };

  std::size_t mask_;
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace gp
