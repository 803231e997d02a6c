#include <doctest/doctest.h>

#include "base/yaml.hpp"
#include "feature/lifecycle/lifecycle.hpp"
#include "platform/api/definitions.hpp"
#include "platform/object/definition.hpp"
#include "platform/runtime/local_fixture.hpp"

namespace gp::lifecycle {
namespace {

struct Fixture : runtime::LocalFixture {
  Fixture() {
    REQUIRE(definitions.load());
    verbs.set_definitions(&definitions);
    auto mounted = mount();
    REQUIRE(lifecycle::mount(mounted, verbs, {.root_certificate = {}}));
    start();
  }

  void define(std::string_view plural, std::string_view kind) {
    create(*parse_yaml(fmt::format(
        "{{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {{name: "
        "{0}.example.com}}, spec: {{group: example.com, scope: Namespaced, names: {{plural: {0}, "
        "kind: {1}}}, versions: [{{name: v1, served: true, storage: true, schema: "
        "{{openAPIV3Schema: {{type: object}}}}}}]}}}}",
        plural, kind)));
  }
  void make_gear(std::string_view name, std::string_view finalizers = "[]") {
    create(*parse_yaml(fmt::format(
        "{{apiVersion: example.com/v1, kind: Gear, metadata: {{name: {}, namespace: default, "
        "finalizers: {}}}}}",
        name, finalizers)));
  }
  Value definition(std::string_view plural) const {
    return read(object::kDefinitionResource, "", fmt::format("{}.example.com", plural));
  }
  void undefine(std::string_view plural) {
    remove(object::kDefinitionResource, "", fmt::format("{}.example.com", plural));
    quiet();
  }
  static Value condition(const Value& definition, std::string_view type) {
    for (const Value& item : definition["status"]["conditions"].items()) {
      if (item["type"].text() == type) return item;
    }
    return {};
  }

  api::Definitions definitions{*store, kinds, clock};
};

TEST_CASE_FIXTURE(Fixture, "definition: takes its objects with it, then goes") {
  define("gears", "Gear");
  for (int i = 0; i < 50; ++i) make_gear(fmt::format("g{}", i));

  undefine("gears");

  CHECK(store->count("gears.example.com") == 0);
  CHECK(definition("gears").is_null());
  CHECK_FALSE(kinds.find_resource("gears.example.com"));
}

TEST_CASE_FIXTURE(Fixture,
                  "definition: says which finalizers it waits for, and goes with the last") {
  define("gears", "Gear");
  make_gear("free");
  make_gear("held", "[example.com/hold]");

  undefine("gears");

  const Value waiting = condition(definition("gears"), "Terminating");
  CHECK(waiting["reason"].text() == "InstanceDeletionInProgress");
  CHECK(waiting["message"].text() ==
        "CustomResource deletion is in progress: 1 object remains; finalizers are left: "
        "example.com/hold in 1");
  CHECK_FALSE(exists("gears.example.com", "default", "free"));

  merge("gears.example.com", "default", "held", *parse_yaml("{metadata: {finalizers: null}}"));
  quiet();
  CHECK(definition("gears").is_null());
}

TEST_CASE_FIXTURE(Fixture,
                  "definition: without served versions it still takes its objects with it") {
  define("gears", "Gear");
  make_gear("g");
  Value unserved = definition("gears")["spec"]["versions"];
  unserved.item(0).set("served", false);
  merge(object::kDefinitionResource, "", "gears.example.com",
        Value::object({{"spec", Value::object({{"versions", unserved}})}}));

  undefine("gears");

  CHECK(store->count("gears.example.com") == 0);
  CHECK(definition("gears").is_null());
}

TEST_CASE_FIXTURE(Fixture, "definition: a name that becomes free goes to who waited for it") {
  define("gears", "Gear");
  define("cogs", "Gear");
  quiet();
  REQUIRE(condition(definition("cogs"), "Established")["status"].text() == "False");

  undefine("gears");

  CHECK(condition(definition("cogs"), "NamesAccepted")["status"].text() == "True");
  CHECK(kinds.find_resource("cogs.example.com"));
}

}  // namespace
}  // namespace gp::lifecycle
