#include "platform/cluster/informer.hpp"

#include <doctest/doctest.h>

#include "platform/cluster/cluster_contract.hpp"
#include "platform/cluster/fake.hpp"

namespace gp::cluster {
namespace {

using namespace std::chrono_literals;
using contract::config_map;
using contract::config_map_key;

// What a handler was told, and whether it ever heard of a state twice or out of order.
class Witness {
 public:
  Handler handler() {
    return [this](const Event& event) { hear(event); };
  }
  std::vector<std::string> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  std::map<std::string, Revision> known() const {
    const std::lock_guard lock(mutex_);
    return known_;
  }
  int mistakes() const {
    const std::lock_guard lock(mutex_);
    return mistakes_;
  }

 private:
  void hear(const Event& event) {
    const std::lock_guard lock(mutex_);
    const std::string name(event.object->name());
    const auto before = known_.find(name);
    const bool was_known = before != known_.end();
    const Revision last = was_known ? before->second : 0;
    if (event.object->revision() <= last) ++mistakes_;
    switch (event.type) {
      case Event::Type::Added:
        heard_.push_back("+" + name);
        mistakes_ += was_known ? 1 : 0;
        break;
      case Event::Type::Modified:
        heard_.push_back("~" + name);
        mistakes_ += was_known ? 0 : 1;
        break;
      default:
        heard_.push_back("-" + name);
        mistakes_ += was_known ? 0 : 1;
        known_.erase(name);
        return;
    }
    known_[name] = event.object->revision();
  }

  mutable std::mutex mutex_;
  std::vector<std::string> heard_;
  std::map<std::string, Revision> known_;
  int mistakes_ = 0;
};

using Heard = std::vector<std::string>;

struct Fixture {
  FakeClock clock;
  SeededRandom random{1};
  FakeCluster cluster{clock, random};
  Informers informers{cluster, clock, random};
  Informer& maps = informers.of("configmaps");
  Witness witness;

  Fixture() { informers.add_handler("configmaps", witness.handler()); }

