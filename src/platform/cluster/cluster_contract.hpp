#pragma once
// What every Cluster promises, as one test that each implementation runs on a fresh instance:
//
//   TEST_CASE("fake cluster: keeps the contract") {
//     …
//     check_contract(cluster, clock);
//   }
//
// A remote cluster hears of changes a moment later than it makes them, which is all that differs.
//
// Uses ConfigMaps in namespace "default" (which must exist) and the kind below, which must be
// served.

#include <doctest/doctest.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "platform/cluster/cluster.hpp"

namespace gp::cluster::contract {

// Namespaced, with a status subresource and any fields.
inline constexpr std::string_view kWidgetApi = "test.goldenpath.dev/v1";
inline constexpr std::string_view kWidgets = "widgets.test.goldenpath.dev";

inline Value config_map(std::string_view name, std::string_view text = "x") {
  return Value::object({{"apiVersion", "v1"},
                        {"kind", "ConfigMap"},
                        {"metadata", Value::object({{"name", name},
                                                    {"namespace", "default"},
                                                    {"labels", Value::object({{"app", name}})}})},
                        {"data", Value::object({{"text", text}})}});
}

inline Value widget(std::string_view name, int size) {
  return Value::object({{"apiVersion", kWidgetApi},
                        {"kind", "Widget"},
                        {"metadata", Value::object({{"name", name}, {"namespace", "default"}})},
                        {"spec", Value::object({{"size", size}})}});
}

inline Key config_map_key(std::string_view name) {
  return {"configmaps", "default", std::string(name)};
}

inline ListOptions all_config_maps() {
  ListOptions options;
  options.resource = "configmaps";
  options.ns = "default";
  return options;
}

// Counts the wakes of a watcher, so that a test can wait for the next one.
class Wakes {
 public:
  std::function<void()> counter() {
    return [state = state_] {
      const std::lock_guard lock(state->mutex);
      ++state->count;
      state->changed.notify_all();
    };
  }
  int count() const {
    const std::lock_guard lock(state_->mutex);
    return state_->count;
  }
  // Some wake after the `seen` first ones; false after 20 seconds of real time.
  bool wait_beyond(int seen) const {
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, std::chrono::seconds(20),
                                    [&] { return state_->count > seen; });
  }

 private:
  struct State {
    std::mutex mutex;  // guards the fields below
    std::condition_variable changed;
    int count = 0;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// What a watcher has to say until it has said `wanted` events; a remote one needs a moment.
inline std::vector<Event> poll_until(Watcher& watcher, const Wakes& wakes, std::size_t wanted) {
  std::vector<Event> events;
  while (true) {
    const int seen = wakes.count();
    REQUIRE(watcher.poll(events, 1000));
    std::erase_if(events, [](const Event& event) { return event.type == Event::Type::Bookmark; });
    if (events.size() >= wanted) return events;
    if (!wakes.wait_beyond(seen)) return events;
  }
}

inline void check_contract(Cluster& cluster, Clock& clock) {
  const Context context(clock);
  const std::string_view manager = "goldenpath-test";

  SUBCASE("what was created can be read, with an identity and a revision") {
    const auto created = cluster.create(context, config_map("a"), manager);
    REQUIRE(created);
    const auto read = cluster.get(context, config_map_key("a"));
    REQUIRE(read);

    CHECK((*read)->revision() == (*created)->revision());
    CHECK((*read)->uid() != Uuid{});
    const Value document = (*read)->parse();
    CHECK(document["data"]["text"].text() == "x");
    CHECK(document["metadata"]["resourceVersion"].text() == std::to_string((*read)->revision()));
    CHECK_FALSE(document["metadata"]["creationTimestamp"].is_null());
  }

  SUBCASE("a name is taken once") {
    REQUIRE(cluster.create(context, config_map("a"), manager));
    const auto again = cluster.create(context, config_map("a"), manager);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Code::AlreadyExists);
  }

  SUBCASE("what is not there is NotFound, whatever one wants of it") {
    const auto read = cluster.get(context, config_map_key("none"));
    const auto updated = cluster.update(context, config_map("none"), manager);
    const auto removed = cluster.remove(context, config_map_key("none"), {});
    const auto patched = cluster.patch(context, config_map_key("none"), PatchType::Merge,
                                       Value::object({{"data", nullptr}}), manager);
    for (const Code code :
         {read.error().code, updated.error().code, removed.error().code, patched.error().code}) {
      CHECK(code == Code::NotFound);
    }
  }

