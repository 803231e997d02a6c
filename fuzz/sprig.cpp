// Templates with sprig's functions: any text parses or is refused, and runs within its limits.

#include "engine/sprig/sprig.hpp"

#include "base/json.hpp"
#include "fuzz_input.hpp"

namespace {

// Functions that take long by design (keys, password hashes) teach a fuzzer nothing.
gp::tmpl::FunctionTable functions() {
  static const gp::FakeClock clock;
  static gp::SeededRandom random(1);
  gp::tmpl::FunctionTable table;
  gp::sprig::add_functions(table, {.clock = &clock, .random = &random, .resolve = {}});
  for (const char* slow :
       {"genPrivateKey", "genCA", "genCAWithKey", "genSelfSignedCert", "genSelfSignedCertWithKey",
        "genSignedCert", "genSignedCertWithKey", "bcrypt", "htpasswd", "derivePassword"})
    table.erase(slow);
  return table;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const gp::tmpl::FunctionTable table = functions();
  static const gp::Value document =
      gp::parse_json(R"({"s": "a,b", "n": 1.5, "l": [1, "a", null], "m": {"a": {"b": true}}})")
          .value();
  gp::tmpl::TemplateSet set(&table);
  if (!set.parse("fuzz", std::string(gp::fuzz::text_of(data, size)))) return 0;
  gp::tmpl::Limits limits;
  limits.steps = 5'000;
  limits.output_bytes = 1 << 20;
  limits.stack_bytes = 1 << 20;
  limits.made_bytes = 16 << 20;
  static_cast<void>(set.execute("fuzz", gp::tmpl::Val::from_value(document), limits));
  return 0;
}
