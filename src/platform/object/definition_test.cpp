#include "platform/object/definition.hpp"

#include <doctest/doctest.h>

#include "base/json.hpp"
#include "platform/object/columns.hpp"
#include "platform/object/decode.hpp"
#include "platform/object/defaults.hpp"
#include "platform/object/openapi.hpp"
#include "platform/object/validate.hpp"

namespace gp::object {
namespace {

struct Fixture {
  Fixture() {
    const Value definition = *parse_json(R"({"spec":{"group":"example.com","scope":"Namespaced",
      "names":{"plural":"widgets","singular":"widget","kind":"Widget","shortNames":["wd"]},
      "versions":[{"name":"v1","served":true,"storage":true,
        "schema":{"openAPIV3Schema":{"type":"object","properties":{
          "spec":{"type":"object","required":["size"],"properties":{
            "size":{"type":"integer","minimum":1},"color":{"type":"string","default":"red"}}},
          "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}},
        "subresources":{"status":{},"scale":{"specReplicasPath":".spec.size","statusReplicasPath":".status.size"}},
        "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size"}]},
       {"name":"v1alpha1","served":false,"storage":false}]}})");
    for (Kind& kind : kinds_of_definition(definition)) kinds.add(std::move(kind));
    widget = kinds.resolve("wd");
    REQUIRE(widget);
  }

  Value decoded(std::string_view json) { return *decode(*widget, *parse_json(json), {}, problems); }

  KindRegistry kinds;
  KindPtr widget;
  std::vector<std::string> problems;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "definition: every served version is a kind") {
  CHECK(kinds.all().size() == 1);
  CHECK(widget->api_version() == "example.com/v1");
  CHECK(widget->list_kind == "WidgetList");
  CHECK(widget->has_status);
  CHECK(widget->scale->spec_replicas == ".spec.size");
  CHECK_FALSE(widget->has_strategic_merge());
}

TEST_CASE_FIXTURE(Fixture, "definition: what the schema does not know is pruned and named") {
  const Value object = decoded(
      R"({"metadata":{"name":"a","lables":{}},"spec":{"size":1,"bogus":true},"status":{"x":1}})");
  CHECK_FALSE(object["spec"].contains("bogus"));
  CHECK(object["status"]["x"].integer() == 1);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0] == "unknown field \"metadata.lables\"");
  CHECK(problems[1] == "unknown field \"spec.bogus\"");
}

TEST_CASE_FIXTURE(Fixture, "definition: defaults are filled in and values are checked") {
  Value object = decoded(R"({"metadata":{"name":"a","namespace":"x"},"spec":{"size":0}})");
  apply_defaults(*widget, object, nullptr);
  CHECK(object["spec"]["color"].text() == "red");

  const std::vector<FieldError> errors = validate(*widget, object, nullptr);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].field == "spec.size");
  CHECK(errors[0].message() ==
        "Invalid value: 0: spec.size in body should be greater than or equal to 1");
}

TEST_CASE_FIXTURE(Fixture, "definition: a status sent with a new object is not kept") {
  Value object = decoded(R"({"metadata":{"name":"a"},"spec":{"size":1},"status":{"x":1}})");
  prepare_for_create(*widget, object);
  CHECK_FALSE(object.contains("status"));
}

TEST_CASE_FIXTURE(Fixture, "definition: its columns and its schema are served") {
  const Value cells =
      row_cells(*widget, decoded(R"({"metadata":{"name":"a"},"spec":{"size":3}})"), TimePoint{});
  CHECK(to_json(cells) == R"(["a",3])");

  OpenApi api(kinds);
  const Value document = *parse_json(*api.document("apis/example.com/v1").json);
  const Value& schema = document["components"]["schemas"]["com.example.v1.Widget"];
  CHECK(schema["properties"]["spec"]["properties"]["color"]["default"].text() == "red");
  CHECK(schema["x-kubernetes-group-version-kind"].at(0)["kind"].text() == "Widget");
}

namespace {

Value widgets_with(std::string_view versions, std::string_view status = "{}") {
  Value definition = *parse_json(R"({"spec":{"group":"example.com","scope":"Cluster",
      "names":{"plural":"widgets","singular":"widget","kind":"Widget","listKind":"Widgets"}}})");
  definition.edit("spec").set("versions", *parse_json(versions));
  definition.set("status", *parse_json(status));
  return definition;
}

}  // namespace

TEST_CASE("definition: a deprecated version names the one to use") {
  const auto kinds = kinds_of_definition(widgets_with(
      R"([{"name":"v1alpha1","served":true,"deprecated":true},
          {"name":"v1beta1","served":true,"storage":true},{"name":"v1","served":true},
          {"name":"v2","served":false}])"));
  REQUIRE(kinds.size() == 3);
  CHECK(kinds[0].deprecation_warning ==
        "example.com/v1alpha1 Widget is deprecated; use example.com/v1 Widget");
  CHECK(kinds[1].deprecation_warning.empty());
  CHECK(kinds[0].storage_version == "v1beta1");
}

