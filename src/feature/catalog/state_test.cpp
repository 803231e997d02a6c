#include <doctest/doctest.h>

#include "feature/catalog/errors.hpp"
#include "feature/catalog/port.hpp"
#include "feature/catalog/state_fixture.hpp"

using namespace gp;
using namespace gp::catalog;

using Texts = std::vector<std::string>;

TEST_CASE_FIXTURE(StateFixture,
                  "state: relations stand on both ends, sorted, also while dangling") {
  source.set("file:/a.yaml", component("web", ", dependsOn: ['component:lib', 'component:late']") +
                                 component("lib"));
  add("/a.yaml");
  settle();

  CHECK(relations("component:default/web") == Texts{"dependsOn component:default/late",
                                                    "dependsOn component:default/lib",
                                                    "ownedBy group:default/o"});
  CHECK(relations("component:default/lib") ==
        Texts{"dependencyOf component:default/web", "ownedBy group:default/o"});

  source.set("file:/b.yaml", component("late"));
  add("/b.yaml");
  settle();
  CHECK(relations("component:default/late") ==
        Texts{"dependencyOf component:default/web", "ownedBy group:default/o"});
}

TEST_CASE_FIXTURE(StateFixture, "state: a relation stated by both ends appears once") {
  source.set("file:/a.yaml", component("a", ", dependsOn: ['component:b']") +
                                 component("b", ", dependencyOf: ['component:a']"));
  add("/a.yaml");
  settle();

  CHECK(relations("component:default/a") ==
        Texts{"dependsOn component:default/b", "ownedBy group:default/o"});
}

TEST_CASE_FIXTURE(StateFixture, "state: the etag changes exactly when the visible entity does") {
  source.set("file:/a.yaml", component("a"));
  add("/a.yaml");
  settle();
  const Value before = visible.at("component:default/a");

  state.refresh("component:default/a");
  CHECK(settle().empty());

  source.set("file:/a.yaml", component("a", "", ", description: new"));
  reread("/a.yaml");
  settle();
  const Value after = visible.at("component:default/a");
  CHECK(after["metadata"]["uid"] == before["metadata"]["uid"]);
  CHECK(after["metadata"]["etag"] != before["metadata"]["etag"]);
}

TEST_CASE_FIXTURE(StateFixture,
                  "state: what becomes invalid keeps its last good form and says why") {
  source.set("file:/a.yaml", component("a", "", ", description: one"));
  add("/a.yaml");
  settle();

  source.set("file:/a.yaml",
             "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
             "metadata: {name: a}\nspec: {type: t, lifecycle: p}\n");
  reread("/a.yaml");
  settle();
  const Value sick = visible.at("component:default/a");
  CHECK(sick["metadata"]["description"].text() == "one");
  const Value& item = sick["status"]["items"].at(0);
  CHECK(item["type"].text() == "backstage.io/catalog-processing");
  CHECK(item["level"].text() == "error");
  CHECK(item["error"]["name"].text() == "InputError");
  CHECK(item["message"].text().find("must have required property 'owner'") !=
        std::string_view::npos);

  source.set("file:/a.yaml", component("a"));
  reread("/a.yaml");
  settle();
  CHECK_FALSE(visible.at("component:default/a").contains("status"));
}

TEST_CASE_FIXTURE(StateFixture, "state: what was never valid is not in the catalog") {
  source.set("file:/a.yaml", component("good") + component("'bad name'"));
  add("/a.yaml");
  add("/missing.yaml");
  settle();

  CHECK(refs() == Texts{"component:default/good"});
  CHECK(visible.contains("location:default/root-a.yaml"));
  CHECK_FALSE(visible.contains("location:default/root-missing.yaml"));
}

TEST_CASE_FIXTURE(StateFixture,
                  "state: a file that disappears leaves its entities and marks the parent") {
  source.set("file:/a.yaml", component("a"));
  add("/a.yaml");
  settle();

  source.erase("file:/a.yaml");
  reread("/a.yaml");
  settle();

  CHECK(refs() == Texts{"component:default/a"});
  const Value parent = visible.at("location:default/root-a.yaml");
  CHECK(parent["status"]["items"].at(0)["message"].text() ==
        "NotFoundError: file /a.yaml does not exist");
}

