#include "feature/catalog/processor.hpp"

#include <doctest/doctest.h>

#include "feature/catalog/errors.hpp"
#include "feature/catalog/memory_source.hpp"
#include "feature/catalog/placeholders.hpp"

using namespace gp;
using namespace gp::catalog;

namespace {

constexpr std::string_view kComponent =
    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {}}}\n"
    "spec: {{type: service, lifecycle: p, owner: o}}\n";

std::string component(std::string_view name) {
  return fmt::format(kComponent, name);
}

std::string location(std::string_view spec) {
  return fmt::format(
      "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: all}}\nspec: {}\n",
      spec);
}

struct Fixture {
  MemorySource source;
  Rules rules;

  // What the source at file:/repo/all.yaml emits: refs, or the error.
  std::vector<std::string> emitted() {
    const Processor processor(source, rules);
    const LocationRef root{"file", "/repo/all.yaml"};
    const Outcome outer = processor.process(location_entity(root, "generated-x"));
    if (!outer.errors.empty()) return {error_text(outer.errors.front())};
    const Outcome outcome = processor.process(outer.emitted.at(0).entity);
    if (!outcome.errors.empty()) return {error_text(outcome.errors.front())};
    std::vector<std::string> refs;
    for (const Emitted& one : outcome.emitted) {
      refs.push_back(one.ref + " " + one.location.text() + ":" + std::to_string(one.line));
    }
    return refs;
  }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE_FIXTURE(Fixture, "processor: a Location emits what its targets hold, globs too") {
  source.set("file:/repo/all.yaml", location("{targets: [./a.yaml, './sub/*.yaml']}"));
  source.set("file:/repo/a.yaml", component("a") + "---\n\n---\n" + component("b"));
  source.set("file:/repo/sub/c.yaml", component("c"));

  CHECK(emitted() == Texts{"component:default/a file:/repo/a.yaml:1",
                           "component:default/b file:/repo/a.yaml:8",
                           "component:default/c file:/repo/sub/c.yaml:1"});
}

TEST_CASE_FIXTURE(Fixture, "processor: one bad target holds back its siblings") {
  source.set("file:/repo/all.yaml", location("{targets: [./a.yaml, ./missing.yaml]}"));
  source.set("file:/repo/a.yaml", component("a"));

  CHECK(emitted() == Texts{"NotFoundError: file /repo/missing.yaml does not exist"});
}

TEST_CASE_FIXTURE(Fixture, "processor: a missing target is passed over when it is optional") {
  source.set("file:/repo/all.yaml",
             location("{presence: optional, targets: [./missing.yaml, ./a.yaml]}"));
  source.set("file:/repo/a.yaml", component("a"));

  CHECK(emitted() == Texts{"component:default/a file:/repo/a.yaml:1"});
}

TEST_CASE_FIXTURE(Fixture,
                  "processor: broken YAML and documents that are no entities name the line") {
  source.set("file:/repo/all.yaml", location("{targets: [./a.yaml]}"));
  source.set("file:/repo/a.yaml", component("a") + "---\nmetadata:\n  name: [unclosed\nspec: {\n");
  const std::string broken = emitted().at(0);
  CHECK(broken.starts_with("InputError: YAML error at file:/repo/a.yaml, line "));

  source.set("file:/repo/a.yaml", "just text");
  CHECK(emitted() == Texts{"InputError: Expected object at root, got string"});

  source.set("file:/repo/a.yaml", "just: a map");
  CHECK(emitted().at(0).starts_with("TypeError: <root> must have required property 'apiVersion'"));
}

TEST_CASE_FIXTURE(Fixture, "processor: a kind that the rules forbid holds back its siblings") {
  rules.kinds = {"Component", "Location"};
  source.set("file:/repo/all.yaml", location("{targets: [./a.yaml]}"));
  source.set(
      "file:/repo/a.yaml",
      component("a") + "---\napiVersion: x/v1\nkind: Widget\nmetadata: {name: w}\nspec: {}\n");

  CHECK(emitted() == Texts{"NotAllowedError: Entity widget:default/w at file:/repo/a.yaml, "
                           "originated at file:/repo/all.yaml, is not of an allowed kind for that "
                           "location"});
}

TEST_CASE_FIXTURE(Fixture, "processor: an invalid entity is emitted and fails on its own") {
  source.set("file:/repo/all.yaml", location("{targets: [./a.yaml]}"));
  source.set("file:/repo/a.yaml", component("a") + "---\n" + component("'bad name'"));

  CHECK(emitted().size() == 2);
}

TEST_CASE_FIXTURE(Fixture, "processor: in one file the last definition is in force") {
  source.set("file:/repo/all.yaml", location("{targets: [./a.yaml]}"));
  source.set("file:/repo/a.yaml",
             component("a") + "---\n" + component("b") + "---\n" + component("A"));

  CHECK(emitted() == Texts{"component:default/a file:/repo/a.yaml:11",
                           "component:default/b file:/repo/a.yaml:6"});
}

TEST_CASE_FIXTURE(Fixture, "placeholders: text, JSON and YAML come from beside the entity's file") {
  source.set("file:/repo/api/spec.txt", "openapi: 3");
  source.set("file:/repo/data.json", "{\"a\": [1]}");
  source.set("file:/repo/data.yaml", "b: yes\n");
  Value entity = Value::object({{"d", Value::object({{"$text", "./api/spec.txt"}})},
                                {"j", Value::object({{"$json", "data.json"}})},
                                {"y", Value::array({Value::object({{"$yaml", "data.yaml"}})})},
                                {"other", Value::object({{"$ref", "#/x"}})}});
  std::vector<LocationRef> read;

  REQUIRE(resolve_placeholders(entity, {"file", "/repo/all.yaml"}, source, read));

  CHECK(entity["d"].text() == "openapi: 3");
  CHECK(entity["j"]["a"].at(0).integer() == 1);
  CHECK(entity["y"].at(0)["b"].boolean());
  CHECK(entity["other"]["$ref"].text() == "#/x");
  CHECK(read.size() == 3);
}

TEST_CASE_FIXTURE(Fixture, "placeholders: a target that is not there says which and where") {
  Value entity = Value::object({{"spec", Value::object({{"d", Value::object({{"$text", "x"}})}})}});
  std::vector<LocationRef> read;

  const auto resolved = resolve_placeholders(entity, {"file", "/repo/all.yaml"}, source, read);

  REQUIRE_FALSE(resolved);
  CHECK(error_text(resolved.error()) ==
        "InputError: Processor PlaceholderProcessor threw an error while preprocessing; caused by "
        "Error: Placeholder $text could not read location /repo/x, NotFoundError: file /repo/x "
        "does not exist");
  CHECK(place_of(resolved.error()).path == "spec.d");
}

TEST_CASE_FIXTURE(Fixture, "processor: URLs are annotated with where to see and edit the entity") {
  const LocationRef root{"url", "https://github.com/o/r/blob/main/catalog-info.yaml"};
  source.set(root.text(), component("a"));
  const Processor processor(source, rules);

  const Outcome outer = processor.process(location_entity(root, "generated-x"));
  REQUIRE(outer.errors.empty());
  const Value entity = processor.process(outer.emitted.at(0).entity).entity;

  CHECK(annotation(entity, "backstage.io/managed-by-location").text() == root.text());
  CHECK(annotation(entity, "backstage.io/managed-by-origin-location").text() == root.text());
  CHECK(annotation(entity, "backstage.io/view-url").text() == root.target);
  CHECK(annotation(entity, "backstage.io/edit-url").text() ==
        "https://github.com/o/r/edit/main/catalog-info.yaml");
  CHECK(annotation(entity, "backstage.io/source-location").text() ==
        "url:https://github.com/o/r/tree/main/");
}
