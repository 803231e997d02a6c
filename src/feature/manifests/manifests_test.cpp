#include "feature/manifests/manifests.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "adapter/files/files.hpp"
#include "base/json.hpp"
#include "feature/manifests/controller.hpp"
#include "feature/manifests/plan.hpp"
#include "platform/runtime/local_fixture.hpp"

namespace gp::manifests {
namespace {

using namespace std::chrono_literals;

std::string map_text(std::string_view name, std::string_view text, std::string_view ns = "shop") {
  return fmt::format(
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {}\n  namespace: {}\ndata:\n  text: "
      "\"{}\"\n",
      name, ns, text);
}

struct Fixture : runtime::LocalFixture {
  files::TemporaryDirectory root;
  config::Platform platform;

  Fixture() {
    platform.name = "acme";
    platform.root = root.path();
    platform.file = root / "platform.yaml";
    platform.manifests = {"manifests"};
  }
  void write(std::string_view name, std::string_view text) const {
    REQUIRE(files::write_file_atomic(root / name, text, {.mode = 0644, .sync = false}));
  }
  void erase(std::string_view name) const { REQUIRE(files::remove_file(root / name)); }
  void begin() {
    auto mounted = mount(&platform);
    const auto result = manifests::mount(mounted);
    if (!result) FAIL(result.error().to_string());
    start();
  }
  void apply_again() {
    manager.enqueue(kControllerName, {std::string(kSources), "", "acme"});
    quiet();
  }
  Value status() const { return read(kSources, "", "acme")["status"]; }
  runtime::PartStatus part() const { return parts.all().at(0); }
};

TEST_CASE_FIXTURE(Fixture, "manifests: objects, the namespaces they name, and what was done") {
  write("manifests/a.yaml", map_text("a", "1") + "---\n" + map_text("b", "2", "monitoring"));
  write("manifests/ns.yaml",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n");
  begin();

  CHECK(read("configmaps", "shop", "a")["data"]["text"].text() == "1");
  CHECK(read("namespaces", "", "shop")["metadata"]["labels"]["team"].text() == "a");
  CHECK(exists("configmaps", "monitoring", "b"));
  CHECK(read("namespaces", "", "monitoring")["metadata"]["labels"][kSourceLabel].is_null());
  CHECK(status()["objects"].integer() == 3);
  CHECK(status()["conditions"].at(0)["message"].text() == "3 objects from 2 files");
  CHECK(part().state == runtime::PartState::Ready);
  CHECK(part().summary == "3 objects from 2 files");
}

TEST_CASE_FIXTURE(Fixture,
                  "manifests: unchanged files write nothing, changed ones their object only") {
  write("manifests/a.yaml", map_text("a", "1"));
  write("manifests/b.yaml", map_text("b", "1"));
  begin();
  const auto revision = store->revision();
  apply_again();
  CHECK(store->revision() == revision);

  const Value b = read("configmaps", "shop", "b");
  write("manifests/a.yaml", map_text("a", "2"));
  apply_again();
  CHECK(read("configmaps", "shop", "a")["data"]["text"].text() == "2");
  CHECK(read("configmaps", "shop", "b") == b);
}

TEST_CASE_FIXTURE(Fixture,
                  "manifests: what disappears from the files is removed, and nothing else") {
  write("manifests/a.yaml", map_text("a", "1") + "---\n" + map_text("b", "1"));
  begin();
  create(core("ConfigMap", "shop", "by-hand"));

  write("manifests/a.yaml", map_text("a", "1"));
  apply_again();
  CHECK(exists("configmaps", "shop", "a"));
  CHECK_FALSE(exists("configmaps", "shop", "b"));
  CHECK(exists("configmaps", "shop", "by-hand"));
  CHECK(exists("namespaces", "", "shop"));
}

TEST_CASE_FIXTURE(Fixture, "manifests: a file that can no longer be read takes nothing away") {
  write("manifests/a.yaml", map_text("a", "1"));
  write("manifests/b.yaml", map_text("b", "1"));
  begin();

  write("manifests/a.yaml", "kind: [\n");
  apply_again();
  CHECK(exists("configmaps", "shop", "a"));
  CHECK(exists("configmaps", "shop", "b"));
  CHECK(status()["problems"].at(0)["file"].text() == "manifests/a.yaml");

  REQUIRE(files::remove_tree(root / "manifests"));  // unmounted, checked out elsewhere, …
  apply_again();
  CHECK(exists("configmaps", "shop", "b"));
  CHECK(status()["problems"].at(0)["message"].text() ==
        "spec.manifests: \"manifests\" does not exist");
}

TEST_CASE_FIXTURE(Fixture, "manifests: a refused object is a problem, and the others are applied") {
  write("manifests/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Bad_Name, namespace: shop}\n---\n" +
            map_text("good", "1") +
            "---\napiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\n");
  begin();

  CHECK(exists("configmaps", "shop", "good"));
  CHECK(status()["problemCount"].integer() == 2);
  const Value problems = status()["problems"];
  REQUIRE(problems.size() == 2);
  CHECK(problems.at(0)["object"].text() == "Gadget \"g\"");
  CHECK(problems.at(0)["line"].integer() == 13);
  CHECK(problems.at(1)["object"].text() == "ConfigMap \"shop/Bad_Name\"");
  CHECK(problems.at(1)["message"].text().find("metadata.name") != std::string_view::npos);
  CHECK(part().state == runtime::PartState::Degraded);
  CHECK(part().summary == "1 object from 1 file, 2 problems");
  CHECK(part().problems == 2);
}

TEST_CASE_FIXTURE(Fixture, "manifests: a kind that is served later is applied then") {
  write("manifests/a.yaml",
        "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g, namespace: shop}\n");
  begin();
  CHECK(status()["problemCount"].integer() == 1);

  object::Kind gadget;
  gadget.group = "example.com";
  gadget.version = "v1";
  gadget.kind = "Gadget";
  gadget.plural = "gadgets";
  kinds.add(std::move(gadget));
  clock.advance(1min);
  quiet();
  CHECK(exists("gadgets.example.com", "shop", "g"));
  CHECK(status()["problemCount"].integer() == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "manifests: a change by hand is undone when the files are applied again") {
  write("manifests/a.yaml", map_text("a", "1"));
  begin();
  merge("configmaps", "shop", "a", Value::object({{"data", Value::object({{"text", "by hand"}})}}));
  apply_again();
  CHECK(read("configmaps", "shop", "a")["data"]["text"].text() == "1");
}

TEST_CASE_FIXTURE(Fixture, "manifests: a changed file is applied without being asked") {
  write("manifests/a.yaml", map_text("a", "1"));
  begin();
  write("manifests/deep/b.yaml", map_text("b", "1"));
  erase("manifests/a.yaml");
  for (int turn = 0; turn < 200 && !exists("configmaps", "shop", "b"); ++turn) {
    clock.advance(100ms);  // the kernel tells on its own time, the quiet time after it is ours
    quiet();
  }
  clock.advance(1s);
  quiet();
  CHECK(exists("configmaps", "shop", "b"));
  CHECK_FALSE(exists("configmaps", "shop", "a"));
}

TEST_CASE_FIXTURE(Fixture, "manifests: without spec.manifests the part is off") {
  platform.manifests.clear();
  begin();
  CHECK(part().state == runtime::PartState::Off);
  CHECK(all(kSources).empty());
}

TEST_CASE_FIXTURE(Fixture, "manifests: kube-prometheus is applied whole") {
  const auto folder =
      std::filesystem::path(GP_SOURCE_DIR) / "../shared/real/kube-prometheus/manifests";
  if (!std::filesystem::exists(folder)) return;
  platform.manifests = {std::filesystem::canonical(folder).string()};
  begin();

  for (const Value& problem : status()["problems"].items()) MESSAGE(to_json(problem));
  CHECK(status()["files"].integer() > 80);
  CHECK(status()["objects"].integer() > 100);
  CHECK(status()["problemCount"].integer() == 0);
  CHECK(exists("prometheuses.monitoring.coreos.com", "monitoring", "k8s"));

  const auto revision = store->revision();
  apply_again();
  CHECK(store->revision() == revision);
}

TEST_CASE_FIXTURE(
    Fixture,
    "manifests: templates among the manifests are problems with file and line, not a failure") {
  const auto folder = std::filesystem::path(GP_SOURCE_DIR) / "../shared/real/cnoe-stacks";
  if (!std::filesystem::exists(folder)) return;
  platform.manifests = {std::filesystem::canonical(folder).string()};
  begin();

  CHECK(status()["objects"].integer() > 10);
  CHECK(status()["problemCount"].integer() > 5);
  for (const Value& problem : status()["problems"].items()) {
    CHECK_FALSE(problem["file"].text().empty());
    CHECK_FALSE(problem["message"].text().empty());
  }
}

constexpr std::string_view kSystem =
    "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: pay}\n"
    "spec: {owner: crew}\n";

TEST_CASE_FIXTURE(Fixture,
                  "manifests: an entity that the catalog owns is left to it, with both places") {
  write("catalog/all.yaml", "# systems\n" + std::string(kSystem));
  write("manifests/a.yaml", map_text("a", "1") + "---\n" + std::string(kSystem));
  Value entity = core("System", "default", "pay");
  entity.set("apiVersion", "backstage.io/v1alpha1");
  entity.set("spec", Value::object({{"owner", "catalog"}}));
  entity.edit("metadata")
      .set("annotations", Value::object({{"backstage.io/managed-by-location",
                                          "file:" + (root / "catalog/all.yaml")}}));
  create(entity);
  begin();

  CHECK(read("systems.backstage.io", "default", "pay")["spec"]["owner"].text() == "catalog");
  CHECK(status()["objects"].integer() == 1);
  const Value problem = status()["problems"].at(0);
  CHECK(problem["file"].text() == "manifests/a.yaml");
  CHECK(problem["line"].integer() > 1);
  CHECK(problem["object"].text() == "System \"default/pay\"");
  CHECK(
      problem["message"].text() ==
      "is in the catalog already, from catalog/all.yaml:2, which is used (remove one of the two)");

  remove("systems.backstage.io", "default", "pay");
  quiet();
  CHECK(read("systems.backstage.io", "default", "pay")["spec"]["owner"].text() == "crew");
  CHECK(status()["problemCount"].integer() == 0);
}

TEST_CASE_FIXTURE(Fixture, "manifests: what the API says in other words counts as unchanged") {
  write("manifests/d.yaml",
        "apiVersion: apps/v1\nkind: Deployment\n"
        "metadata: {name: d, namespace: shop, creationTimestamp: null, labels: {}}\n"
        "spec:\n  replicas: 1\n  selector: {matchLabels: {app: d}}\n  template:\n"
        "    metadata: {labels: {app: d}, creationTimestamp: null}\n"
        "    spec: {containers: [{name: a, image: x, resources: {limits: {cpu: 1000m}}}]}\n"
        "status: {}\n");
  begin();
  const Value live = read("deployments.apps", "shop", "d");
  Plan plan =
      make_plan(collect(root.path(), {"manifests"}, "platform.yaml").documents, kinds, "acme");
  REQUIRE(plan.wanted.size() == 1);
  CHECK(is_up_to_date(plan.wanted.at(0), live));
}

}  // namespace
}  // namespace gp::manifests