TEST_CASE_FIXTURE(StateFixture, "state: what is no longer emitted is an orphan, then swept") {
  source.set("file:/a.yaml", component("a") + component("b", ", dependsOn: ['component:a']"));
  add("/a.yaml");
  settle();

  source.set("file:/a.yaml", component("a"));
  reread("/a.yaml");
  settle();
  CHECK(annotation(visible.at("component:default/b"), kOrphan).text() == "true");

  CHECK(state.sweep_orphans() == 1);
  settle();
  CHECK(refs() == Texts{"component:default/a"});
  CHECK(relations("component:default/a") == Texts{"ownedBy group:default/o"});
}

TEST_CASE_FIXTURE(StateFixture, "state: an orphan that comes back keeps its uid") {
  source.set("file:/a.yaml", component("a"));
  add("/a.yaml");
  settle();
  const Value uid = visible.at("component:default/a")["metadata"]["uid"];

  source.set("file:/a.yaml", "");
  reread("/a.yaml");
  settle();
  source.set("file:/a.yaml", component("a"));
  reread("/a.yaml");
  settle();

  CHECK(visible.at("component:default/a")["metadata"]["uid"] == uid);
  CHECK(annotation(visible.at("component:default/a"), kOrphan).is_null());
}

TEST_CASE_FIXTURE(StateFixture, "state: of two definitions the first stays, until it goes away") {
  source.set("file:/a.yaml", component("x", "", ", description: first"));
  source.set("file:/b.yaml", component("X", "", ", description: second"));
  const RefId a = add("/a.yaml");
  add("/b.yaml");
  settle();
  CHECK(visible.at("component:default/x")["metadata"]["description"].text() == "first");
  REQUIRE(state.problems().size() >= 1);
  const auto problems = state.problems();
  const auto conflict = std::ranges::find_if(
      problems, [](const Problem& p) { return p.message.starts_with("Detected conflicting"); });
  REQUIRE(conflict != problems.end());
  CHECK(conflict->message ==
        "Detected conflicting entityRef component:default/x already referenced by file:/a.yaml and "
        "now also file:/b.yaml");

  state.remove_root(a);
  settle();
  CHECK(visible.at("component:default/x")["metadata"]["description"].text() == "second");
}

TEST_CASE_FIXTURE(StateFixture, "state: removing a source takes what only it reaches, at once") {
  source.set("file:/all.yaml", location("all", "./sub.yaml, ./shared.yaml"));
  source.set("file:/sub.yaml", location("sub", "./a.yaml"));
  source.set("file:/a.yaml", component("a"));
  source.set("file:/shared.yaml", component("shared"));
  source.set("file:/other.yaml", location("other", "./shared.yaml"));
  const RefId all = add("/all.yaml");
  add("/other.yaml");
  settle();
  CHECK(refs().size() == 5);

  state.remove_root(all);
  settle();
  CHECK(refs() == Texts{"component:default/shared", "location:default/other"});
}

TEST_CASE_FIXTURE(StateFixture,
                  "state: Locations that name each other end, and go with their source") {
  source.set("file:/a.yaml", location("a", "./b.yaml"));
  source.set("file:/b.yaml", location("b", "./a.yaml"));
  const RefId root = add("/a.yaml");
  settle();
  CHECK(refs() == Texts{"location:default/a", "location:default/b"});

  state.remove_root(root);
  settle();
  CHECK(refs().empty());
}

TEST_CASE_FIXTURE(StateFixture, "state: Locations nested too deeply are refused") {
  for (int i = 0; i < 15; ++i) {
    source.set(fmt::format("file:/{}.yaml", i),
               location(fmt::format("l{}", i), fmt::format("./{}.yaml", i + 1)));
  }
  add("/0.yaml");
  settle();

  CHECK(refs().size() == kDepthMax);
  CHECK(state.problems().at(0).message.find("nested more than 10 deep") != std::string::npos);
}

