#include <doctest/doctest.h>

#include "platform/api/definitions_fixture.hpp"
#include "platform/object/definition.hpp"

namespace gp::api {
namespace {

constexpr std::string_view kTwoVersions =
    "[{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, "
    "properties: {spec: {type: object, properties: {a: {type: string}, b: {type: string, "
    "default: x}}}}}}}, "
    "{name: v2, served: true, storage: false, deprecated: true, schema: {openAPIV3Schema: {type: "
    "object, properties: {spec: {type: object, properties: {a: {type: string}}}}}}}]";

std::string gear(std::string_view version, std::string_view spec) {
  return fmt::format("{{apiVersion: example.com/{}, kind: Gear, metadata: {{name: g}}, spec: {}}}",
                     version, spec);
}

struct Fixture : DefinitionsFixture {
  Value define_gears(std::string_view properties = "{n: {type: integer}}") {
    return define(definition("gears", "Gear", fmt::format("[{}]", version("v1", properties))));
  }
};

TEST_CASE_FIXTURE(Fixture, "definitions: the write that stores a definition serves it") {
  const Value created = define_gears();

  CHECK(condition(created, "NamesAccepted") == "True NoConflicts");
  CHECK(condition(created, "Established") == "True InitialNamesAccepted");
  CHECK(created["status"]["storedVersions"] == Value::array({"v1"}));
  CHECK(make("gears", "v1", gear("v1", "{n: 1}")).status == 201);
  const Answer found = get("/apis/example.com/v1");
  CHECK(found["resources"].at(0)["name"].text() == "gears");
}

TEST_CASE_FIXTURE(Fixture, "definitions: conditions belong to the server, field by field") {
  const Value created = put_in(definition("gears", "Gear", "[" + version("v1", "{}") + "]"),
                               std::string(kDefinitions) + "?fieldManager=me");

  const Value& managers = created["metadata"]["managedFields"];
  REQUIRE(managers.size() == 2);
  CHECK(managers.at(0)["manager"].text() == "kube-apiserver");
  CHECK(managers.at(0)["subresource"].text() == "status");
}

TEST_CASE_FIXTURE(Fixture, "definitions: a dry run serves nothing") {
  CHECK(post(std::string(kDefinitions) + "?dryRun=All",
             definition("gears", "Gear", "[" + version("v1", "{}") + "]"))
            .status == 201);

  CHECK(get("/apis/example.com/v1").status == 404);
}

TEST_CASE_FIXTURE(Fixture, "definitions: whose names are taken is stored but not served") {
  define_gears();

  const Value second = define(definition("cogs", "Gear", "[" + version("v1", "{}") + "]"));

  CHECK(condition(second, "NamesAccepted") == "False ListKindConflict");
  CHECK(condition(second, "Established") == "False NotAccepted");
  CHECK(get("/apis/example.com/v1/namespaces/shop/cogs").status == 404);
}

TEST_CASE_FIXTURE(Fixture, "definitions: a built-in kind's names are taken") {
  const Value created = define(
      "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: "
      "{name: manifestsources.goldenpath.dev}, spec: {group: goldenpath.dev, scope: "
      "Namespaced, names: {plural: manifestsources, kind: ManifestSource}, versions: [" +
      version("v1alpha1", "{}") + "]}}");

  CHECK(condition(created, "Established") == "False NotAccepted");
  CHECK_FALSE(kinds.find_resource("manifestsources.goldenpath.dev")->is_custom);
}

TEST_CASE_FIXTURE(Fixture, "definitions: an object is shown in the version that is asked for") {
  define(definition("gears", "Gear", kTwoVersions));
  REQUIRE(make("gears", "v2", gear("v2", "{a: '1'}")).status == 201);

  const Answer first = read("gears", "v1", "g");
  const Answer second = read("gears", "v2", "g");

  CHECK(first["apiVersion"].text() == "example.com/v1");
  CHECK(second["apiVersion"].text() == "example.com/v2");
  CHECK(store->get("gears.example.com", "shop", "g")->parse()["apiVersion"].text() ==
        "example.com/v1");
  CHECK(get("/apis/example.com/v2/namespaces/shop/gears")["items"].at(0)["apiVersion"].text() ==
        "example.com/v2");
}

TEST_CASE_FIXTURE(Fixture, "definitions: a version shows only the fields that its schema has") {
  define(definition("gears", "Gear", kTwoVersions));
  REQUIRE(make("gears", "v1", gear("v1", "{a: '1', b: '2'}")).status == 201);

  CHECK(read("gears", "v2", "g")["spec"] == *parse_yaml("{a: '1'}"));
  CHECK(read("gears", "v1", "g")["spec"] == *parse_yaml("{a: '1', b: '2'}"));
}

TEST_CASE_FIXTURE(Fixture, "definitions: a deprecated version says so in every answer") {
  define(definition("gears", "Gear", kTwoVersions));
  make("gears", "v1", gear("v1", "{}"));

  CHECK(read("gears", "v2", "g").headers.get("Warning") ==
        "299 - \"example.com/v2 Gear is deprecated; use example.com/v1 Gear\"");
  CHECK(read("gears", "v1", "g").headers.get("Warning").empty());
}

TEST_CASE_FIXTURE(Fixture, "definitions: objects that met an older schema are read by today's") {
  define_gears("{old: {type: string}}");
  REQUIRE(make("gears", "v1", gear("v1", "{old: x}")).status == 201);

  const Answer changed = redefine(
      "gears.example.com",
      "{spec: {versions: [" + version("v1", "{size: {type: integer, default: 3}}") + "]}}");

  REQUIRE(changed.status == 200);
  CHECK(read("gears", "v1", "g")["spec"] == *parse_yaml("{size: 3}"));
}

TEST_CASE_FIXTURE(Fixture, "definitions: a new version for storage joins the stored ones") {
  define(definition("gears", "Gear", kTwoVersions));
  make("gears", "v1", gear("v1", "{a: '1'}"));
  std::string versions(kTwoVersions);
  versions.replace(versions.find("storage: true"), 13, "storage: false");
  versions.replace(versions.rfind("storage: false"), 14, "storage: true");

  const Answer changed = redefine("gears.example.com", "{spec: {versions: " + versions + "}}");
  const auto stored = [&] { return store->get("gears.example.com", "shop", "g")->parse(); };

  CHECK(changed["status"]["storedVersions"] == Value::array({"v1", "v2"}));
  CHECK(read("gears", "v2", "g")["apiVersion"].text() == "example.com/v2");
  CHECK(stored()["apiVersion"].text() == "example.com/v1");
  // A write that changes nothing moves it.
  patch("/apis/example.com/v2/namespaces/shop/gears/g", "application/merge-patch+json", "{}");
  CHECK(stored()["apiVersion"].text() == "example.com/v2");
}

TEST_CASE_FIXTURE(Fixture, "definitions: what only a webhook could convert is refused") {
  define(definition("gears", "Gear", kTwoVersions,
                    ", conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1], "
                    "clientConfig: {url: 'https://a.example/c'}}}"));
  REQUIRE(make("gears", "v1", gear("v1", "{}")).status == 201);

  CHECK(read("gears", "v1", "g").status == 200);
  CHECK(read("gears", "v2", "g").failure() ==
        "500 InternalError: conversion webhook for example.com/v2, Kind=Gear failed: versions are "
        "converted by strategy None only; ask for example.com/v1, in which the object is stored");
  CHECK(remove("/apis/example.com/v2/namespaces/shop/gears/g").status == 200);
}

TEST_CASE_FIXTURE(Fixture,
                  "definitions: fields become selectable also for objects that are there") {
  define_gears("{color: {type: string}}");
  REQUIRE(make("gears", "v1", gear("v1", "{color: red}")).status == 201);
  const std::string list = "/apis/example.com/v1/namespaces/shop/gears?fieldSelector=spec.color%3D";
  CHECK(get(list + "red").status == 400);

  redefine("gears.example.com",
           "{spec: {versions: [" +
               version("v1", "{color: {type: string}}",
                       "storage: true, selectableFields: [{jsonPath: .spec.color}]") +
               "]}}");

  CHECK(names_of(get(list + "red").json) == "g");
  CHECK(names_of(get(list + "blue").json).empty());
}

TEST_CASE_FIXTURE(Fixture, "definitions: a deleted one waits for its objects, and takes no more") {
  define_gears();
  make("gears", "v1", gear("v1", "{n: 1}"));

  const Answer deleted = remove(std::string(kDefinitions) + "/gears.example.com");

  CHECK(deleted["kind"].text() == "CustomResourceDefinition");
  CHECK(deleted["metadata"]["finalizers"] == Value::array({object::kCleanupFinalizer}));
  CHECK(condition(deleted.json, "Terminating") == "True InstanceDeletionPending");
  CHECK(make("gears", "v1", "{apiVersion: example.com/v1, kind: Gear, metadata: {name: h}}")
            .failure() ==
        "405 MethodNotAllowed: create not allowed while custom resource definition is terminating");
  CHECK(read("gears", "v1", "g").status == 200);
  CHECK(to_json(get("/apis/example.com/v1")["resources"].at(0)["verbs"]) ==
        R"(["delete","deletecollection","get","list","watch"])");
}

TEST_CASE_FIXTURE(Fixture, "definitions: with its last finalizer the kind goes") {
  define_gears();
  auto watching = watch("/apis/example.com/v1/gears?watch=true");
  remove(std::string(kDefinitions) + "/gears.example.com");

  redefine("gears.example.com", "{metadata: {finalizers: null}}");

  CHECK(get("/apis/example.com/v1").status == 404);
  CHECK(watching.heard() == "ERROR");
}

TEST_CASE_FIXTURE(Fixture, "definitions: a kind of others is described anew, and comes back") {
  const std::string application =
      "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: "
      "applications.argoproj.io}, spec: {group: argoproj.io, scope: Namespaced, names: {plural: "
      "applications, kind: Application, shortNames: [app]}, versions: [" +
      version("v1alpha1", "{extra: {type: string}}") + "]}}";
  const object::KindPtr builtin = kinds.find_resource("applications.argoproj.io");
  REQUIRE(builtin);

  const Value created = define(application);
  CHECK(condition(created, "Established") == "True InitialNamesAccepted");
  const object::KindPtr described = kinds.find_resource("applications.argoproj.io");
  CHECK(described->schema["properties"]["spec"]["properties"].contains("extra"));

  remove(std::string(kDefinitions) + "/applications.argoproj.io");
  redefine("applications.argoproj.io", "{metadata: {finalizers: null}}");
  CHECK(kinds.find_resource("applications.argoproj.io") == builtin);
}

TEST_CASE_FIXTURE(Fixture, "definitions: a new start serves what the store holds") {
  define(definition("gears", "Gear", kTwoVersions));
  make("gears", "v1", gear("v1", "{a: '1'}"));
  object::KindRegistry fresh;
  object::add_builtin_kinds(fresh);

  Definitions again(*store, fresh, clock);
  REQUIRE(again.load());

  const object::KindPtr kind = fresh.find("example.com", "v2", "gears");
  REQUIRE(kind);
  REQUIRE(kind->stored);
  CHECK(kind->stored->version == "v1");
}

TEST_CASE_FIXTURE(Fixture, "definitions: a new start settles what nobody has settled") {
  const std::string text = definition("gears", "Gear", "[" + version("v1", "{}") + "]");
  verbs->set_definitions(nullptr);
  REQUIRE(condition(define(text), "Established") == "none");

  REQUIRE(definitions.load());

  CHECK(condition(get(std::string(kDefinitions) + "/gears.example.com").json, "Established") ==
        "True InitialNamesAccepted");
  CHECK(kinds.find_resource("gears.example.com"));
}

}  // namespace
}  // namespace gp::api
