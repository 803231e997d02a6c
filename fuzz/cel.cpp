// CEL: an expression on the first line, then a schema of `self`, then its value, as JSON. What
// compiles has a type and a cost, and runs to the same end twice, within what it may spend.

#include "engine/cel/cel.hpp"

#include "base/json.hpp"
#include "engine/schema/structural.hpp"
#include "fuzz_input.hpp"

namespace {

constexpr std::uint64_t kUnits = 20'000;

struct Outcome {
  gp::Value value;
  std::string error;
  std::uint64_t left = 0;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome run(const gp::cel::Program& program, const gp::Value& self, const gp::cel::TypePtr& type) {
  gp::cel::Budget budget{.remaining = kUnits};
  const gp::cel::Val out = program.evaluate(
      {{"self", gp::cel::Val::json(self, type)}, {"oldSelf", gp::cel::Val::json(self, type)}},
      budget);
  if (out.is_error()) return {{}, std::string(out.text()), budget.remaining};
  return {out.to_json(), {}, budget.remaining};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [expression, rest] = gp::fuzz::split_line(gp::fuzz::text_of(data, size));
  const auto [schema_text, self_text] = gp::fuzz::split_line(rest);
  const gp::JsonLimits limits = {.bytes_max = 1U << 12U, .depth_max = 30};
  const auto schema = gp::parse_json(schema_text, limits);
  const auto self = gp::parse_json(self_text, limits);
  const gp::cel::TypePtr type = gp::cel::type_of_schema(schema ? *schema : gp::Value());
  const gp::cel::ParseLimits parse = {.bytes_max = 4000, .depth_max = 60, .nodes_max = 2000};
  const auto program =
      gp::cel::Program::compile(expression, {{"self", type}, {"oldSelf", type}}, parse);
  if (!program) {
    GP_CHECK(!program.error().message.empty(), "what does not compile says why");
    return 0;
  }
  GP_CHECK(!program->result_type().to_string().empty(), "what compiles has a type");
  const gp::cel::CostRange cost = program->estimated_cost(1000);
  GP_CHECK(cost.min <= cost.max, "the least cost is no more than the most");
  for (const std::string& name : program->variables()) {
    GP_CHECK(name == "self" || name == "oldSelf", "variables are those of the environment");
  }
  if (!self) return 0;
  if (const auto structural = schema ? gp::schema::StructuralSchema::compile(*schema)
                                     : gp::schema::StructuralSchema::compile(gp::Value::object());
      !structural || !structural->validate(*self).empty()) {
    return 0;  // rules run on what the schema accepts
  }
  const Outcome first = run(*program, *self, type);
  GP_CHECK(first == run(*program, *self, type), "an expression means one thing");
  return 0;
}
