// Definitions: [spec, object, old object]. Whatever the definition, checking it ends with words;
// one that is fine becomes kinds whose objects are pruned, defaulted and checked alike each time.

#include "platform/object/definition.hpp"

#include "base/json.hpp"
#include "engine/schema/structural.hpp"
#include "fuzz_input.hpp"
#include "platform/object/decode.hpp"
#include "platform/object/defaults.hpp"
#include "platform/object/validate.hpp"

namespace {

using gp::Value;
using namespace gp::object;

KindPtr definition_kind() {
  static const KindPtr kind = [] {
    KindRegistry registry;
    add_builtin_kinds(registry);
    return registry.resolve("crd");
  }();
  return kind;
}

std::string words_of(const Kind& kind, const Value& object, const Value* before) {
  std::string words;
  for (const FieldError& error : validate(kind, object, before)) {
    GP_CHECK(!error.field.empty() && !error.message().empty(), "what is wrong has place and words");
    words += error.field + error.message();
  }
  return words;
}

Value filled(const Kind& kind, const Value& raw) {
  std::vector<std::string> problems;
  auto object = decode_patched(kind, raw, problems);
  if (!object) return {};
  apply_defaults(kind, *object, nullptr);
  return *std::move(object);
}

void check_objects(const Kind& kind, const Value& raw, const Value& raw_before) {
  const Value object = filled(kind, raw);
  const Value before = filled(kind, raw_before);
  if (!object.is_object() || !before.is_object()) return;
  GP_CHECK(filled(kind, object) == object, "pruning and defaulting twice is doing so once");
  (void)words_of(kind, object, nullptr);
  const std::string changed = words_of(kind, object, &before);
  GP_CHECK(changed == words_of(kind, object, &before), "checking twice is checking once");
  if (kind.compiled_schema) {
    GP_CHECK(kind.compiled_schema->validate(object, {}, &object).empty(),
             "who changes nothing is told nothing");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input =
      gp::parse_json(gp::fuzz::text_of(data, size), {.bytes_max = 1U << 14U, .depth_max = 60});
  if (!input || !input->at(0).is_object()) return 0;
  const Value& spec = input->at(0);
  Value raw = Value::object({{"spec", spec}});
  raw.edit("metadata")
      .set("name", fmt::format("{}.{}", spec["names"]["plural"].text(), spec["group"].text()));
  const Value definition = filled(*definition_kind(), raw);
  if (!definition.is_object()) return 0;
  const std::string problems = words_of(*definition_kind(), definition, nullptr);
  (void)words_of(*definition_kind(), definition, &definition);
  if (!problems.empty()) return 0;
  for (Kind& described : kinds_of_definition(definition)) {
    const KindPtr kind = KindRegistry::ready(std::move(described));
    check_objects(*kind, input->at(1), input->at(2));
  }
  return 0;
}
