// toJson, fromJson and their kin.

#include "base/json.hpp"

#include "engine/sprig/json_text.hpp"
#include "engine/sprig/registry.hpp"

namespace gp::sprig {
namespace {

// The plain functions answer "" for what cannot be written, the must* ones fail.
void add_writer(Registry& registry, std::string_view name, std::string_view must_name,
                const JsonOptions& options) {
  const auto* anything = &types::kInterface;
  registry.add({name}, {anything}, [options](Arguments arguments) {
    auto text = json_text(arguments[0], options);
    return Val::string(text ? *std::move(text) : std::string());
  });
  registry.add({must_name}, {anything}, [options](Arguments arguments) -> Result<Val> {
    std::string text = TRY(json_text(arguments[0], options));
    return Val::string(std::move(text));
  });
}

Result<Val> must_from_json(Arguments arguments) {
  const gp::Value document = TRY(parse_json(arguments[0].text()));
  return Val::from_value(document);
}

// nil for what is no JSON.
Val from_json(Arguments arguments) {
  auto value = must_from_json(arguments);
  return value ? *std::move(value) : Val::nil();
}

}  // namespace

void add_json(Registry& registry) {
  add_writer(registry, "toJson", "mustToJson", {});
  add_writer(registry, "toPrettyJson", "mustToPrettyJson", {.is_indented = true});
  add_writer(registry, "toRawJson", "mustToRawJson", {.escapes_html = false});
  registry.add({"fromJson"}, {&types::kString}, from_json);
  registry.add({"mustFromJson"}, {&types::kString}, must_from_json);
}

}  // namespace gp::sprig
