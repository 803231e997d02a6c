#include <doctest/doctest.h>

#include "feature/catalog/engine_fixture.hpp"
#include "feature/catalog/errors.hpp"

using namespace gp;
using namespace gp::catalog;

namespace {

const LocationRef kFile{"file", "/c/all.yaml"};
const LocationRef kUrl{"url", "http://h/x.yaml"};

}  // namespace

TEST_CASE_FIXTURE(EngineFixture, "engine: an empty catalog settles") {
  start();

  CHECK(started);
  CHECK(settled);
  REQUIRE_FALSE(summaries.empty());
  CHECK(summaries.back().is_settled);
  CHECK(summaries.back().entities == 0);
}

TEST_CASE_FIXTURE(EngineFixture,
                  "engine: configured files are read, and read again when they change") {
  source.set("file:/c/all.yaml", component("a", "", ", description: one"));
  options.configured = {kFile};
  start();
  CHECK(get("component:default/a")["metadata"]["description"].text() == "one");

  source.set("file:/c/all.yaml", component("a", "", ", description: two"));
  engine->files_changed({"/c/other.yaml"});
  REQUIRE(idle());
  CHECK(get("component:default/a")["metadata"]["description"].text() == "one");
  engine->files_changed({"/c/all.yaml"});
  REQUIRE(idle());
  CHECK(get("component:default/a")["metadata"]["description"].text() == "two");
}

TEST_CASE_FIXTURE(EngineFixture, "engine: a glob sees new files, and folders that appear") {
  source.set("file:/c/all.yaml", StateFixture::location("all", "'./*/info.yaml'"));
  options.configured = {kFile};
  start();
  CHECK(count() == 2);

  source.set("file:/c/web/info.yaml", component("web"));
  engine->files_changed({"/c/web"});
  REQUIRE(idle());
  CHECK_FALSE(get("component:default/web").is_null());
}

TEST_CASE_FIXTURE(EngineFixture, "engine: problems name file, line, entity and message") {
  source.set("file:/c/all.yaml",
             component("good") +
                 "apiVersion: backstage.io/v1alpha1\nkind: AiResource\nmetadata:\n  name: skill\n"
                 "spec: {}\n---\n"
                 "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: bad}\n"
                 "spec:\n  type: t\n  lifecycle: p\n");
  options.configured = {kFile};
  start();

  const Value status = port.status_of("/c/all.yaml");
  CHECK(status["entities"].integer() == 1);
  CHECK(status["errors"].integer() == 2);
  const Value& unknown = status["problems"].at(0);
  CHECK(unknown["file"].text() == "/c/all.yaml");
  CHECK(unknown["line"].integer() == 7);
  CHECK(unknown["entityRef"].text() == "airesource:default/skill");
  CHECK(unknown["message"].text() ==
        "InputError: No processor recognized the entity airesource:default/skill as valid, "
        "possibly caused by a foreign kind or apiVersion");
  CHECK(status["problems"].at(1)["line"].integer() == 15);
  const Value& dangling = status["problems"].at(2);  // the owner of "good" is not in the catalog
  CHECK(dangling["severity"].text() == "warning");
  CHECK(summaries.back().errors == 2);
  CHECK(summaries.back().first_error.starts_with("/c/all.yaml:7: No processor"));
}

TEST_CASE_FIXTURE(EngineFixture,
                  "engine: a location is registered once, found, and removed with its tree") {
  source.set("url:http://h/x.yaml", component("a"));
  start();

  const auto added = engine->add(kUrl);
  REQUIRE(added);
  REQUIRE(idle());
  CHECK_FALSE(get("component:default/a").is_null());
  CHECK(engine->registered(added->id)->location == kUrl);
  const auto again = engine->add(kUrl);
  REQUIRE_FALSE(again);
  CHECK(error_text(again.error()) == "ConflictError: Location url:http://h/x.yaml already exists");

  REQUIRE(engine->remove(added->id));
  CHECK(get("component:default/a").is_null());
  CHECK(get(added->entity_ref()).is_null());
  CHECK(engine->registered().empty());
  CHECK(error_text(engine->remove(added->id).error()) ==
        "NotFoundError: Found no location with ID " + added->id);
}

