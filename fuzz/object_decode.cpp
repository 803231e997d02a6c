// A kind's name on the first line, then JSON: decoded, completed, checked, shown as a row. What was
// decoded once is settled: decoding and defaulting it again changes nothing and finds nothing
// unknown.

#include "base/json.hpp"
#include "fuzz_input.hpp"
#include "platform/object/columns.hpp"
#include "platform/object/convert.hpp"
#include "platform/object/decode.hpp"
#include "platform/object/defaults.hpp"
#include "platform/object/test_kinds.hpp"
#include "platform/object/validate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gp;
  using namespace gp::object;
  const auto [name, text] = fuzz::split_line(fuzz::text_of(data, size));
  const KindPtr kind = test_kinds().resolve(name);
  std::vector<std::string> problems;
  const auto raw = parse_json_strict(text, problems, {.bytes_max = 1U << 16U, .depth_max = 100});
  if (!kind || !raw) return 0;

  const std::vector<std::string> duplicates = std::move(problems);
  problems.clear();
  const auto decoded = decode(*kind, *raw, duplicates, problems);
  if (!decoded) {
    GP_CHECK(!decoded.error().message.empty(), "an error says something");
    return 0;
  }
  problems.clear();
  const auto again = decode(*kind, *decoded, {}, problems);
  GP_CHECK(again.has_value(), "what was decoded is acceptable");
  if (!fuzz::has_inexact_double(*decoded)) {
    GP_CHECK(*again == *decoded, "decoding is settled");
  }
  GP_CHECK(problems.empty(), "nothing unknown is left");

  Value object = *decoded;
  apply_defaults(*kind, object, nullptr);
  Value once = object;
  apply_defaults(*kind, object, nullptr);
  GP_CHECK(object == once, "defaults are settled");
  prepare_for_create(*kind, object);
  prepare_for_update(*kind, once, object);
  GP_CHECK(!is_new_generation(object, object), "nothing has changed");
  (void)validate(*kind, object, nullptr);
  (void)validate(*kind, object, &once);
  (void)row_cells(*kind, object, TimePoint{});
  for (const std::string_view version : {"v1", "v2", "v1beta1"}) {
    const KindPtr other = test_kinds().find(kind->group, version, kind->plural);
    if (other) (void)convert(object, *other);
  }
  return 0;
}
