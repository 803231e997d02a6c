#include "platform/store/postings.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "base/ids.hpp"

namespace gp::store {

TEST_CASE("postings: are what a map of sets would be, through random changes") {
  SeededRandom random(3);
  SlotSets sets;
  std::map<std::uint64_t, std::set<std::uint32_t>> model;
  for (int step = 0; step < 20'000; ++step) {
    // Few keys with many slots, many with one; low bits collide.
    const std::uint64_t key = random.below(3) == 0 ? random.below(5) : random.below(300) << 32U;
    const auto slot = static_cast<std::uint32_t>(random.below(500));
    if (random.below(5) < 3) {
      sets.add(key, slot);
      model[key].insert(slot);
    } else {
      sets.remove(key, slot);
      model[key].erase(slot);
    }
  }
  for (const auto& [key, slots] : model) {
    const auto found = sets.find(key);
    REQUIRE(std::vector(found.begin(), found.end()) == std::vector(slots.begin(), slots.end()));
  }
  CHECK(sets.find(999).empty());
}

}  // namespace gp::store
