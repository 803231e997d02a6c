#include "feature/catalog/entity_rules.hpp"

#include <doctest/doctest.h>

#include "base/yaml.hpp"
#include "platform/runtime/local_fixture.hpp"

namespace gp::catalog {
namespace {

struct Fixture : runtime::LocalFixture {
  Fixture() { add_entity_rules(kinds); }

  std::string refusal(std::string_view text) {
    const auto document = parse_yaml(text);
    REQUIRE(document);
    const auto created = cluster.create(context, *document, "test");
    return created ? "" : created.error().message;
  }
};

TEST_CASE_FIXTURE(Fixture,
                  "entity rules: an entity made through the API needs what its kind needs") {
  CHECK(refusal("apiVersion: backstage.io/v1alpha1\nkind: Component\n"
                "metadata: {name: web, namespace: default}\n"
                "spec: {type: service, lifecycle: production}\n") ==
        "Component.backstage.io \"web\" is invalid: spec.owner: Required value: Processor "
        "BuiltinKindsEntityProcessor threw an error while validating the entity "
        "component:default/web; caused by TypeError: /spec must have required property 'owner' - "
        "missingProperty: owner");
  CHECK(refusal("apiVersion: backstage.io/v1alpha1\nkind: Component\n"
                "metadata: {name: web, namespace: default}\n"
                "spec: {type: service, lifecycle: production, owner: crew}\n")
            .empty());
}

TEST_CASE_FIXTURE(Fixture, "entity rules: names, tags and types are told with field and value") {
  const std::string name = refusal(
      "apiVersion: backstage.io/v1alpha1\nkind: User\n"
      "metadata: {name: 'a b', namespace: default}\nspec: {memberOf: []}\n");
  CHECK(
      name.starts_with("User.backstage.io \"a b\" is invalid: metadata.name: Invalid value: "
                       "\"a b\": \"metadata.name\" is not valid; expected a string"));
  const std::string tag = refusal(
      "apiVersion: backstage.io/v1alpha1\nkind: User\n"
      "metadata: {name: a, namespace: default, tags: [ok, 'Not Ok']}\nspec: {memberOf: []}\n");
  CHECK(tag.find("metadata.tags.1: Invalid value: \"Not Ok\": \"tags.1\" is not valid") !=
        std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "entity rules: an update is refused for the flaw that it adds only") {
  runtime::LocalFixture lenient;  // as an older version stored it
  const auto broken = parse_yaml(
      "apiVersion: backstage.io/v1alpha1\nkind: System\n"
      "metadata: {name: pay, namespace: default}\nspec: {}\n");
  REQUIRE(broken);
  lenient.create(*broken);
  add_entity_rules(lenient.kinds);

  lenient.merge(
      "systems.backstage.io", "default", "pay",
      Value::object({{"metadata", Value::object({{"labels", Value::object({{"a", "b"}})}})}}));
  CHECK(lenient.read("systems.backstage.io", "default", "pay")["metadata"]["labels"]["a"].text() ==
        "b");

  const auto worse = lenient.cluster.patch(
      lenient.context, {"systems.backstage.io", "default", "pay"}, api::PatchType::Merge,
      Value::object({{"spec", Value::object({{"owner", 5}})}}), "test");
  CHECK_FALSE(worse);
}

}  // namespace
}  // namespace gp::catalog
