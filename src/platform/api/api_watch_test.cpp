// Watches: the state first or not, events, bookmarks, ends; and history that is gone.
#include "platform/api/api_fixture.hpp"

using namespace gp;
using namespace gp::api;

namespace {

struct Watched : ApiFixture {
  Watching follow(std::string_view query, std::initializer_list<Header> headers = {}) {
    return watch(fmt::format("{}?watch=true&{}", kMaps, query), headers);
  }
  std::string now() { return std::to_string(store->revision()); }
  void change(std::string_view name, std::string_view merge = "{data: {b: '2'}}") {
    REQUIRE(
        patch(fmt::format("{}/{}", kMaps, name), "application/merge-patch+json", merge).status ==
        200);
  }
};

}  // namespace

TEST_CASE_FIXTURE(Watched, "watch: without a revision the state comes first, then what happens") {
  config_map("a");
  Watching all = follow("");

  CHECK(all.heard() == "ADDED a");
  CHECK(all.heard() == "");
  config_map("b");
  change("a");
  remove("/api/v1/namespaces/shop/configmaps/a");
  CHECK(all.heard() == "ADDED b, MODIFIED a, DELETED a");
}

TEST_CASE_FIXTURE(Watched, "watch: from a revision on, everything behind it and nothing before") {
  config_map("a");
  const std::string then = now();
  config_map("b");

  CHECK(follow("resourceVersion=" + then).heard() == "ADDED b");
  CHECK(follow("resourceVersion=" + now()).heard() == "");
  CHECK(follow("resourceVersion=0").heard() == "ADDED a, ADDED b");
}

TEST_CASE_FIXTURE(Watched, "watch: events carry whole objects, a deletion its own revision") {
  const Value made = config_map("a");
  Watching all = follow("resourceVersion=" + now());
  remove("/api/v1/namespaces/shop/configmaps/a");

  const auto events = all.events();

  REQUIRE(events.size() == 1);
  CHECK(events[0]["object"]["kind"].text() == "ConfigMap");
  CHECK(events[0]["object"]["data"] == made["data"]);
  CHECK(revision_of(events[0]["object"]) == now());
}

TEST_CASE_FIXTURE(Watched,
                  "watch: what leaves a selector is deleted for its watcher, and comes back") {
  config_map("a");
  config_map("b");
  Watching web = follow("labelSelector=app%3Dweb");
  CHECK(web.heard() == "");

  change("a", "{metadata: {labels: {app: web}}}");
  change("a");
  change("a", "{metadata: {labels: {app: db}}}");
  change("b");

  CHECK(web.heard() == "ADDED a, MODIFIED a, DELETED a");
}

TEST_CASE_FIXTURE(Watched, "watch: one object, by a field selector or by the old spellings") {
  config_map("a");
  config_map("b");

  CHECK(follow("fieldSelector=metadata.name%3Db").heard() == "ADDED b");
  CHECK(watch("/api/v1/watch/namespaces/shop/configmaps").heard() == "ADDED a, ADDED b");
  CHECK(watch("/api/v1/watch/namespaces/shop/configmaps/b").heard() == "ADDED b");
  CHECK(watch("/api/v1/namespaces/shop/configmaps/a?watch=1").heard() == "ADDED a");
}

TEST_CASE_FIXTURE(Watched, "watch: bookmarks come every minute to those who want them") {
  config_map("a");
  Watching marked = follow("allowWatchBookmarks=true&resourceVersion=" + now());
  Watching plain = follow("resourceVersion=" + now());
  put_in("{metadata: {name: other}, stringData: {a: b}}", "/api/v1/namespaces/shop/secrets");

  clock.advance(std::chrono::seconds(61));

  const auto events = marked.events();
  REQUIRE(events.size() == 1);
  CHECK(to_json(events[0], {.sort_members = false}) ==
        fmt::format(R"({{"type":"BOOKMARK","object":{{"kind":"ConfigMap","apiVersion":"v1",)"
                    R"("metadata":{{"creationTimestamp":null,"resourceVersion":"{}"}}}}}})",
                    now()));
  CHECK(plain.heard() == "");
  clock.advance(std::chrono::seconds(60));
  CHECK(marked.heard() == "BOOKMARK");
}

