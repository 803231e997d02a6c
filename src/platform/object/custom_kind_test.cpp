#include "platform/object/custom_kind.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "base/text_cases.hpp"
#include "base/yaml.hpp"
#include "platform/object/defaults.hpp"
#include "platform/object/definition.hpp"
#include "platform/object/test_kinds.hpp"
#include "platform/object/validate.hpp"

namespace gp::object {
namespace {

Value yaml(const std::string& text) {
  auto value = parse_yaml(text);
  return value ? *std::move(value) : Value(value.error().message);
}

Value definition_of(const TextCase& test) {
  Value version = Value::object({{"name", "v1"}, {"served", true}, {"storage", true}});
  version.edit("schema").set("openAPIV3Schema", yaml(test.field("schema")));
  if (test.has("status")) version.edit("subresources").set("status", Value::object());
  if (test.has("scale")) {
    version.edit("subresources")
        .set("scale", yaml("{specReplicasPath: .spec.replicas, "
                           "statusReplicasPath: .status.replicas, "
                           "labelSelectorPath: .status.selector}"));
  }
  Value definition = yaml(
      "{metadata: {name: widgets.example.com}, spec: {group: example.com, scope: Namespaced, "
      "names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList}}}");
  definition.edit("spec").set("versions", Value::array({version}));
  return definition;
}

std::string printed(const std::vector<FieldError>& errors) {
  std::string text;
  for (const FieldError& error : errors) text += error.field + ": " + error.message() + "\n";
  return text.empty() ? "fine" : text;
}

std::string check_schema(const TextCase& test) {
  const KindPtr kind = test_kinds().resolve("crd");
  Value definition = definition_of(test);
  apply_defaults(*kind, definition, nullptr);
  return printed(validate(*kind, definition, nullptr));
}

Value definition_around(const TextCase& test, const std::string& versions) {
  Value definition = yaml(
      "{metadata: {uid: x}, spec: {group: example.com, scope: Namespaced, names: {plural: "
      "widgets, singular: widget, kind: Widget, listKind: WidgetList}}}");
  Value& spec = definition.edit("spec");
  spec.set("versions", yaml(test.field(versions)));
  if (versions == "versions" && test.has("spec")) {
    const Value given = yaml(test.field("spec"));
    for (const Value::Member& member : given.members()) {
      spec.set(member.key(), member.value);
    }
  }
  const std::string name = fmt::format("{}.{}", definition["spec"]["names"]["plural"].text(),
                                       definition["spec"]["group"].text());
  definition.edit("metadata").set("name", name);
  if (test.has("established")) {
    definition.edit("status").set("conditions", yaml("[{type: Established, status: \"True\"}]"));
  }
  return definition;
}

// As the API does on writes: defaults, what the server sets, then the rules.
std::string check_definition_text(const TextCase& test) {
  const KindPtr kind = test_kinds().resolve("crd");
  Value definition = definition_around(test, "versions");
  Value before;
  if (test.has("old")) {
    before = definition_around(test, "old");
    apply_defaults(*kind, before, nullptr);
    prepare_for_create(*kind, before);
    if (test.has("established")) {
      before.edit("status").set("conditions", yaml("[{type: Established, status: \"True\"}]"));
    }
    definition.set("status", before["status"]);
    apply_defaults(*kind, definition, &before);
    prepare_for_update(*kind, definition, before);
  } else {
    apply_defaults(*kind, definition, nullptr);
    prepare_for_create(*kind, definition);
  }
  return printed(validate(*kind, definition, test.has("old") ? &before : nullptr));
}

std::string check_object(const TextCase& test) {
  const std::vector<Kind> kinds = kinds_of_definition(definition_of(test));
  if (kinds.size() != 1) return "no kind";
  const KindPtr kind = KindRegistry::ready(kinds[0]);
  const auto read = [&](const std::string& field) {
    Value object = yaml(test.field(field));
    object.set("apiVersion", "example.com/v1");
    object.set("kind", "Widget");
    object.set("metadata", Value::object({{"name", "w"}, {"namespace", "shop"}}));
    if (test.has("numbers")) {
      Value numbers = Value::array();
      for (int i = 0; i < std::stoi(test.field("numbers")); ++i) numbers.push_back(i);
      object.set("l", numbers);
    }
    apply_defaults(*kind, object, nullptr);
    return object;
  };
  const Value before = test.has("old") ? read("old") : Value();
  return printed(validate(*kind, read("object"), test.has("old") ? &before : nullptr));
}

void check_cases(const std::string& name, std::string (*run)(const TextCase&)) {
  const auto failures = run_text_cases(GP_SOURCE_DIR "/src/platform/object/testdata/" + name, run);
  for (const std::string& failure : failures) FAIL_CHECK(failure);
}

}  // namespace

TEST_CASE("definition: what is wrong with a schema is said in the real server's words") {
  check_cases("definition_schemas.txt", check_schema);
}

TEST_CASE("definition: what is wrong around its schemas is said in the real server's words") {
  check_cases("definitions.txt", check_definition_text);
}

TEST_CASE("custom kind: what is wrong with an object is said in the real server's words") {
  check_cases("custom_objects.txt", check_object);
}

}  // namespace gp::object
