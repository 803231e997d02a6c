#include "platform/cluster/local.hpp"

#include <doctest/doctest.h>

#include "platform/cluster/cluster_contract.hpp"
#include "platform/cluster/informer.hpp"

namespace gp::cluster {
namespace {

using namespace std::chrono_literals;

struct Fixture {
  FakeClock clock;
  SeededRandom random{1};
  object::KindRegistry kinds;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<api::Verbs> verbs;
  std::unique_ptr<LocalCluster> cluster;
  const Context context{clock};

  explicit Fixture(std::size_t history_events_max = 10'000) {
    object::add_builtin_kinds(kinds);
    object::Kind widget;
    widget.group = "test.goldenpath.dev";
    widget.version = "v1";
    widget.kind = "Widget";
    widget.list_kind = "WidgetList";
    widget.plural = "widgets";
    widget.singular = "widget";
    widget.has_status = true;
    kinds.add(std::move(widget));

    store::StoreOptions options;
    options.path = ":memory:";
    options.history_events_max = history_events_max;
    auto opened = store::Store::open(std::move(options), clock);
    REQUIRE(opened);
    store = std::move(*opened);
    verbs = std::make_unique<api::Verbs>(*store, kinds, clock, random);
    cluster = std::make_unique<LocalCluster>(*verbs);
    REQUIRE(cluster->create(context,
                            Value::object({{"apiVersion", "v1"},
                                           {"kind", "Namespace"},
                                           {"metadata", Value::object({{"name", "default"}})}}),
                            "test"));
  }
};

TEST_CASE_FIXTURE(Fixture, "local cluster: keeps the contract") {
  contract::check_contract(*cluster, clock);
}

TEST_CASE_FIXTURE(Fixture, "local cluster: says which kind or resource is not served") {
  Value unknown = contract::config_map("a");
  unknown.set("kind", "Gadget");
  const auto created = cluster->create(context, unknown, "test");
  REQUIRE_FALSE(created);
  CHECK(created.error().message == "no kind \"Gadget\" in \"v1\" is served here");

  ListOptions options;
  options.resource = "gadgets";
  const auto listed = cluster->list(context, options);
  REQUIRE_FALSE(listed);
  CHECK(listed.error().code == Code::NotFound);
  CHECK(listed.error().message == "no resource \"gadgets\" is served here");
}

TEST_CASE_FIXTURE(Fixture, "local cluster: many writes share few commits") {
  std::vector<Value> documents;
  for (int i = 0; i < 320; ++i) documents.push_back(contract::config_map(fmt::format("m{}", i)));
  const auto before = store->stats().commits;
  const auto results = cluster->write_all(context, std::move(documents), "test");

  CHECK(std::ranges::all_of(results, [](const auto& result) { return result.has_value(); }));
  CHECK(store->stats().writes >= 320);
  CHECK(store->stats().commits - before < 320);
}

// Writers and a small history, so that informers fall out of it; at each quiet point they must
// equal the store.
TEST_CASE("local cluster: informers end equal to the store under random churn") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    Fixture fixture(16);
    SeededRandom random(seed);
    Informers informers(*fixture.cluster, fixture.clock, random, {.batch_events_max = 4});
    Informer& maps = informers.of("configmaps");
    Informer& widgets = informers.of(contract::kWidgets);
    std::atomic<std::uint64_t> told = 0;
    informers.add_handler("configmaps", [&](const Event&) { ++told; });
    informers.start();

    for (int round = 0; round < 12; ++round) {
      std::vector<std::thread> writers;
      for (std::uint64_t w = 0; w < 3; ++w) {
        writers.emplace_back([&, w] {
          SeededRandom mine(seed * 100 + w);
          for (int step = 0; step < 30; ++step) {
            const std::string name = fmt::format("m{}", mine.below(10));
            if (mine.below(4) == 0) {
              (void)fixture.cluster->remove(fixture.context, contract::config_map_key(name), {});
            } else {
              (void)fixture.cluster->write_all(
                  fixture.context, {contract::config_map(name, std::to_string(mine.next()))},
                  "test");
            }
            if (mine.below(10) == 0) {
              (void)fixture.cluster->write_all(fixture.context, {contract::widget(name, step)},
                                               "test");
            }
          }
        });
      }
      for (std::thread& writer : writers) writer.join();
      if (random.below(3) == 0) fixture.store->compact(fixture.store->revision());

      while (!informers.wait_position(fixture.store->revision(), 5ms) || !maps.has_synced() ||
             !widgets.has_synced()) {
        fixture.clock.advance(31s);
      }
      for (const Informer* informer : {&maps, &widgets}) {
        ListOptions all;
        all.resource = informer->resource();
        const auto listed = fixture.store->list(all);
        REQUIRE(listed);
        REQUIRE(informer->size() == listed->objects.size());
        for (const ObjectRef& object : listed->objects) {
          const ObjectRef seen = informer->get(object->ns(), object->name());
          REQUIRE(seen);
          REQUIRE(seen->revision() == object->revision());
        }
      }
    }
    CHECK(told > 0);
  }
}

}  // namespace
}  // namespace gp::cluster
