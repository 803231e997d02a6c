// JSON Patch: [document, patch]. The document is untouched, limits hold, a result is a writable
// document.

#include "base/json.hpp"
#include "engine/patch/patch.hpp"
#include "engine/patch/pointer.hpp"
#include "fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input =
      gp::parse_json(gp::fuzz::text_of(data, size), {.bytes_max = 1U << 16U, .depth_max = 100});
  if (!input) return 0;
  const gp::Value document = input->at(0);
  const std::string before = gp::to_json(document);
  const gp::patch::Limits limits = {
      .operations_max = 200, .copied_bytes_max = 1U << 16U, .depth_max = 200};
  const auto result = gp::patch::apply_json_patch(document, input->at(1), limits);
  GP_CHECK(gp::to_json(document) == before, "the target is untouched");
  if (result) {
    const auto again = gp::parse_json(gp::to_json(*result), {.depth_max = 200});
    const bool is_exact = !gp::fuzz::has_inexact_double(*result);
    GP_CHECK(again.has_value() && (!is_exact || *again == *result),
             "the result is a document within its depth");
  }
  for (const gp::Value& operation : input->at(1).items()) {
    const auto pointer = gp::patch::Pointer::parse(operation["path"].text());
    if (pointer)
      GP_CHECK(pointer->to_string() == operation["path"].text(),
               "pointers are written as they were read");
  }
  return 0;
}
