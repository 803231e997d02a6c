// Selectors: what is read is written in a form that reads back the same; matching follows from
// requirements.

#include "engine/selector/selector.hpp"

#include "base/json.hpp"
#include "engine/selector/names.hpp"
#include "fuzz_input.hpp"

using gp::selector::FieldSelector;
using gp::selector::LabelSelector;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = gp::fuzz::text_of(data, size);
  if (const auto labels = LabelSelector::parse(text)) {
    const std::string written = labels->to_string();
    const auto again = LabelSelector::parse(written);
    GP_CHECK(again.has_value(), "what we write is a selector");
    GP_CHECK(again->to_string() == written, "and the same one");
    for (const auto& requirement : labels->requirements()) {
      GP_CHECK(gp::selector::label_key_errors(requirement.key).empty(), "keys are valid");
      for (const auto& value : requirement.values) {
        GP_CHECK(gp::selector::label_value_errors(value).empty(), "values are valid");
        const gp::Value set = gp::Value::object({{requirement.key, value}});
        GP_CHECK(labels->matches_labels(set) == again->matches_labels(set), "and selects the same");
      }
    }
  }
  if (const auto fields = FieldSelector::parse(text)) {
    const auto again = FieldSelector::parse(fields->to_string());
    GP_CHECK(again.has_value() && again->to_string() == fields->to_string(),
             "field selectors read back the same");
  }
  if (const auto object = gp::parse_json(text)) {
    const auto selector = LabelSelector::from_object(*object);
    if (selector) selector->matches_labels(*object);
  }
  return 0;
}