TEST_CASE("definition: a warning of its own wins, and without another version none is named") {
  const auto kinds = kinds_of_definition(widgets_with(
      R"([{"name":"v1","served":true,"storage":true,"deprecated":true},
          {"name":"v2","served":true,"deprecated":true,"deprecationWarning":"gone soon"}])"));
  REQUIRE(kinds.size() == 2);
  CHECK(kinds[0].deprecation_warning == "example.com/v1 Widget is deprecated");
  CHECK(kinds[1].deprecation_warning == "gone soon");
}

TEST_CASE("definition: kinds are called by the names that were accepted") {
  const auto kinds = kinds_of_definition(widgets_with(
      R"([{"name":"v1","served":true,"storage":true}])",
      R"({"acceptedNames":{"plural":"widgets","singular":"widgit","kind":"Widget","listKind":"WidgetList",
          "shortNames":["wd"]}})"));
  REQUIRE(kinds.size() == 1);
  CHECK(kinds[0].list_kind == "WidgetList");
  CHECK(kinds[0].singular == "widgit");
  CHECK(kinds[0].short_names == std::vector<std::string>{"wd"});
  CHECK_FALSE(kinds[0].is_namespaced);
}

TEST_CASE("definition: a column whose path does not parse ends the columns") {
  const auto kinds = kinds_of_definition(widgets_with(
      R"([{"name":"v1","served":true,"storage":true,"additionalPrinterColumns":[
          {"name":"A","type":"string","jsonPath":".spec.a"},
          {"name":"B","type":"string","jsonPath":".spec[["},
          {"name":"C","type":"string","jsonPath":".spec.c"}]}])"));
  REQUIRE(kinds.size() == 1);
  REQUIRE(kinds[0].columns.size() == 1);
  CHECK(kinds[0].columns[0].name == "A");
}

TEST_CASE("definition: fields to select by are those of all versions, without their dot") {
  const auto kinds = kinds_of_definition(widgets_with(
      R"([{"name":"v1","served":true,"storage":true,"selectableFields":[{"jsonPath":".spec.a"}]},
          {"name":"v2","served":true,"selectableFields":[{"jsonPath":".spec.b"},{"jsonPath":".spec.a"}]}])"));
  REQUIRE(kinds.size() == 2);
  CHECK(kinds[0].selectable_fields == std::vector<std::string>{"spec.a", "spec.b"});
}

TEST_CASE("definition: others' kinds take their spec from it and keep the status we write") {
  KindRegistry registry;
  add_builtin_kinds(registry);
  const KindPtr application = registry.resolve("applications.argoproj.io");
  REQUIRE(application);
  REQUIRE(may_be_redefined(*application));
  const KindPtr platform = registry.resolve("clusters.goldenpath.dev");
  REQUIRE(platform);
  CHECK_FALSE(may_be_redefined(*platform));

  Kind described = *application;
  described.schema = *parse_json(
      R"({"type":"object","properties":{"spec":{"type":"object","properties":{"mine":{"type":"string"}}}}})");
  described.columns.clear();
  const KindPtr kind = KindRegistry::ready(redefined(*application, std::move(described)));

  CHECK(kind->schema["properties"]["spec"]["properties"].contains("mine"));
  CHECK(kind->schema["properties"]["status"] == application->schema["properties"]["status"]);
  CHECK(kind->columns.size() == application->columns.size());
  CHECK(kind->compiled_schema != nullptr);
}

TEST_CASE("definition: a status that is not kept apart counts for the generation") {
  const auto kinds = kinds_of_definition(widgets_with(
      R"([{"name":"v1","served":true,"storage":true},
          {"name":"v2","served":true,"subresources":{"status":{}}}])"));
  REQUIRE(kinds.size() == 2);
  const Value before = *parse_json(R"({"spec":{"a":1},"status":{"x":1}})");
  const Value after = *parse_json(R"({"spec":{"a":1},"status":{"x":2}})");

  CHECK(is_new_generation(kinds[0], before, after));
  CHECK_FALSE(is_new_generation(kinds[1], before, after));
  CHECK(is_new_generation(kinds[1], before, *parse_json(R"({"spec":{"a":2}})")));
}

TEST_CASE_FIXTURE(Fixture,
                  "definition: what met another schema is read as it would be written now") {
  const Value stored = *parse_json(R"({"metadata":{"name":"a"},"spec":{"size":1,"gone":true}})");
  const Value read = as_read(*widget, stored);

  CHECK(to_json(read["spec"]) == R"({"color":"red","size":1})");
  CHECK(as_read(*widget, read).same_as(read));
}

}  // namespace gp::object
