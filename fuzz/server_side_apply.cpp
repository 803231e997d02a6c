// A kind's resource on the first line, then JSON: [live, config]. Applying twice is applying once;
// what is applied is owned; a field that another manager owns is a conflict unless forced.

#include "base/json.hpp"
#include "fuzz_input.hpp"
#include "platform/api/field_set.hpp"
#include "platform/api/managed_fields.hpp"
#include "platform/object/decode.hpp"

namespace {

using namespace gp;

const object::KindRegistry& all_kinds() {
  static const auto* const kinds = [] {
    auto* all = new object::KindRegistry;
    object::add_builtin_kinds(*all);
    return all;
  }();
  return *kinds;
}

// As the verbs do before they apply: only what fits the kind's type gets there.
std::optional<Value> decoded(const object::Kind& kind, Value document) {
  document.set("apiVersion", kind.api_version());
  document.set("kind", kind.kind);
  std::vector<std::string> problems;
  auto result = object::decode(kind, document, {}, problems);
  if (!result) return std::nullopt;
  return std::move(*result);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [resource, text] = fuzz::split_line(fuzz::text_of(data, size));
  const object::KindPtr kind = all_kinds().find_resource(resource);
  const auto input = parse_json(text, {.bytes_max = 1U << 16U, .depth_max = 60});
  if (!kind || !input || !input->at(0).is_object() || !input->at(1).is_object()) return 0;
  const auto live = decoded(*kind, input->at(0));
  auto config = decoded(*kind, input->at(1));
  if (!live || !config) return 0;
  if (config->find("metadata") != nullptr && (*config)["metadata"].is_object()) {
    config->edit("metadata").erase("managedFields");
  }

  api::WriteOptions options;
  options.field_manager = "fuzz";
  options.force = true;
  const TimePoint now{};
  const auto once = api::apply_config(*kind, *live, *config, "", options, now);
  if (!once) {
    GP_CHECK(!once.error().message.empty(), "an error says something");
    return 0;
  }
  const auto twice = api::apply_config(*kind, *once, *config, "", options, now);
  GP_CHECK(twice.has_value(), "what was applied can be applied again");
  GP_CHECK(*twice == *once, "applying twice is applying once");

  options.field_manager = "other";
  options.force = false;
  GP_CHECK(api::apply_config(*kind, *once, *config, "", options, now).has_value(),
           "who wants what is there meets no conflict");
  return 0;
}