TEST_CASE_FIXTURE(EngineFixture,
                  "engine: a changed location keeps its id; the old tree goes, the new one comes") {
  source.set("url:http://h/x.yaml", component("a"));
  source.set("url:http://h/y.yaml", component("b"));
  start();
  const auto added = engine->add(kUrl);
  REQUIRE(added);
  REQUIRE(idle());

  const auto changed = engine->change(added->id, {"url", "http://h/y.yaml"});
  REQUIRE(changed);
  REQUIRE(idle());
  CHECK(changed->id == added->id);
  CHECK(changed->entity_name == added->entity_name);
  CHECK_FALSE(get("component:default/b").is_null());
  CHECK(annotation(get("component:default/a"), kOrphan).text() == "true");
}

TEST_CASE_FIXTURE(EngineFixture, "engine: registered locations and uids survive a restart") {
  source.set("url:http://h/x.yaml", component("a"));
  start();
  const auto added = engine->add(kUrl);
  REQUIRE(idle());
  const Value before = get("component:default/a");
  engine.reset();

  start();
  REQUIRE(settled);
  CHECK(engine->registered(added->id).has_value());
  CHECK(get("component:default/a") == before);
}

TEST_CASE_FIXTURE(EngineFixture,
                  "engine: URLs are read again at the processing interval, orphans swept") {
  source.set("url:http://h/x.yaml", component("a") + component("b"));
  start();
  REQUIRE(engine->add(kUrl));
  REQUIRE(idle());
  const auto pass = [&](Duration time) {
    for (Duration passed{0}; passed < time; passed += std::chrono::seconds(5)) {
      clock.advance(std::chrono::seconds(5));
      engine->wait_ticks();
    }
    REQUIRE(idle());
  };

  source.set("url:http://h/x.yaml", component("a", "", ", description: new"));
  pass(std::chrono::seconds(110));
  CHECK(get("component:default/a")["metadata"]["description"].text() == "new");
  pass(std::chrono::seconds(40));
  CHECK(get("component:default/b").is_null());
}

TEST_CASE_FIXTURE(EngineFixture, "engine: a dry run tells what would come and stores nothing") {
  source.set("url:http://h/x.yaml", StateFixture::location("all", "./a.yaml"));
  source.set("url:http://h/a.yaml", component("a"));
  start();

  const auto run = engine->dry_run(kUrl);
  REQUIRE(run);
  CHECK_FALSE(run->exists);
  REQUIRE(run->entities.size() == 3);
  CHECK(run->entities[2]["metadata"]["name"].text() == "a");
  CHECK_FALSE(run->entities[2].contains("relations"));
  CHECK(count() == 0);

  const auto missing = engine->dry_run({"url", "http://h/absent.yaml"});
  CHECK(error_text(missing.error()) ==
        "InputError: NotFoundError: url http://h/absent.yaml does not exist");
}

TEST_CASE_FIXTURE(EngineFixture, "engine: ancestry leads breadth first to the source") {
  source.set("file:/c/all.yaml", StateFixture::location("all", "./a.yaml"));
  source.set("file:/c/a.yaml", component("a"));
  options.configured = {kFile};
  start();

  const auto ancestors = engine->ancestry("component:default/a");
  REQUIRE(ancestors.size() == 3);
  CHECK(ancestors[0].parents == std::vector<std::string>{"location:default/all"});
  CHECK(ancestors[1].parents.at(0).starts_with("location:default/generated-"));
  CHECK(ancestors[2].parents.empty());
  CHECK(engine->ancestry("component:default/nope").empty());
}

TEST_CASE_FIXTURE(EngineFixture, "engine: an entity removed by uid is gone at once") {
  source.set("file:/c/all.yaml", component("a"));
  options.configured = {kFile};
  start();
  Uuid uid{};
  REQUIRE(parse_uuid(get("component:default/a")["metadata"]["uid"].text(), uid));

  engine->remove(uid);

  CHECK(get("component:default/a").is_null());
}
