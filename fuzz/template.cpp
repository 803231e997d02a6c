// Templates: any text parses or is refused, and runs within its limits.

#include "engine/template/template.hpp"

#include "base/json.hpp"
#include "fuzz_input.hpp"

using gp::tmpl::Limits;
using gp::tmpl::TemplateSet;
using gp::tmpl::Val;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const gp::Value document =
      gp::parse_json(R"({"s": "text", "n": 1.5, "l": [1, "a", null], "m": {"a": {"b": true}}})")
          .value();
  TemplateSet set;
  if (!set.parse("fuzz", std::string(gp::fuzz::text_of(data, size)))) return 0;
  Limits limits;
  limits.steps = 20'000;
  limits.output_bytes = 1 << 20;
  limits.stack_bytes = 1 << 20;
  const auto first = set.execute("fuzz", Val::from_value(document), limits);
  const auto second = set.execute("fuzz", Val::from_value(document), limits);
  GP_CHECK(first.has_value() == second.has_value(), "the same template ends the same way");
  if (first) GP_CHECK(*first == *second, "and prints the same");
  return 0;
}
