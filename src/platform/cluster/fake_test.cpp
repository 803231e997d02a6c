#include "platform/cluster/fake.hpp"

#include <doctest/doctest.h>

#include "platform/cluster/cluster_contract.hpp"

namespace gp::cluster {
namespace {

struct Fixture {
  FakeClock clock;
  SeededRandom random{1};
  FakeCluster cluster{clock, random};
  const Context context{clock};
};

TEST_CASE_FIXTURE(Fixture, "fake cluster: keeps the contract") {
  contract::check_contract(cluster, clock);
}

TEST_CASE_FIXTURE(Fixture, "fake cluster: scripted faults happen as often as asked, then not") {
  cluster.conflict_next_writes(2);
  for (int i = 0; i < 2; ++i) {
    const auto refused = cluster.create(context, contract::config_map("a"), "test");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::Conflict);
  }
  CHECK(cluster.create(context, contract::config_map("a"), "test"));
  CHECK(cluster.writes() == 1);
}

TEST_CASE_FIXTURE(Fixture, "fake cluster: a watch behind forgotten history is Gone") {
  const auto first = cluster.create(context, contract::config_map("a"), "test");
  REQUIRE(first);
  WatchOptions options;
  options.after = (*first)->revision();
  auto watcher = cluster.watch(context, options);
  REQUIRE(watcher);

  cluster.put(contract::config_map("b"));
  cluster.forget_history();

  std::vector<Event> events;
  const auto polled = (*watcher)->poll(events, 10);
  REQUIRE_FALSE(polled);
  CHECK(polled.error().code == Code::Gone);
  CHECK(cluster.watch(context, options).error().code == Code::Gone);
}

}  // namespace
}  // namespace gp::cluster
