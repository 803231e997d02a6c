// JSON text: what is read, written and read again is equal; strict reading agrees.

#include "base/json.hpp"
#include "fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = gp::fuzz::text_of(data, size);
  const auto value = gp::parse_json(text, {.bytes_max = 1U << 20U, .depth_max = 100});
  std::vector<std::string> duplicates;
  const auto strict =
      gp::parse_json_strict(text, duplicates, {.bytes_max = 1U << 20U, .depth_max = 100});
  GP_CHECK(value.has_value() == strict.has_value(), "strict reading accepts the same texts");
  if (!value) {
    GP_CHECK(value.error().message == strict.error().message, "for the same reason");
    return 0;
  }
  GP_CHECK(*value == *strict, "and reads the same");
  for (const int indent : {0, 2}) {
    for (const bool sorted : {true, false}) {
      const gp::JsonStyle style = {.sort_members = sorted, .escape_html = sorted, .indent = indent};
      const std::string written = gp::to_json(*value, style);
      const auto again = gp::parse_json(written);
      GP_CHECK(again.has_value(), "what we write is JSON");
      if (gp::fuzz::has_inexact_double(*value)) continue;
      GP_CHECK(*again == *value, "what we write reads back equal");
      GP_CHECK(gp::to_json(*again, style) == written, "writing is stable");
    }
  }
  return 0;
}
