// JSONPath: a template on the first line, a document below it. Finding and printing agree on
// failure.

#include "engine/jsonpath/jsonpath.hpp"

#include "base/json.hpp"
#include "fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [path, text] = gp::fuzz::split_line(gp::fuzz::text_of(data, size));
  const auto document = gp::parse_json(text, {.bytes_max = 1U << 14U, .depth_max = 50});
  const gp::Value root =
      document ? *document
               : gp::Value::object({{"a", gp::Value::array({1, "b", gp::Value::object()})}});
  for (const bool relaxed : {false, true}) {
    auto parsed =
        relaxed ? gp::jsonpath::JsonPath::parse_relaxed(path) : gp::jsonpath::JsonPath::parse(path);
    if (!parsed) continue;
    const auto strict = parsed->find(root);
    parsed->allow_missing();
    const auto found = parsed->find(root);
    const auto printed = parsed->print(root);
    GP_CHECK(!strict || found, "allowing what is missing refuses nothing more");
    GP_CHECK(found.has_value() == printed.has_value(), "finding and printing agree");
  }
  return 0;
}