TEST_CASE_FIXTURE(StateFixture, "state: an entity removed by uid comes back with another one") {
  source.set("file:/a.yaml", component("a"));
  add("/a.yaml");
  settle();
  const Value uid = visible.at("component:default/a")["metadata"]["uid"];

  CHECK(state.remove(*state.find("component:default/a")));
  settle();
  CHECK(refs().empty());

  reread("/a.yaml");
  settle();
  CHECK(visible.at("component:default/a")["metadata"]["uid"] != uid);
}

TEST_CASE_FIXTURE(StateFixture, "state: an entity that moves to another file keeps its uid") {
  source.set("file:/all.yaml", location("all", "'./*/x.yaml'"));
  source.set("file:/1/x.yaml", component("a"));
  add("/all.yaml");
  settle();
  const Value uid = visible.at("component:default/a")["metadata"]["uid"];

  source.erase("file:/1/x.yaml");
  source.set("file:/2/x.yaml", component("a"));
  reread("/*/x.yaml");
  settle();

  CHECK(visible.at("component:default/a")["metadata"]["uid"] == uid);
  CHECK(annotation(visible.at("component:default/a"), kManagedBy).text() == "file:/2/x.yaml");
}

TEST_CASE_FIXTURE(StateFixture, "state: a restart keeps uids and writes nothing again") {
  source.set("file:/a.yaml", component("a") + component("b", ", dependsOn: ['component:a']"));
  add("/a.yaml");
  settle();

  StateFixture next;
  next.source.set("file:/a.yaml", component("a") + component("b", ", dependsOn: ['component:a']"));
  for (const auto& [ref, entity] : visible) next.state.add_seed(ref, seed_of(entity));
  next.add("/a.yaml");
  const auto changes = next.settle();

  CHECK(changes.size() == 3);
  for (const Change& change : changes) CHECK_MESSAGE(change.is_stored, change.ref);
  CHECK(next.visible == visible);
  CHECK(next.state.drop_seeds().empty());
}

TEST_CASE_FIXTURE(StateFixture,
                  "state: after a restart an unreadable file still keeps its entities") {
  source.set("file:/all.yaml", location("all", "./a.yaml"));
  source.set("file:/a.yaml", component("a"));
  add("/all.yaml");
  settle();

  StateFixture next;
  next.source.set("file:/all.yaml", location("all", "./a.yaml"));
  for (const auto& [ref, entity] : visible) next.state.add_seed(ref, seed_of(entity));
  next.add("/all.yaml");
  next.settle();

  CHECK(next.refs() == Texts{"component:default/a", "location:default/all"});
  CHECK(next.visible.at("component:default/a") == visible.at("component:default/a"));
  CHECK(next.visible.at("location:default/all").contains("status"));
  CHECK(next.state.drop_seeds().empty());
}

TEST_CASE_FIXTURE(StateFixture,
                  "state: what the store has and nothing brings any more is dropped") {
  source.set("file:/a.yaml", component("a"));
  Seed seed;
  seed.entity = location_entity({"file", "/gone.yaml"}, "old");
  state.add_seed("location:default/old", seed);
  add("/a.yaml");
  settle();

  const auto dropped = state.drop_seeds();
  REQUIRE(dropped.size() == 1);
  CHECK(dropped.front().ref == "location:default/old");
  CHECK(dropped.front().previous["metadata"]["name"].text() == "old");
}

TEST_CASE_FIXTURE(StateFixture, "state: dangling references are warnings that name the field") {
  source.set("file:/a.yaml", component("a", ", dependsOn: ['component:nowhere']"));
  add("/a.yaml");
  settle();

  const auto problems = state.problems();
  REQUIRE(problems.size() == 2);
  CHECK_FALSE(problems[0].is_error);
  CHECK(problems[0].path == "spec.dependsOn.0");
  CHECK(problems[0].message ==
        "spec.dependsOn.0 refers to component:default/nowhere, which is not in the catalog");
  CHECK(problems[1].path == "spec.owner");
}