  SUBCASE("a resourceVersion in the document is a compare-and-set, none is not") {
    const auto first = cluster.create(context, config_map("a"), manager);
    REQUIRE(first);
    REQUIRE(cluster.update(context, config_map("a", "y"), manager));

    Value stale = (*first)->parse();
    stale.edit("data").set("text", "z");
    const auto refused = cluster.update(context, stale, manager);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::Conflict);

    Value blind = stale;
    blind.edit("metadata").erase("resourceVersion");
    CHECK(cluster.update(context, blind, manager));
  }

  SUBCASE("an update that changes nothing makes no revision") {
    const auto first = cluster.create(context, config_map("a"), manager);
    REQUIRE(first);
    const auto second = cluster.update(context, (*first)->parse(), manager);
    REQUIRE(second);
    CHECK((*second)->revision() == (*first)->revision());
  }

  SUBCASE("status is written by update_status alone, and everything else by update alone") {
    REQUIRE(cluster.create(context, widget("w", 1), manager));

    Value both = widget("w", 2);
    both.set("status", Value::object({{"phase", "Up"}}));
    const auto with_status = cluster.update_status(context, both, manager);
    REQUIRE(with_status);
    CHECK((*with_status)->parse()["spec"]["size"].integer() == 1);
    CHECK((*with_status)->parse()["status"]["phase"].text() == "Up");

    both.set("status", Value::object({{"phase", "Down"}}));
    const auto with_spec = cluster.update(context, both, manager);
    REQUIRE(with_spec);
    CHECK((*with_spec)->parse()["spec"]["size"].integer() == 2);
    CHECK((*with_spec)->parse()["status"]["phase"].text() == "Up");
  }

  SUBCASE("generation counts changes of what is wanted, not of status and labels") {
    const auto generation = [&] {
      const auto read = cluster.get(context, {std::string(kWidgets), "default", "w"});
      REQUIRE(read);
      return (*read)->parse()["metadata"]["generation"].integer();
    };
    REQUIRE(cluster.create(context, widget("w", 1), manager));
    CHECK(generation() == 1);

    Value document = widget("w", 1);
    document.set("status", Value::object({{"phase", "Up"}}));
    REQUIRE(cluster.update_status(context, document, manager));
    document.edit("metadata").set("labels", Value::object({{"a", "b"}}));
    REQUIRE(cluster.update(context, document, manager));
    CHECK(generation() == 1);

    REQUIRE(cluster.update(context, widget("w", 2), manager));
    CHECK(generation() == 2);
  }

  SUBCASE("a merge patch adds, changes and removes") {
    REQUIRE(cluster.create(context, config_map("a"), manager));
    const Value patch =
        Value::object({{"metadata", Value::object({{"labels", Value::object({{"app", nullptr}})}})},
                       {"data", Value::object({{"more", "1"}})}});
    const auto patched =
        cluster.patch(context, config_map_key("a"), PatchType::Merge, patch, manager);
    REQUIRE(patched);
    const Value document = (*patched)->parse();
    CHECK(document["data"]["text"].text() == "x");
    CHECK(document["data"]["more"].text() == "1");
    CHECK_FALSE((*patched)->label("app"));
  }

  SUBCASE("kinds are known by apiVersion and kind") {
    const auto found = cluster.kind_of(context, "v1", "ConfigMap");
    REQUIRE(found);
    CHECK(found->resource == "configmaps");
    CHECK(found->is_namespaced);
    const auto custom = cluster.kind_of(context, kWidgetApi, "Widget");
    REQUIRE(custom);
    CHECK(custom->resource == kWidgets);
  }

  SUBCASE("a preview tells what an apply would make, and writes nothing") {
    REQUIRE(cluster.create(context, config_map("a"), manager));
    const Value before = cluster.get(context, config_map_key("a")).value()->parse();
    const auto changed =
        cluster.preview(context, config_map_key("a"), config_map("a", "y"), manager);
    REQUIRE(changed);
    CHECK((*changed)->parse()["data"]["text"].text() == "y");
    CHECK(cluster.get(context, config_map_key("a")).value()->parse() == before);

    const auto fresh = cluster.preview(context, config_map_key("b"), config_map("b"), manager);
    REQUIRE(fresh);
    CHECK((*fresh)->parse()["data"]["text"].text() == "x");
    CHECK_FALSE(cluster.get(context, config_map_key("b")));
  }

  SUBCASE("finalizers hold a deleted object until the last one is gone") {
    Value held = config_map("a");
    held.edit("metadata").set("finalizers", Value::array({"example.com/hold"}));
    REQUIRE(cluster.create(context, held, manager));

    const auto removed = cluster.remove(context, config_map_key("a"), {});
    REQUIRE(removed);
    CHECK_FALSE(removed->is_gone);
    CHECK(removed->object->is_deleting());
    CHECK(cluster.get(context, config_map_key("a")));

    const Value none = Value::object({{"metadata", Value::object({{"finalizers", nullptr}})}});
    REQUIRE(cluster.patch(context, config_map_key("a"), PatchType::Merge, none, manager));
    CHECK_FALSE(cluster.get(context, config_map_key("a")));
  }

