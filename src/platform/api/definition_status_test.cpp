#include "platform/api/definition_status.hpp"

#include <doctest/doctest.h>

#include "base/yaml.hpp"

namespace gp::api {
namespace {

const TimePoint kNow{std::chrono::seconds(1'800'000'000)};

Value definition(std::string_view names, std::string_view group = "example.com") {
  return *parse_yaml(
      fmt::format("{{metadata: {{name: x}}, spec: {{group: {}, names: {}}}}}", group, names));
}

Value gears() {
  return definition(
      "{plural: gears, singular: gear, kind: Gear, listKind: GearList, "
      "shortNames: [gr], categories: [all]}");
}

std::string condition(const Value& definition, std::string_view type) {
  for (const Value& found : definition["status"]["conditions"].items()) {
    if (found["type"].text() != type) continue;
    return fmt::format("{} {}: {}", found["status"].text(), found["reason"].text(),
                       found["message"].text());
  }
  return "none";
}

NamesInUse taken(std::string_view names) {
  NamesInUse used;
  used.add(*parse_yaml(names));
  return used;
}

TEST_CASE("definition status: free names are accepted and the definition is established") {
  Value crd = gears();

  settle_definition(crd, {}, kNow);

  CHECK(condition(crd, "NamesAccepted") == "True NoConflicts: no conflicts found");
  CHECK(condition(crd, "Established") ==
        "True InitialNamesAccepted: the initial names have been accepted");
  CHECK(crd["status"]["acceptedNames"] == crd["spec"]["names"]);
}

TEST_CASE("definition status: settling again changes nothing, its times included") {
  Value crd = gears();
  settle_definition(crd, {}, kNow);
  const Value before = crd;

  settle_definition(crd, taken("{plural: gears, kind: Gear}"), kNow + std::chrono::hours(1));

  CHECK(crd == before);
}

TEST_CASE("definition status: each name that is taken has a reason of its own") {
  const auto refused = [](std::string_view names) {
    Value crd = gears();
    settle_definition(crd, taken(names), kNow);
    CHECK(condition(crd, "Established") == "False NotAccepted: not all names are accepted");
    return condition(crd, "NamesAccepted");
  };

  CHECK(refused("{plural: gears}") == "False PluralConflict: \"gears\" is already in use");
  CHECK(refused("{plural: gear}") == "False SingularConflict: \"gear\" is already in use");
  CHECK(refused("{shortNames: [gr]}") == "False ShortNamesConflict: \"gr\" is already in use");
  CHECK(refused("{kind: Gear}") == "False KindConflict: \"Gear\" is already in use");
  CHECK(refused("{kind: GearList}") == "False ListKindConflict: \"GearList\" is already in use");
}

TEST_CASE("definition status: an established definition keeps its names when new ones are taken") {
  Value crd = gears();
  settle_definition(crd, {}, kNow);
  crd.edit("spec").edit("names").set("shortNames", Value::array({"a", "b"}));

  settle_definition(crd, taken("{shortNames: [a, b]}"), kNow);

  CHECK(condition(crd, "NamesAccepted") ==
        "False ShortNamesConflict: [\"a\" is already in use, \"b\" is already in use]");
  CHECK(condition(crd, "Established").starts_with("True"));
  CHECK(crd["status"]["acceptedNames"]["shortNames"] == Value::array({"gr"}));
}

TEST_CASE("definition status: the community's groups need leave") {
  Value crd = definition("{plural: gears, kind: Gear}", "gears.k8s.io");
  settle_definition(crd, {}, kNow);
  CHECK(
      condition(crd, "KubernetesAPIApprovalPolicyConformant")
          .starts_with("False MissingAnnotation: protected groups must have approval annotation "));

  crd.edit("metadata")
      .set("annotations", Value::object({{"api-approved.kubernetes.io", "https://a.example/1"}}));
  settle_definition(crd, {}, kNow);
  CHECK(condition(crd, "KubernetesAPIApprovalPolicyConformant") ==
        "True ApprovedAnnotation: approved in https://a.example/1");

  Value other = gears();
  settle_definition(other, {}, kNow);
  CHECK(condition(other, "KubernetesAPIApprovalPolicyConformant") == "none");
}

}  // namespace
}  // namespace gp::api
