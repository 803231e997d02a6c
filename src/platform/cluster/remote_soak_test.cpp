// The remote cluster under everything that goes wrong between two machines: at every quiet point
// the informers' view equals the server's. A few rounds by default; GP_SOAK_SECONDS=60 for longer.

#include <cstdlib>

#include "platform/cluster/cluster_contract.hpp"
#include "platform/cluster/informer.hpp"
#include "platform/cluster/remote_fixture.hpp"

namespace gp::cluster {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kObjects = 10'000;

// Our wall clock is wrong by three hours.
class SkewedClock final : public Clock {
 public:
  TimePoint now() const override { return system_clock().now() - 3h; }
  Duration monotonic() const override { return system_clock().monotonic(); }
  TimerId call_after(Duration delay, std::function<void()> action) override {
    return system_clock().call_after(delay, std::move(action));
  }
  bool cancel(TimerId id) override { return system_clock().cancel(id); }
};

Duration soak_time() {
  const char* text = std::getenv("GP_SOAK_SECONDS");
  return std::chrono::seconds(text == nullptr ? 5 : std::strtol(text, nullptr, 10));
}

// Empty when the copy is the store's.
std::string difference(const Informer& informer, const store::Store& store) {
  ListOptions all;
  all.resource = informer.resource();
  const auto listed = store.list(all);
  if (!listed) return listed.error().message;
  if (informer.size() != listed->objects.size())
    return fmt::format("{} objects instead of {}", informer.size(), listed->objects.size());
  for (const ObjectRef& object : listed->objects) {
    const ObjectRef seen = informer.get(object->ns(), object->name());
    if (!seen) return fmt::format("\"{}\" is missing", object->name());
    if (seen->revision() != object->revision())
      return fmt::format("\"{}\" is old: {} instead of {}", object->name(), seen->revision(),
                         object->revision());
    if (seen->uid() != object->uid()) return fmt::format("\"{}\" is another", object->name());
  }
  return {};
}

std::string settled_difference(const Informer& informer, const store::Store& store) {
  const Duration end = system_clock().monotonic() + 60s;
  std::string last;
  do {
    last = difference(informer, store);
    if (last.empty()) return last;
    (void)wait_for(Context(system_clock()), 2ms);
  } while (system_clock().monotonic() < end);
  return last + fmt::format(" ({})", informer.stats().error);
}

// Handlers must never hear of the same state twice, nor of an older one after a newer one.
struct Witness {
  std::mutex mutex;  // guards the fields below
  std::map<std::string, Revision> known;
  int mistakes = 0;

  void hear(const Event& event) {
    const std::lock_guard lock(mutex);
    Revision& last = known[std::string(event.object->name())];
    if (event.revision <= last) ++mistakes;
    last = event.revision;
  }
};

struct Soak {
  ServedPlatform there{2000};
  http::Network network;
  SkewedClock clock;
  std::unique_ptr<RemoteCluster> cluster =
      connect(there.connection(), network, clock, quick_options());
  Informers informers{*cluster, clock, system_random(), {.backoff_min = 5ms, .backoff_max = 100ms}};
  Informer& maps = informers.of("configmaps");
  Informer& widgets = informers.of(contract::kWidgets);
  Witness witness;
  SeededRandom random{7};
  const Context context{system_clock()};

  void fill() {
    std::vector<Value> documents;
    for (std::size_t i = 0; i < kObjects; ++i)
      documents.push_back(contract::config_map(fmt::format("m{}", i)));
    for (const auto& written : there.local->write_all(context, std::move(documents), "test"))
      REQUIRE(written);
  }

  void churn(std::size_t steps) {
    std::vector<std::thread> writers;
    for (std::uint64_t w = 0; w < 3; ++w) {
      writers.emplace_back([this, steps, seed = random.next()] {
        SeededRandom mine(seed);
        for (std::size_t step = 0; step < steps; ++step) {
          const std::string name = fmt::format("m{}", mine.below(kObjects));
          if (mine.below(5) == 0) {
            (void)there.local->remove(context, contract::config_map_key(name), {});
          } else {
            (void)there.local->write_all(
                context, {contract::config_map(name, std::to_string(mine.next()))}, "test");
          }
          if (mine.below(10) == 0)
            (void)there.local->write_all(context, {contract::widget(name, 1)}, "test");
        }
      });
    }
    disturb();
    for (std::thread& writer : writers) writer.join();
  }

  void disturb() {
    switch (random.below(5)) {
      case 0:  // every connection is cut, and nobody listens for a while
        there.stop();
        (void)wait_for(context, std::chrono::milliseconds(random.below(60)));
        there.start();
        break;
      case 1: there.store->compact(there.store->revision()); break;
      case 2: there.rotate_certificate(); break;
      case 3:  // while it is away, its history goes
        there.stop();
        there.store->compact(there.store->revision());
        there.start();
        break;
      default: break;  // a quiet round
    }
  }
};

TEST_CASE(
    "remote soak: whatever happens in between, the view is the server's at every quiet point") {
  Soak soak;
  soak.fill();
  soak.informers.add_handler("configmaps", [&](const Event& event) { soak.witness.hear(event); });
  soak.informers.start();
  REQUIRE(settled_difference(soak.maps, *soak.there.store) == "");

  const Duration end = system_clock().monotonic() + soak_time();
  int rounds = 0;
  do {
    CAPTURE(rounds);
    soak.churn(150);
    REQUIRE(settled_difference(soak.maps, *soak.there.store) == "");
    REQUIRE(settled_difference(soak.widgets, *soak.there.store) == "");
    ++rounds;
  } while (system_clock().monotonic() < end || rounds < 5);

  soak.informers.stop();
  CHECK(soak.witness.mistakes == 0);
  MESSAGE(rounds << " rounds, " << soak.maps.stats().lists << " lists, "
                 << soak.maps.stats().watches << " watches");
}

}  // namespace
}  // namespace gp::cluster
