#include "feature/portal/objects.hpp"

#include <doctest/doctest.h>

#include "platform/runtime/local_fixture.hpp"

using namespace gp;

namespace {

struct Fixture : runtime::LocalFixture {
  Fixture() {
    create(core("Namespace", "", "shop"));
    create(core("Namespace", "", "web"));
    for (const char* name : {"web-config", "my-web", "web", "other"})
      create(core("ConfigMap", "shop", name));
  }

  std::vector<std::string> names(std::string_view part, std::size_t limit = 20) {
    std::vector<std::string> out;
    const auto found = portal::find_objects(kinds, cluster, context, part, limit);
    REQUIRE(found);
    for (const Value& item : (*found)["items"].items())
      out.push_back(item["kind"].string() + " " + item["name"].string());
    return out;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "portal objects: kinds are counted, those without objects left out") {
  const auto counts = portal::count_objects(kinds, cluster, context);

  REQUIRE(counts);
  CHECK((*counts)["counts"]["configmaps"] == Value(4));
  CHECK((*counts)["counts"]["namespaces"] == Value(2));
  CHECK_FALSE((*counts)["counts"].contains("secrets"));
}

TEST_CASE_FIXTURE(Fixture, "portal objects: an event is counted once, whatever it is called") {
  Value event = core("Event", "shop", "web.1");
  event.set("involvedObject", Value::object({{"kind", "ConfigMap"}, {"namespace", "shop"}}));
  create(event);

  const auto counts = portal::count_objects(kinds, cluster, context);

  REQUIRE(counts);
  CHECK((*counts)["counts"]["events"] == Value(1));
  CHECK_FALSE((*counts)["counts"].contains("events.events.k8s.io"));
}

TEST_CASE_FIXTURE(Fixture, "portal objects: the very name comes first, then beginnings") {
  CHECK(names("WEB") == std::vector<std::string>{"ConfigMap web", "Namespace web",
                                                 "ConfigMap web-config", "ConfigMap my-web"});
  CHECK(names("web", 1) == std::vector<std::string>{"ConfigMap web"});
  CHECK(names("nowhere").empty());
  CHECK(names("").empty());
}

TEST_CASE_FIXTURE(Fixture, "portal objects: what was found says where it is") {
  const auto found = portal::find_objects(kinds, cluster, context, "web-config", 5);

  REQUIRE(found);
  CHECK((*found)["items"].at(0) == Value::object({{"group", ""},
                                                  {"version", "v1"},
                                                  {"kind", "ConfigMap"},
                                                  {"plural", "configmaps"},
                                                  {"namespace", "shop"},
                                                  {"name", "web-config"}}));
}