TEST_CASE_FIXTURE(Watched, "watch: initial events end with a bookmark that says so") {
  config_map("a");
  Watching all =
      follow("sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true");

  const auto events = all.events();

  REQUIRE(events.size() == 2);
  CHECK(events[0]["type"].text() == "ADDED");
  CHECK(events[1]["type"].text() == "BOOKMARK");
  CHECK(events[1]["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"].text() ==
        "true");
  CHECK(revision_of(events[1]["object"]) == now());
}

TEST_CASE_FIXTURE(Watched, "watch: initial events have their rules") {
  CHECK(get(fmt::format("{}?watch=true&sendInitialEvents=true", kMaps)).failure() ==
        "422 Invalid: ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  CHECK(get(fmt::format("{}?watch=true&resourceVersionMatch=NotOlderThan", kMaps)).failure() ==
        "422 Invalid: ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: "
        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  config_map("a");
  Watching none = follow(
      "sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&"
      "resourceVersion=" +
      now());
  CHECK(none.heard() == "");
}

TEST_CASE_FIXTURE(Watched, "watch: history that is gone is told as an event, and the watch ends") {
  const std::string then = now();
  config_map("a");
  config_map("b");
  store->compact(store->revision());

  Watching late = follow("resourceVersion=" + then);

  CHECK(late.status() == 200);
  const auto events = late.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0]["type"].text() == "ERROR");
  CHECK(events[0]["object"]["code"].integer() == 410);
  CHECK(events[0]["object"]["reason"].text() == "Expired");
  CHECK(events[0]["object"]["message"].text().starts_with("too old resource version: " + then));
  CHECK(late.is_over());
}

TEST_CASE_FIXTURE(Watched, "watch: a slow watcher whose place is forgotten is told so too") {
  Watching slow = follow("resourceVersion=" + now());
  config_map("a");
  config_map("b");
  store->compact(store->revision());

  CHECK(slow.heard() == "ERROR");
  slow.events();
  CHECK(slow.is_over());
}

TEST_CASE_FIXTURE(Watched, "watch: a revision of the future is refused at once") {
  const Answer answer = get(fmt::format("{}?watch=true&resourceVersion=999999", kMaps));
  CHECK(answer.status == 504);
  CHECK(answer["details"]["causes"].at(0)["reason"].text() == "ResourceVersionTooLarge");
}

TEST_CASE_FIXTURE(Watched, "watch: ends at its time-out, after what was still to be said") {
  Watching brief = follow("timeoutSeconds=5");
  CHECK(brief.heard() == "");
  config_map("a");
  clock.advance(std::chrono::seconds(6));
  CHECK(brief.heard() == "ADDED a");
  CHECK(brief.is_over());

  Watching usual = follow("");
  clock.advance(std::chrono::minutes(29));
  usual.events();
  CHECK_FALSE(usual.is_over());
  clock.advance(std::chrono::minutes(32));
  usual.events();
  CHECK(usual.is_over());
}

TEST_CASE_FIXTURE(Watched, "watch: as tables the first event brings the columns") {
  config_map("a");
  config_map("b");
  Watching rows = follow("", {{"Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"}});

  const auto events = rows.events();

  REQUIRE(events.size() == 2);
  CHECK(events[0]["object"]["kind"].text() == "Table");
  CHECK(events[0]["object"]["columnDefinitions"].size() == 3);
  CHECK(events[1]["object"]["columnDefinitions"].is_null());
  CHECK(events[1]["object"]["rows"].at(0)["cells"].at(0).text() == "b");
}

TEST_CASE_FIXTURE(Watched, "watch: as metadata alone") {
  config_map("a");
  Watching partial =
      follow("", {{"Accept", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"}});

  const auto events = partial.events();

  REQUIRE(events.size() == 1);
  CHECK(events[0]["object"]["kind"].text() == "PartialObjectMetadata");
  CHECK(events[0]["object"]["metadata"]["name"].text() == "a");
  CHECK(events[0]["object"]["data"].is_null());
}