  void start() {
    informers.start();
    REQUIRE(informers.wait_tried(30s));
  }
  void catch_up() { REQUIRE(informers.wait_position(cluster.revision(), 30s)); }
  void catch_up_in_time() {  // retries are due when the clock moves
    while (!informers.wait_position(cluster.revision(), 1ms)) clock.advance(1s);
  }
  void disconnect() {
    cluster.disconnect_watches();
    while (cluster.open_watches() != 0) std::this_thread::yield();
  }
};

TEST_CASE_FIXTURE(Fixture, "informer: tells what was there first, then each change") {
  cluster.put(config_map("a"));
  start();
  cluster.put(config_map("b"));
  cluster.put(config_map("a", "new"));
  cluster.erase(config_map_key("b"));
  catch_up();

  CHECK(witness.heard() == Heard{"+a", "+b", "~a", "-b"});
  CHECK(maps.size() == 1);
  CHECK(maps.get("default", "a") == cluster.peek(config_map_key("a")));
  CHECK_FALSE(maps.get("default", "b"));
  CHECK(maps.list("elsewhere").empty());
}

TEST_CASE_FIXTURE(Fixture, "informer: misses nothing in a cluster that begins empty") {
  start();
  cluster.put(config_map("a"));
  catch_up();

  CHECK(witness.heard() == Heard{"+a"});
}

TEST_CASE_FIXTURE(Fixture,
                  "informer: asking again gives the same informer, and a late handler hears all") {
  CHECK(&informers.of("configmaps") == &maps);
  cluster.put(config_map("a"));
  start();
  cluster.put(config_map("b"));
  catch_up();

  Witness late;
  informers.add_handler("configmaps", late.handler());
  cluster.put(config_map("c"));
  catch_up();

  CHECK(late.known().size() == 3);
  CHECK(late.mistakes() == 0);
  CHECK(cluster.open_watches() == 1);
}

TEST_CASE_FIXTURE(Fixture, "informer: resumes a broken watch where it stopped, after a wait") {
  cluster.put(config_map("a"));
  start();
  catch_up();

  disconnect();
  cluster.put(config_map("b"));
  CHECK(maps.size() == 1);

  catch_up_in_time();
  CHECK(witness.heard() == Heard{"+a", "+b"});
  CHECK(maps.stats().lists == 1);
  CHECK(maps.stats().watches == 2);
}

TEST_CASE_FIXTURE(Fixture, "informer: lists again when history is gone, and tells the difference") {
  for (const char* name : {"stays", "changes", "goes", "is-replaced"})
    cluster.put(config_map(name));
  start();
  catch_up();

  cluster.refuse_next_watches(1, unavailable("down"));
  disconnect();
  cluster.put(config_map("changes", "new"));
  cluster.erase(config_map_key("goes"));
  cluster.erase(config_map_key("is-replaced"));
  cluster.put(config_map("is-replaced"));
  cluster.put(config_map("comes"));
  cluster.forget_history();
  catch_up_in_time();

  Heard heard = witness.heard();
  heard.erase(heard.begin(), heard.begin() + 4);
  std::ranges::sort(heard);
  CHECK(heard == Heard{"+comes", "+is-replaced", "-goes", "-is-replaced", "~changes"});
  CHECK(witness.mistakes() == 0);
  CHECK(maps.stats().lists == 2);
}

TEST_CASE_FIXTURE(Fixture, "informer: a watch of an empty cluster that breaks misses nothing") {
  start();
  cluster.refuse_next_watches(1, unavailable("down"));
  disconnect();
  cluster.put(config_map("a"));
  catch_up_in_time();
  CHECK(witness.heard() == Heard{"+a"});
  CHECK(maps.get("default", "a"));
}

TEST_CASE_FIXTURE(Fixture,
                  "informer: a cluster that refuses the list is asked again, less and less often") {
  cluster.put(config_map("a"));
  cluster.fail_next_lists(3, unavailable("the API server is down"));
  start();
  CHECK_FALSE(maps.has_synced());
  CHECK(maps.stats().error == "the API server is down");

  for (const Duration wait : {100ms, 200ms, 400ms}) {
    CHECK_FALSE(maps.has_synced());
    clock.advance(wait);
    REQUIRE(informers.wait_tried(30s));
    informers.wait_position(~Revision{0}, 0s);
    while (clock.pending_timers() == 0 && !maps.has_synced()) std::this_thread::yield();
  }
  catch_up();
  CHECK(maps.has_synced());
  CHECK(maps.stats().error.empty());
  CHECK(witness.heard() == Heard{"+a"});
}

TEST_CASE_FIXTURE(Fixture,
                  "informer: the stream of everything keeps no copy and says when to look anew") {
  std::atomic<int> resyncs = 0;
  Witness stream;
  informers.add_handler("", stream.handler(), [&] { ++resyncs; });
  cluster.put(config_map("before"));
  start();
  CHECK(resyncs == 1);

  cluster.put(config_map("a"));
  cluster.put(contract::widget("w", 1));
  catch_up();
  CHECK(stream.heard() == Heard{"+a", "+w"});
  CHECK(informers.of("").size() == 0);

  disconnect();
  cluster.put(config_map("missed"));
  cluster.forget_history();
  catch_up_in_time();
  CHECK(resyncs == 2);
  CHECK(stream.heard() == Heard{"+a", "+w"});
}

// Random writes and faults; at each quiet point the copy must equal the cluster.
TEST_CASE("informer: ends equal to the cluster whatever breaks in between") {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    CAPTURE(seed);
    FakeClock clock;
    SeededRandom random(seed);
    FakeCluster cluster(clock, random);
    Informers informers(cluster, clock, random, {.batch_events_max = 3});
    Informer& maps = informers.of("configmaps");
    Witness witness;
    informers.add_handler("configmaps", witness.handler());
    informers.start();

    for (int round = 0; round < 40; ++round) {
      for (int step = 0; step < 25; ++step) {
        const std::string name = "m" + std::to_string(random.below(12));
        switch (random.below(12)) {
          case 0:
          case 1:
          case 2: cluster.erase(config_map_key(name)); break;
          case 3: cluster.disconnect_watches(); break;
          case 4: cluster.forget_history(); break;
          case 5: cluster.refuse_next_watches(random.below(3), unavailable("down")); break;
          case 6: cluster.fail_next_lists(random.below(3), unavailable("down")); break;
          case 7: clock.advance(std::chrono::milliseconds(random.below(500))); break;
          default: cluster.put(config_map(name, std::to_string(random.next())));
        }
      }
      cluster.refuse_next_watches(0, {});
      cluster.fail_next_lists(0, {});
      while (!informers.wait_position(cluster.revision(), 1ms) || !maps.has_synced()) {
        clock.advance(31s);
      }

      std::map<std::string, Revision> expected;
      for (const ObjectRef& object : cluster.all("configmaps")) {
        expected[std::string(object->name())] = object->revision();
        REQUIRE(maps.get("default", object->name()) == object);
      }
      REQUIRE(maps.size() == expected.size());
      REQUIRE(witness.known() == expected);
      REQUIRE(witness.mistakes() == 0);
    }
  }
}

}  // namespace
}  // namespace gp::cluster
