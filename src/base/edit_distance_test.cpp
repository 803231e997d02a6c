#include "base/edit_distance.hpp"

#include <doctest/doctest.h>

using namespace gp;

TEST_CASE("edit distance: counts insertions, deletions and substitutions without case") {
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("Replicas", "replicas") == 0);
  CHECK(edit_distance("", "abc") == 3);
}

TEST_CASE("nearest word: far words are not suggested") {
  CHECK(nearest_word("locatons", {"locations", "rules"}) == "locations");
  CHECK(nearest_word("zzzzzz", {"locations", "rules"}).empty());
  CHECK(nearest_word("x", {}).empty());
}