  SUBCASE("a deletion can insist on the object it means") {
    const auto created = cluster.create(context, config_map("a"), manager);
    REQUIRE(created);

    DeleteOptions other;
    other.precondition_uid = "00000000-0000-4000-8000-000000000000";
    const auto refused = cluster.remove(context, config_map_key("a"), other);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::Conflict);

    DeleteOptions same;
    same.precondition_uid = format_uuid((*created)->uid());
    const auto removed = cluster.remove(context, config_map_key("a"), same);
    REQUIRE(removed);
    CHECK(removed->is_gone);
  }

  SUBCASE("a list shows one namespace, selected by labels, with the revision it is of") {
    REQUIRE(cluster.create(context, config_map("a"), manager));
    const auto last = cluster.create(context, config_map("b"), manager);
    REQUIRE(last);

    const auto all = cluster.list(context, all_config_maps());
    REQUIRE(all);
    CHECK(all->revision >= (*last)->revision());

    ListOptions selected = all_config_maps();
    selected.labels = *selector::LabelSelector::parse("app=b");
    const auto one = cluster.list(context, selected);
    REQUIRE(one);
    REQUIRE(one->objects.size() == 1);
    CHECK(one->objects[0]->name() == "b");
  }

  SUBCASE("a watch behind a list shows everything since, once and in order") {
    REQUIRE(cluster.create(context, config_map("before"), manager));
    const auto listed = cluster.list(context, all_config_maps());
    REQUIRE(listed);

    WatchOptions options;
    options.resource = "configmaps";
    options.ns = "default";
    options.after = listed->revision;
    auto watcher = cluster.watch(context, options);
    REQUIRE(watcher);
    const Wakes wakes;
    (*watcher)->on_ready(Wakes(wakes).counter());

    REQUIRE(cluster.create(context, config_map("a"), manager));
    REQUIRE(cluster.create(context, widget("other", 1), manager));
    REQUIRE(cluster.update(context, config_map("a", "y"), manager));
    REQUIRE(cluster.remove(context, config_map_key("a"), {}));

    const std::vector<Event> events = poll_until(**watcher, wakes, 3);
    REQUIRE(events.size() == 3);
    CHECK(events[0].type == Event::Type::Added);
    CHECK(events[1].type == Event::Type::Modified);
    CHECK(events[2].type == Event::Type::Deleted);
    CHECK(events[2].object->name() == "a");
    CHECK(events[0].revision < events[1].revision);
    CHECK(events[1].revision < events[2].revision);
    CHECK((*watcher)->position() >= events[2].revision);
    CHECK(poll_until(**watcher, wakes, 0).empty());
    CHECK(wakes.count() > 0);
  }

  SUBCASE("a watch of every resource sees them all") {
    auto watcher = cluster.watch(context, WatchOptions());
    REQUIRE(watcher);
    const Wakes wakes;
    (*watcher)->on_ready(Wakes(wakes).counter());

    REQUIRE(cluster.create(context, config_map("a"), manager));
    REQUIRE(cluster.create(context, widget("w", 1), manager));

    std::vector<Event> events = poll_until(**watcher, wakes, 2);
    REQUIRE(events.size() == 2);
    std::ranges::sort(events, {}, [](const Event& event) { return event.object->resource(); });
    CHECK(events[0].object->resource() == "configmaps");
    CHECK(events[1].object->resource() == kWidgets);
  }

  SUBCASE("many writes create or replace each, and answer in order") {
    REQUIRE(cluster.create(context, config_map("m1", "old"), manager));
    Value broken = config_map("", "nameless");
    const auto results = cluster.write_all(
        context, {config_map("m0"), config_map("m1", "new"), broken, config_map("m3")}, manager);

    REQUIRE(results.size() == 4);
    CHECK(results[0]);
    REQUIRE(results[1]);
    CHECK((*results[1])->parse()["data"]["text"].text() == "new");
    CHECK_FALSE(results[2]);
    REQUIRE(results[3]);
    CHECK((*results[3])->name() == "m3");
  }

  SUBCASE("a context that is over is not worth a call") {
    std::stop_source stop;
    stop.request_stop();
    const Context stopped(clock, std::chrono::seconds(1), stop.get_token());
    const auto read = cluster.get(stopped, config_map_key("a"));
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Code::Cancelled);
  }
}

}  // namespace gp::cluster::contract
