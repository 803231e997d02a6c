#include "feature/catalog/validate.hpp"

#include <doctest/doctest.h>

#include "base/yaml.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/memory_source.hpp"
#include "feature/catalog/processor.hpp"

using namespace gp;
using namespace gp::catalog;

namespace {

// The first error of an entity written as YAML; "ok" when there is none.
std::string verdict(std::string_view yaml) {
  Value entity = *parse_yaml(yaml);
  if (auto envelope = check_envelope(entity); !envelope) return error_text(envelope.error());
  Value& annotations = entity.edit("metadata").edit("annotations");
  annotations.set(kManagedBy, "url:https://example.org/x.yaml");
  annotations.set(kManagedByOrigin, "url:https://example.org/x.yaml");
  MemorySource source;
  const Outcome outcome = Processor(source, {}).process(entity);
  return outcome.errors.empty() ? "ok" : error_text(outcome.errors.front());
}

std::string component(std::string_view metadata, std::string_view more = "") {
  return fmt::format(
      "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {}\n"
      "spec: {{type: service, lifecycle: p, owner: o{}}}\n",
      metadata, more);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("validation: what is missing from the envelope is named") {
  CHECK(verdict("kind: Component\nmetadata: {name: x}") ==
        "TypeError: <root> must have required property 'apiVersion' - missingProperty: apiVersion");
  CHECK(has(verdict("apiVersion: v1\nkind: X\nmetadata: {}"),
            "/metadata must have required property 'name'"));
  CHECK(has(verdict("apiVersion: v1\nkind: X\nmetadata: {name: 5}"),
            "/metadata/name must be string"));
}

TEST_CASE("validation: formats of the envelope, in Backstage's words") {
  const struct {
    std::string_view metadata, message;
  } cases[] = {
      {"{name: a b}",
       "InputError: Policy check failed for component:default/a b; caused by Error: "
       "\"metadata.name\" is not valid; expected a string that is sequences of [a-zA-Z0-9] "
       "separated by any of [-_.], at most 63 characters in total but found \"a b\". To learn more "
       "about catalog file format, visit: "},
      {"{name: x, namespace: UPPER}",
       "\"metadata.namespace\" is not valid; expected a string that is sequences of [a-z0-9] "
       "separated by [-], at most 63 characters in total but found \"UPPER\""},
      {"{name: x, labels: {'a b': x}}",
       "\"labels.a b\" is not valid; expected a valid prefix and/or suffix but found \"a b\""},
      {"{name: x, labels: {k: 'bad value!'}}", "\"labels.k\" is not valid"},
      {"{name: x, labels: {k: 5}}", "Malformed envelope, /metadata/labels/k must be string"},
      {"{name: x, annotations: {'a b': x}}", "\"annotations.a b\" is not valid"},
      {"{name: x, tags: [ok, Upper]}",
       "\"tags.1\" is not valid; expected a string that is sequences of [a-z0-9+#] separated by "
       "[-], at most 63 characters in total but found \"Upper\""},
      {"{name: x, tags: x}", "Malformed envelope, /metadata/tags must be array"},
      {"{name: x, links: [{title: t}]}", "/metadata/links/0 must have required property 'url'"},
      {"{name: x, links: [{url: nourl}]}",
       "\"links.0.url\" is not valid; expected a string that is a valid url"},
      {"{name: x, title: ''}", "/metadata/title must NOT have fewer than 1 characters"},
      {"{name: x, labels: {A: x, a: z}}",
       "Entity has duplicate keys that vary only in casing, metadata.labels.a"},
  };
  for (const auto& [metadata, message] : cases) {
    CAPTURE(metadata);
    CHECK_MESSAGE(has(verdict(component(metadata)), message), verdict(component(metadata)));
  }
}

TEST_CASE("validation: what looks odd but is allowed") {
  for (const std::string_view metadata :
       {"{name: a__b}", "{name: x, tags: [c++, 'c#', 'a:b', 1x]}", "{name: x, labels: {k: ''}}",
        "{name: x, labels: {example.org/a.b_c: v}}", "{name: x, whatever: {a: [1]}}"}) {
    CAPTURE(metadata);
    CHECK(verdict(component(metadata)) == "ok");
  }
  CHECK(verdict(component("{name: " + std::string(63, 'a') + "}")) == "ok");
  CHECK(verdict(component("{name: x}", ", whatever: {a: [1]}")) == "ok");
}

TEST_CASE("validation: root fields that are not the author's") {
  CHECK(has(verdict(component("{name: x}") + "extra: 1\n"),
            "Malformed envelope, <root> must NOT have additional properties"));
  CHECK(has(verdict(component("{name: x}") + "relations: []\n"), "Unknown field relations"));
}

TEST_CASE("validation: the spec of each kind") {
  const auto of = [](std::string_view kind, std::string_view spec,
                     std::string_view version = "backstage.io/v1alpha1") {
    return verdict(fmt::format("apiVersion: {}\nkind: {}\nmetadata: {{name: x}}\nspec: {}\n",
                               version, kind, spec));
  };
  const std::string_view v1beta3 = "scaffolder.backstage.io/v1beta3";
  CHECK(of("Component", "{type: t, lifecycle: p}") ==
        "InputError: Processor BuiltinKindsEntityProcessor threw an error while validating the "
        "entity component:default/x; caused by TypeError: /spec must have required property "
        "'owner' - missingProperty: owner");
  CHECK(has(of("Component", "{type: '', lifecycle: p, owner: o}"),
            "/spec/type must NOT have fewer than 1 characters - limit: 1"));
  CHECK(has(of("Component", "{type: t, lifecycle: p, owner: o, providesApis: x}"),
            "/spec/providesApis must be array"));
  CHECK(has(of("API", "{type: t, lifecycle: p, owner: o}"), "required property 'definition'"));
  CHECK(has(of("Group", "{type: team}"), "required property 'children'"));
  CHECK(has(of("Group", "{type: t, children: [], profile: {email: ''}}"),
            "/spec/profile/email must NOT have fewer"));
  CHECK(has(of("User", "{}"), "required property 'memberOf'"));
  CHECK(has(of("Location", "{presence: maybe, targets: []}"),
            "/spec/presence must be equal to one of the allowed values - allowedValues: "
            "required,optional"));
  CHECK(has(of("Template", "{type: t, steps: [{id: a}]}", v1beta3),
            "/spec/steps/0 must have required property 'action'"));
  CHECK(of("Template", "{type: t, steps: []}", v1beta3) == "ok");
  CHECK(of("Component", "{type: t, lifecycle: p, owner: o}", "backstage.io/v1beta1") == "ok");
  CHECK(of("User", "{memberOf: []}") == "ok");
}

TEST_CASE("validation: a kind that nobody knows is named, not dropped") {
  CHECK(verdict(
            "apiVersion: backstage.io/v1alpha1\nkind: AiResource\nmetadata: {name: x}\nspec: {}") ==
        "InputError: No processor recognized the entity airesource:default/x as valid, possibly "
        "caused by a foreign kind or apiVersion");
}

TEST_CASE("validation: a reference without the kind it needs") {
  CHECK(verdict(component("{name: x}", ", dependsOn: [nokind]")) ==
        "InputError: Processor BuiltinKindsEntityProcessor threw an error while postprocessing; "
        "caused by TypeError: Entity reference \"nokind\" had missing or empty kind (e.g. did not "
        "start with \"component:\" or similar)");
}
