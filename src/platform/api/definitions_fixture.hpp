#pragma once
// An API that serves custom resource definitions, for tests.

#include "platform/api/api_fixture.hpp"
#include "platform/api/definitions.hpp"

namespace gp::api {

struct DefinitionsFixture : ApiFixture {
  DefinitionsFixture() {
    REQUIRE(definitions.load());
    verbs->set_definitions(&definitions);
  }

  // `versions`: the list of versions; `more`: what else belongs into spec.
  static std::string definition(std::string_view plural, std::string_view kind,
                                std::string_view versions, std::string_view more = "",
                                std::string_view names = "") {
    return fmt::format(
        "{{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, "
        "metadata: {{name: {0}.example.com}}, spec: {{group: example.com, scope: Namespaced{4}, "
        "names: {{plural: {0}, kind: {1}{3}}}, versions: {2}}}}}",
        plural, kind, versions, names, more);
  }
  static std::string version(std::string_view name, std::string_view spec,
                             std::string_view more = "storage: true") {
    return fmt::format(
        "{{name: {}, served: true, {}, schema: {{openAPIV3Schema: {{type: object, "
        "properties: {{spec: {{type: object, properties: {}}}}}}}}}}}",
        name, more, spec);
  }
  Value define(std::string_view yaml) { return put_in(yaml, kDefinitions); }
  Answer redefine(std::string_view name, std::string_view merge) {
    return patch(fmt::format("{}/{}", kDefinitions, name), "application/merge-patch+json", merge);
  }
  Answer make(std::string_view plural, std::string_view version, std::string_view document) {
    return post(fmt::format("/apis/example.com/{}/namespaces/shop/{}", version, plural), document);
  }
  Answer read(std::string_view plural, std::string_view version, std::string_view name) {
    return get(fmt::format("/apis/example.com/{}/namespaces/shop/{}/{}", version, plural, name));
  }
  static std::string condition(const Value& definition, std::string_view type) {
    for (const Value& found : definition["status"]["conditions"].items()) {
      if (found["type"].text() == type) {
        return fmt::format("{} {}", found["status"].text(), found["reason"].text());
      }
    }
    return "none";
  }

  static constexpr std::string_view kDefinitions =
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

  Definitions definitions{*store, kinds, clock};
};

}  // namespace gp::api
