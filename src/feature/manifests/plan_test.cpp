#include "feature/manifests/plan.hpp"

#include <doctest/doctest.h>

namespace gp::manifests {
namespace {

Value object(std::string_view api_version, std::string_view kind, std::string_view ns,
             std::string_view name) {
  Value metadata = Value::object({{"name", name}});
  if (!ns.empty()) metadata.set("namespace", ns);
  return Value::object(
      {{"apiVersion", api_version}, {"kind", kind}, {"metadata", std::move(metadata)}});
}

struct Fixture {
  object::KindRegistry kinds;

  Fixture() {
    add("", "ConfigMap", "configmaps", true);
    add("", "Namespace", "namespaces", false);
    add("apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions", false);
    add("backstage.io", "Component", "components", true, false);
  }
  void add(std::string_view group, std::string_view name, std::string_view plural,
           bool is_namespaced, bool requires_namespace = true) {
    object::Kind kind;
    kind.group = group;
    kind.version = "v1";
    kind.kind = name;
    kind.plural = plural;
    kind.is_namespaced = is_namespaced;
    kind.requires_namespace = requires_namespace;
    kinds.add(std::move(kind));
  }
  Plan plan(std::vector<Value> values) const {
    std::vector<Document> documents;
    int line = 1;
    for (Value& value : values) documents.push_back({"x.yaml", line++, std::move(value)});
    return make_plan(std::move(documents), kinds, "acme");
  }
};

TEST_CASE_FIXTURE(Fixture, "manifest plan: marks each object with its source, file and digest") {
  const Plan made = plan({object("v1", "ConfigMap", "shop", "a")});
  REQUIRE(made.wanted.size() == 1);
  const Value& metadata = made.wanted[0].document["metadata"];
  CHECK(made.wanted[0].name() == "ConfigMap \"shop/a\"");
  CHECK(metadata["labels"][kSourceLabel].text() == "acme");
  CHECK(metadata["annotations"][kFileAnnotation].text() == "x.yaml");
  CHECK(metadata["annotations"][kDigestAnnotation].text().size() == 16);
}

TEST_CASE_FIXTURE(
    Fixture, "manifest plan: fills in namespace default, and takes one off cluster-wide objects") {
  const Plan made =
      plan({object("v1", "ConfigMap", "", "a"), object("v1", "Namespace", "odd", "shop")});
  REQUIRE(made.wanted.size() == 2);
  CHECK(made.wanted[0].key.ns == "default");
  CHECK(made.wanted[1].key.ns.empty());
}

TEST_CASE_FIXTURE(Fixture, "manifest plan: knows which namespaces are named but not defined") {
  const Plan made =
      plan({object("v1", "Namespace", "", "shop"), object("v1", "ConfigMap", "shop", "a"),
            object("v1", "ConfigMap", "monitoring", "b"),
            object("backstage.io/v1", "Component", "anywhere", "c")});
  CHECK(made.namespaces == std::set<std::string>{"monitoring"});
}

TEST_CASE_FIXTURE(Fixture, "manifest plan: namespaces and definitions come first") {
  const Plan made =
      plan({object("v1", "ConfigMap", "shop", "a"), object("v1", "Namespace", "", "shop"),
            object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "x")});
  REQUIRE(made.wanted.size() == 3);
  CHECK_FALSE(made.wanted[0].comes_first);
  CHECK(made.wanted[1].comes_first);
  CHECK(made.wanted[2].comes_first);
}

TEST_CASE_FIXTURE(Fixture, "manifest plan: what cannot be written says why and where") {
  Value generated = object("v1", "ConfigMap", "shop", "");
  generated.edit("metadata").set("generateName", "x-");
  const Plan made = plan(
      {object("v1", "Gadget", "shop", "a"), object("v1", "ConfigMap", "shop", ""), generated,
       object("v1", "ConfigMap", "shop", "twice"), object("v1", "ConfigMap", "shop", "twice")});

  CHECK(made.wanted.size() == 1);
  REQUIRE(made.problems.size() == 4);
  CHECK(made.problems[0].object == "Gadget \"shop/a\"");
  CHECK(made.problems[0].message ==
        "no kind \"Gadget\" in \"v1\" is served here; install its CustomResourceDefinition");
  CHECK(made.problems[1].message == "metadata.name is missing");
  CHECK(made.problems[2].message ==
        "metadata.generateName makes a new object each time; give it a metadata.name");
  CHECK(made.problems[3].message == "is also defined in x.yaml:4, which is used");
  CHECK(made.problems[3].line == 5);
}

TEST_CASE_FIXTURE(Fixture,
                  "manifest plan: an object is up to date when it says all that the file says") {
  Value value = object("v1", "ConfigMap", "shop", "a");
  value.set("data", Value::object({{"k", "v"}}));
  const Wanted wanted = plan({value}).wanted.at(0);

  Value live = wanted.document;
  live.edit("metadata").set("uid", "u");
  live.set("defaulted", 1);
  CHECK(is_up_to_date(wanted, live));

  Value drifted = live;
  drifted.edit("data").set("k", "changed by hand");
  CHECK_FALSE(is_up_to_date(wanted, drifted));

  value.edit("data").erase("k");  // what the file no longer says shows in the digest
  CHECK_FALSE(is_up_to_date(plan({value}).wanted.at(0), live));
}

TEST_CASE_FIXTURE(
    Fixture, "manifest plan: replacing keeps finalizers, owners and what we and kubectl noted") {
  const Value wanted = plan({object("v1", "ConfigMap", "shop", "a")}).wanted.at(0).document;
  Value live = object("v1", "ConfigMap", "shop", "a");
  Value& metadata = live.edit("metadata");
  metadata.set("finalizers", Value::array({"example.com/x"}));
  metadata.set("annotations", Value::object({{"goldenpath.dev/suspend", "true"},
                                             {kDigestAnnotation, "old"},
                                             {"example.com/theirs", "1"}}));

  const Value merged = merged_over(wanted, live);
  CHECK(merged["metadata"]["finalizers"].size() == 1);
  CHECK(merged["metadata"]["annotations"]["goldenpath.dev/suspend"].text() == "true");
  CHECK(merged["metadata"]["annotations"][kDigestAnnotation] ==
        wanted["metadata"]["annotations"][kDigestAnnotation]);
  CHECK_FALSE(merged["metadata"]["annotations"].contains("example.com/theirs"));
}

}  // namespace
}  // namespace gp::manifests
