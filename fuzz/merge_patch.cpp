// Merge patches: [from, to]. The patch made of two documents leads from one to the other.

#include "base/json.hpp"
#include "engine/patch/patch.hpp"
#include "fuzz_input.hpp"

namespace {

bool has_null_member(const gp::Value& value) {
  for (const auto& member : value.members()) {
    if (member.value.is_null() || has_null_member(member.value)) return true;
  }
  return false;  // nulls in lists are taken as they are
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input =
      gp::parse_json(gp::fuzz::text_of(data, size), {.bytes_max = 1U << 16U, .depth_max = 100});
  if (!input) return 0;
  const gp::Value& from = input->at(0);
  const gp::Value& to = input->at(1);
  const gp::Value patched = gp::patch::apply_merge_patch(from, to);
  GP_CHECK(gp::patch::apply_merge_patch(patched, to) == patched, "patching twice is patching once");
  const gp::Value patch = gp::patch::make_merge_patch(from, to);
  if (!has_null_member(to))
    GP_CHECK(gp::patch::apply_merge_patch(from, patch) == to, "the patch leads there");
  return 0;
}
