#include "feature/catalog/cluster_port.hpp"

#include <doctest/doctest.h>

#include "base/yaml.hpp"
#include "feature/catalog/memory_source.hpp"
#include "feature/catalog/state_fixture.hpp"
#include "platform/cluster/fake.hpp"

using namespace gp;
using namespace gp::catalog;

namespace {

struct Fixture : StateFixture {
  FakeClock clock;
  SeededRandom cluster_random{5};
  cluster::FakeCluster cluster{clock, cluster_random};
  ClusterPort port{cluster, clock};

  Fixture() {
    source.set("file:/a.yaml",
               component("Web", ", dependsOn: ['component:lib']") + component("lib"));
    add("/a.yaml");
  }
  std::vector<Change> store() {
    auto changes = settle();
    std::vector<Port::Refused> refused;
    const auto again = port.apply(changes, refused);
    CHECK(again.empty());
    CHECK(refused.empty());
    for (const Change& change : changes) {
      if (!change.entity.is_null()) state.set_uid(change.id, change.uid);
    }
    return changes;
  }
  Value stored(const std::string& name) {
    const auto object = cluster.peek({"components.backstage.io", "default", name});
    return object ? object->parse() : Value();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "port: entities are objects under their author's name, with relations") {
  store();

  const Value web = stored("Web");
  CHECK(web["apiVersion"].text() == "backstage.io/v1alpha1");
  CHECK(web["relations"].size() == 2);
  CHECK(web["spec"]["type"].text() == "service");
}

TEST_CASE_FIXTURE(Fixture, "port: the entity's uid is the object's") {
  const auto changes = store();

  for (const Change& change : changes) {
    if (change.ref != "component:default/web") continue;
    CHECK(stored("Web")["metadata"]["uid"].text() == format_uuid(change.uid));
    CHECK(change.entity["metadata"]["uid"].text() == format_uuid(change.uid));
  }
}

TEST_CASE_FIXTURE(Fixture, "port: what is gone from the catalog is gone from the cluster") {
  store();
  source.set("file:/a.yaml", component("Web"));
  reread("/a.yaml");
  store();
  state.sweep_orphans();
  store();

  CHECK(stored("lib").is_null());
  CHECK_FALSE(stored("Web").is_null());
}

TEST_CASE_FIXTURE(Fixture, "port: after a restart nothing that is the same is written again") {
  store();
  const std::size_t writes = cluster.writes();
  StateFixture next;
  next.source.set("file:/a.yaml",
                  component("Web", ", dependsOn: ['component:lib']") + component("lib"));
  const auto seeds = port.load_entities();
  REQUIRE(seeds);
  for (const auto& [ref, seed] : *seeds) next.state.add_seed(ref, seed);
  next.add("/a.yaml");

  auto changes = next.settle();
  std::vector<Port::Refused> refused;
  port.apply(changes, refused);

  CHECK(changes.size() == 3);
  CHECK(cluster.writes() == writes);
}

TEST_CASE_FIXTURE(Fixture, "port: entities that somebody else wrote are not the catalog's") {
  store();
  const auto before = port.load_entities();
  REQUIRE(before);
  const auto written = cluster.write_all(
      Context(clock),
      {*parse_yaml("apiVersion: backstage.io/v1alpha1\nkind: Component\n"
                   "metadata: {name: by-hand, namespace: default}\nspec: {type: t}\n")},
      "kubectl");
  REQUIRE(written.front());

  const auto seeds = port.load_entities();

  REQUIRE(seeds);
  CHECK(seeds->size() == before->size());
}

TEST_CASE_FIXTURE(Fixture, "port: an entity's errors are its object's status, until it is well") {
  store();
  source.set("file:/a.yaml",
             "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
             "metadata: {name: Web}\nspec: {type: t}\n");
  reread("/a.yaml");
  store();
  CHECK(stored("Web")["status"]["items"].at(0)["level"].text() == "error");

  source.set("file:/a.yaml", component("Web"));
  reread("/a.yaml");
  store();
  CHECK(stored("Web")["status"].empty());
}

TEST_CASE_FIXTURE(Fixture, "port: a store that is away is tried again later") {
  auto changes = settle();
  cluster.fail_next_writes(100, unavailable("the disk is full"));
  std::vector<Port::Refused> refused;

  const auto again = port.apply(changes, refused);

  CHECK(again.size() == changes.size());
  CHECK(refused.empty());
}

TEST_CASE_FIXTURE(Fixture, "port: sources come back as they were, with a status of their own") {
  const SourceRecord source_record{"5e1c", {"url", "http://h/x"}, "generated-1", true};
  REQUIRE(port.put_source(source_record));
  port.report_source(source_record, Value::object({{"entities", 3}}));

  const auto sources = port.load_sources();
  REQUIRE(sources);
  CHECK(*sources == std::vector<SourceRecord>{source_record});
  const auto object = cluster.peek({"catalogsources.goldenpath.dev", "", "5e1c"});
  CHECK(object->parse()["status"]["entities"].integer() == 3);

  REQUIRE(port.remove_source(source_record));
  CHECK(port.load_sources()->empty());
}
