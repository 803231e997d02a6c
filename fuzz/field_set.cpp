// JSON: [a, b], two sets of fields as managedFields write them. What was read is written back
// alike, and sets obey the laws of sets.

#include "platform/api/field_set.hpp"

#include "base/json.hpp"
#include "fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gp;
  using api::FieldSet;
  const auto input =
      parse_json(fuzz::text_of(data, size), {.bytes_max = 1U << 16U, .depth_max = 200});
  if (!input) return 0;
  auto a = FieldSet::parse(input->at(0));
  auto b = FieldSet::parse(input->at(1));
  if (!a || !b) return 0;
  a->prune();
  b->prune();

  const auto again = FieldSet::parse(a->to_value());
  GP_CHECK(again.has_value(), "what was written can be read");
  GP_CHECK(*again == *a, "what was written reads back equal");
  GP_CHECK(a->empty() == a->paths().empty(), "a set has paths or is empty");

  const FieldSet both = unite(*a, *b);
  GP_CHECK(both == unite(*b, *a), "uniting has no order");
  GP_CHECK(subtract(both, both).empty(), "a set without itself is empty");
  GP_CHECK(intersect(both, *a) == *a, "what two have holds each");
  GP_CHECK(unite(subtract(*a, *b), intersect(*a, *b)) == *a, "two parts make the whole");
  GP_CHECK(intersect(subtract(*a, *b), *b).empty(), "what is taken away is gone");
  return 0;
}
