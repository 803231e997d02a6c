#include <doctest/doctest.h>

#include "platform/store/store_fixture.hpp"

namespace gp::store {
namespace {

struct WatchFixture : StoreFixture {
  WatchFixture() : StoreFixture({.path = ":memory:"}) {}

  std::unique_ptr<Watcher> watch(const WatchOptions& wanted) {
    auto watcher = store->watch(wanted);
    REQUIRE_MESSAGE(watcher, watcher.error().to_string());
    return *std::move(watcher);
  }
  static std::vector<Event> poll(Watcher& watcher, std::size_t max = 1000) {
    std::vector<Event> events;
    REQUIRE(watcher.poll(events, max));
    return events;
  }
  void commit(Transaction transaction) {
    const auto done = store->commit(std::move(transaction));
    REQUIRE_MESSAGE(done, done.error().to_string());
  }
  static selector::LabelSelector labels(std::string_view text) {
    return *selector::LabelSelector::parse(text);
  }
};

}  // namespace

TEST_CASE_FIXTURE(WatchFixture, "watch: sees what happens after it began, in order") {
  commit(create("cms", "a", "before"));
  const auto watcher = watch({.resource = "cms"});

  commit(create("cms", "a", "one"));
  commit(update("cms", "a", "one", 0, {{"n", 1}}));
  commit(remove("cms", "a", "one"));

  const auto events = poll(*watcher);
  CHECK(text_of(events) == "+one ~one -one");
  CHECK(!events[0].previous);
  CHECK(events[1].previous == events[0].object);
  CHECK(events[2].previous == events[1].object);
  CHECK(events[2].object->revision() == 4);
  CHECK(events[2].revision == 4);
  CHECK(poll(*watcher).empty());
  CHECK(watcher->position() == 4);
}

TEST_CASE_FIXTURE(WatchFixture, "watch: begins behind the revision it is given") {
  commit(create("cms", "a", "one"));
  commit(create("cms", "a", "two"));
  commit(create("cms", "a", "three"));

  CHECK(text_of(poll(*watch({.resource = "cms", .after = 1}))) == "+two +three");
  CHECK(text_of(poll(*watch({.resource = "cms", .after = 3}))).empty());
}

TEST_CASE_FIXTURE(WatchFixture,
                  "watch: hides other resources and namespaces, and moves past them") {
  const auto watcher = watch({.resource = "cms", .ns = "a"});

  commit(create("secrets", "a", "one"));
  commit(create("cms", "b", "two"));
  commit(create("cms", "a", "three"));
  commit(create("cms", "b", "four"));

  CHECK(text_of(poll(*watcher)) == "+three");
  CHECK(watcher->position() == 4);
}

TEST_CASE_FIXTURE(WatchFixture, "watch: without a resource sees them all, in one order") {
  const auto watcher = watch({});

  commit(create("cms", "a", "one"));
  commit(create("nodes", "", "two"));
  commit(create("cms", "a", "three"));

  CHECK(text_of(poll(*watcher)) == "+one +two +three");
}

TEST_CASE_FIXTURE(WatchFixture, "watch: polls in portions lose nothing") {
  const auto watcher = watch({.resource = "cms"});
  for (int i = 0; i < 5; ++i) commit(create("cms", "a", fmt::format("n{}", i)));

  CHECK(text_of(poll(*watcher, 2)) == "+n0 +n1");
  CHECK(watcher->position() == 2);
  CHECK(text_of(poll(*watcher, 2)) == "+n2 +n3");
  CHECK(text_of(poll(*watcher, 2)) == "+n4");
}

TEST_CASE_FIXTURE(WatchFixture, "watch: entering and leaving a selection is Added and Deleted") {
  const auto watcher = watch({.resource = "cms", .labels = labels("app=web")});

  commit(create("cms", "a", "x", {{"n", 1}}, {{"app", "api"}}));
  CHECK(poll(*watcher).empty());

  commit(update("cms", "a", "x", 0, {{"n", 2}}, {{"app", "web"}}));
  auto events = poll(*watcher);
  CHECK(text_of(events) == "+x");
  CHECK(!events[0].previous);

  commit(update("cms", "a", "x", 0, {{"n", 3}}, {{"app", "web"}}));
  CHECK(text_of(poll(*watcher)) == "~x");

  commit(update("cms", "a", "x", 0, {{"n", 4}}, {{"app", "api"}}));
  events = poll(*watcher);
  REQUIRE(text_of(events) == "-x");
  CHECK(events[0].object->parse()["data"]["n"].integer() == 3);
  CHECK(events[0].object->revision() == 4);
  CHECK(events[0].object->label("app") == "web");

  commit(remove("cms", "a", "x"));
  CHECK(poll(*watcher).empty());
  CHECK(watcher->position() == 5);
}

TEST_CASE_FIXTURE(WatchFixture,
                  "watch: deleting a selected object is Deleted at the new revision") {
  commit(create("cms", "a", "x", {}, {{"app", "web"}}));
  const auto watcher = watch({.resource = "cms", .labels = labels("app")});

  commit(remove("cms", "a", "x"));

  const auto events = poll(*watcher);
  REQUIRE(text_of(events) == "-x");
  CHECK(events[0].object->revision() == 2);
}

TEST_CASE_FIXTURE(WatchFixture, "watch: a field selector sees transitions too") {
  options.selectable_fields = [](std::string_view) {
    return std::vector<std::string>{"data.phase"};
  };
  const auto watcher = watch(
      {.resource = "pods", .fields = selector::FieldSelector::equal("data.phase", "Running")});

  commit(create("pods", "a", "p", {{"phase", "Pending"}}));
  commit(update("pods", "a", "p", 0, {{"phase", "Running"}}));
  commit(update("pods", "a", "p", 0, {{"phase", "Failed"}}));

  CHECK(text_of(poll(*watcher)) == "+p -p");
}

TEST_CASE_FIXTURE(WatchFixture, "watch: is woken once until it has polled everything") {
  const auto watcher = watch({.resource = "cms", .ns = "a"});
  int wakes = 0;
  watcher->on_ready([&] { ++wakes; });
  CHECK(poll(*watcher).empty());

  commit(create("cms", "a", "one"));
  commit(create("cms", "a", "two"));
  CHECK(wakes == 1);

  CHECK(poll(*watcher, 1).size() == 1);
  commit(create("cms", "a", "three"));
  CHECK(wakes == 1);

  CHECK(poll(*watcher).size() == 2);
  commit(create("cms", "b", "elsewhere"));
  commit(create("secrets", "a", "other"));
  CHECK(wakes == 1);
  commit(create("cms", "a", "four"));
  CHECK(wakes == 2);
}

TEST_CASE_FIXTURE(WatchFixture, "watch: one that ended is not woken") {
  auto watcher = watch({.resource = "cms"});
  auto other = watch({.resource = "cms"});
  int wakes = 0;
  watcher->on_ready([&] { ++wakes; });
  watcher.reset();

  commit(create("cms", "a", "one"));

  CHECK(wakes == 0);
  CHECK(text_of(poll(*other)) == "+one");
}

TEST_CASE_FIXTURE(WatchFixture, "watch: a watcher may outlive its store") {
  const auto watcher = watch({.resource = "cms"});
  commit(create("cms", "a", "one"));
  store.reset();

  CHECK(text_of(poll(*watcher)) == "+one");
}

TEST_CASE_FIXTURE(WatchFixture, "watch: one that fell out of the retained history is told") {
  options.history_events_max = 3;
  open();
  const auto slow = watch({.resource = "cms"});
  const auto other = watch({.resource = "secrets"});
  for (int i = 0; i < 5; ++i) commit(create("cms", "a", fmt::format("n{}", i)));

  std::vector<Event> events;
  const auto polled = slow->poll(events, 10);

  REQUIRE(!polled);
  CHECK(polled.error().code == Code::Gone);
  CHECK(events.empty());
  CHECK(poll(*other).empty());
  const auto late = store->watch({.resource = "cms", .after = 1});
  REQUIRE(!late);
  CHECK(late.error().code == Code::Gone);
  CHECK(late.error().message == "revision 1 is no longer retained, the oldest is 2");
  CHECK(text_of(poll(*watch({.resource = "cms", .after = 2}))) == "+n2 +n3 +n4");
  CHECK(store->stats().oldest_revision == 2);
}

TEST_CASE_FIXTURE(WatchFixture, "watch: history is bounded by the bytes that it alone keeps") {
  options.history_bytes_max = 10'000;
  open();
  const std::string filling(1000, 'x');
  for (int i = 0; i < 50; ++i) {
    commit(create("cms", "a", fmt::format("n{}", i), {{"filling", filling}}));
  }
  CHECK(store->stats().oldest_revision == 0);

  for (int i = 0; i < 50; ++i) commit(update("cms", "a", "n0", 0, {{"filling", filling}}));

  CHECK(store->stats().oldest_revision > 80);
  CHECK(store->stats().oldest_revision < 95);
}

TEST_CASE_FIXTURE(WatchFixture, "watch: a revision in the future is refused") {
  const auto refused = store->watch({.resource = "cms", .after = 7});

  REQUIRE(!refused);
  CHECK(refused.error().code == Code::InvalidArgument);
  CHECK(refused.error().message == "revision 7 is in the future, the newest is 0");
}

TEST_CASE_FIXTURE(WatchFixture, "watch: compaction forgets up to the revision") {
  for (int i = 0; i < 4; ++i) commit(create("cms", "a", fmt::format("n{}", i)));

  store->compact(2);

  CHECK(!store->watch({.resource = "cms", .after = 1}));
  CHECK(!store->watch({.resource = "never-seen", .after = 1}));
  CHECK(text_of(poll(*watch({.resource = "cms", .after = 2}))) == "+n2 +n3");
}

}  // namespace gp::store
