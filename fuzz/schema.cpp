// Schemas: [schema, value], read both as a structural schema and as draft-07.

#include "base/json.hpp"
#include "engine/schema/json_schema.hpp"
#include "engine/schema/structural.hpp"
#include "fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input =
      gp::parse_json(gp::fuzz::text_of(data, size), {.bytes_max = 1U << 14U, .depth_max = 60});
  if (!input) return 0;
  const gp::Value& schema = input->at(0);
  const gp::Value& value = input->at(1);

  const gp::schema::Limits limits = {.nodes_max = 1000, .problems_max = 20, .steps_max = 10'000};
  if (const auto structural = gp::schema::StructuralSchema::compile(schema, limits)) {
    for (const auto& problem : structural->validate(value)) {
      GP_CHECK(!problem.to_string().empty() && !problem.reason().empty(), "problems have words");
    }
    std::vector<std::string> removed;
    const gp::Value pruned = structural->pruned(value, &removed);
    GP_CHECK(removed.empty() == (pruned == value), "what changes is told");
    GP_CHECK(structural->pruned(pruned) == pruned, "pruning twice is pruning once");
    const gp::Value filled = structural->with_defaults(value);
    GP_CHECK(structural->with_defaults(filled) == filled, "defaulting twice is defaulting once");
  }
  gp::schema::JsonSchemaOptions options{
      .all_errors = true, .depth_max = 50, .steps_max = 10'000, .errors_max = 20};
  const auto all = gp::schema::JsonSchema::compile(schema, options);
  if (!all) return 0;
  options.all_errors = false;
  const auto first = gp::schema::JsonSchema::compile(schema, options);
  const auto errors = all->validate(value);
  const auto one = first->validate(value);
  const bool limited = (!errors.empty() && errors[0].keyword == "limit") ||
                       (!one.empty() && one[0].keyword == "limit");
  GP_CHECK(limited || errors.empty() == one.empty(), "asking for all errors changes no verdict");
  return 0;
}
