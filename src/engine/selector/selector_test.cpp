#include "engine/selector/selector.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/text_cases.hpp"
#include "engine/selector/names.hpp"

using gp::Value;
using gp::selector::FieldSelector;
using gp::selector::LabelSelector;

namespace {

Value json(const std::string& text) {
  return gp::parse_json(text.empty() ? "null" : text).value();
}

void run_file(const char* file, const std::function<std::string(const gp::TextCase&)>& run) {
  const std::string folder = GP_SOURCE_DIR "/src/engine/selector/testdata/";
  for (const auto& failure : gp::run_text_cases(folder + file, run)) FAIL_CHECK(failure);
}

// The selector as it writes itself, then each of the label sets with what it says.
std::string show(const gp::Result<LabelSelector>& selector, const gp::TextCase& test) {
  if (!selector) return "error: " + selector.error().message;
  std::string out =
      selector->selects_nothing() ? "nothing\n" : "\"" + selector->to_string() + "\"\n";
  const Value all_labels = json(test.field("labels"));
  for (const Value& labels : all_labels.items()) {
    out += fmt::format("{} {}\n", selector->matches_labels(labels) ? "yes" : "no ",
                       gp::to_json(labels));
  }
  return out;
}

}  // namespace

TEST_CASE("label selector: from text (testdata/labels.txt)") {
  run_file("labels.txt", [](const gp::TextCase& test) {
    const auto selector = LabelSelector::parse(test.field("selector"));
    if (selector) {  // what it writes is the same selector
      CHECK(LabelSelector::parse(selector->to_string()).value().to_string() ==
            selector->to_string());
    }
    return show(selector, test);
  });
}

TEST_CASE("label selector: from an object (testdata/label_objects.txt)") {
  run_file("label_objects.txt", [](const gp::TextCase& test) {
    return show(LabelSelector::from_object(json(test.field("object"))), test);
  });
}

TEST_CASE("field selector: testdata/fields.txt") {
  run_file("fields.txt", [](const gp::TextCase& test) {
    const auto selector = FieldSelector::parse(test.field("selector"));
    if (!selector) return "error: " + selector.error().message;
    std::string out = "\"" + selector->to_string() + "\"\n";
    const Value all_fields = json(test.field("fields"));
    for (const Value& fields : all_fields.items()) {
      const bool yes =
          selector->matches([&](std::string_view name) -> std::optional<std::string_view> {
            const Value* field = fields.find(name);
            return field == nullptr ? std::nullopt : std::optional(field->text());
          });
      out += fmt::format("{} {}\n", yes ? "yes" : "no ", gp::to_json(fields));
    }
    return out;
  });
}

TEST_CASE("field selector: tells which value a field must have") {
  const auto selector = FieldSelector::parse("metadata.name=x,status.phase!=Running").value();

  CHECK(selector.required_value("metadata.name") == "x");
  CHECK_FALSE(selector.required_value("status.phase"));
  CHECK(FieldSelector::equal("a", "b").to_string() == "a=b");
}

TEST_CASE("selectors: one that nobody set selects everything") {
  CHECK(LabelSelector().empty());
  CHECK(LabelSelector().matches_labels(Value()));
  CHECK_FALSE(LabelSelector::nothing().empty());
  CHECK_FALSE(LabelSelector::nothing().matches_labels(Value()));
  CHECK(FieldSelector().empty());
}

TEST_CASE("names: testdata/names.txt") {
  run_file("names.txt", [](const gp::TextCase& test) {
    const std::string& rule = test.field("rule");
    const std::string text = json(test.field("text")).string();
    const auto errors = rule == "key"         ? gp::selector::label_key_errors(text)
                        : rule == "value"     ? gp::selector::label_value_errors(text)
                        : rule == "subdomain" ? gp::selector::dns_subdomain_errors(text)
                        : rule == "label"     ? gp::selector::dns_label_errors(text)
                                              : gp::selector::dns1035_label_errors(text);
    std::string out;
    for (const auto& error : errors) out += error + "\n";
    return errors.empty() ? "valid" : out;
  });
}
