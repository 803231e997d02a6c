#include "platform/runtime/work_queue.hpp"

#include <doctest/doctest.h>

#include <thread>

namespace gp::runtime {
namespace {

using namespace std::chrono_literals;
using object::Key;

Key key(std::string name) {
  return {"widgets", "shop", std::move(name)};
}

struct Fixture {
  FakeClock clock;
  SeededRandom random{7};
  WorkQueue queue{clock, random, {.min = 100ms, .max = 1s, .jitter_percent = 10}};

  std::string take_name() {
    REQUIRE(queue.queued() > 0);  // take() would wait
    return queue.take()->name;
  }
};

TEST_CASE_FIXTURE(Fixture, "work queue: a key added many times is handed out once") {
  queue.add(key("a"));
  queue.add(key("a"));
  queue.add(key("b"));

  CHECK(take_name() == "a");
  CHECK(take_name() == "b");
  CHECK(queue.queued() == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "work queue: a key added while it is worked on comes again, afterwards") {
  queue.add(key("a"));
  CHECK(take_name() == "a");

  queue.add(key("a"));
  queue.add(key("a"));
  CHECK(queue.queued() == 0);

  queue.done(key("a"));
  CHECK(take_name() == "a");
  queue.done(key("a"));
  CHECK(queue.is_idle());
}

TEST_CASE_FIXTURE(Fixture, "work queue: a busy key does not starve the others") {
  for (const char* name : {"busy", "b", "c"}) queue.add(key(name));

  CHECK(take_name() == "busy");
  queue.add(key("busy"));
  queue.done(key("busy"));

  CHECK(take_name() == "b");
  CHECK(take_name() == "c");
  CHECK(take_name() == "busy");
}

TEST_CASE_FIXTURE(
    Fixture,
    "work queue: a delayed key comes when its time has come, at the earliest one asked for") {
  queue.add_after(key("late"), 10s);
  queue.add_after(key("a"), 5s);
  queue.add_after(key("a"), 2s);
  queue.add_after(key("a"), 8s);

  clock.advance(1999ms);
  CHECK(queue.queued() == 0);
  CHECK(queue.is_idle());

  clock.advance(1ms);
  CHECK_FALSE(queue.is_idle());
  CHECK(take_name() == "a");
  queue.done(key("a"));

  clock.advance(7999ms);
  CHECK(queue.queued() == 0);
  clock.advance(1ms);
  CHECK(take_name() == "late");
}

TEST_CASE_FIXTURE(Fixture, "work queue: whoever takes a key decides anew when it comes again") {
  queue.add_after(key("a"), 1s);
  queue.add(key("a"));
  CHECK(take_name() == "a");
  queue.done_after(key("a"), 3s);

  clock.advance(2s);
  CHECK(queue.queued() == 0);
  clock.advance(1s);
  CHECK(queue.queued() == 1);
}

TEST_CASE_FIXTURE(
    Fixture,
    "work queue: failures come back after doubling waits up to the limit, success starts anew") {
  queue.add(key("a"));
  const auto wait_after_failure = [&] {
    CHECK(take_name() == "a");
    queue.failed(key("a"));
    Duration waited{0};
    while (queue.queued() == 0) {
      clock.advance(5ms);
      waited += 5ms;
    }
    return waited;
  };

  for (const Duration expected : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
    const Duration waited = wait_after_failure();
    CHECK(waited <= expected);
    CHECK(waited >= expected * 9 / 10);
  }

  CHECK(take_name() == "a");
  queue.done(key("a"));
  queue.add(key("a"));
  CHECK(wait_after_failure() <= 100ms);
}

TEST_CASE_FIXTURE(Fixture, "work queue: setting times again and again leaves one timer") {
  for (int i = 0; i < 100; ++i) {
    queue.add(key("a"));
    CHECK(take_name() == "a");
    queue.done_after(key("a"), 1h);
    queue.add_after(key("b"), 1ms);
    clock.advance(1ms);
    CHECK(take_name() == "b");
    queue.done(key("b"));
  }

  CHECK(clock.pending_timers() <= 1);
  CHECK(queue.delayed() == 1);
}

TEST_CASE_FIXTURE(Fixture, "work queue: shutting down releases who waits, and drops what is left") {
  std::thread worker([&] { CHECK_FALSE(queue.take().has_value()); });
  queue.shut_down();
  worker.join();

  queue.add(key("a"));
  queue.add_after(key("b"), 1s);
  clock.advance(2s);
  CHECK(queue.queued() == 0);
  CHECK(clock.pending_timers() == 0);
}

TEST_CASE_FIXTURE(Fixture, "work queue: no two workers have one key, and nothing added is lost") {
  constexpr int kKeys = 20;
  constexpr int kRounds = 200;
  std::array<std::atomic<int>, kKeys> wanted{};
  std::array<std::atomic<int>, kKeys> seen{};
  std::array<std::atomic<int>, kKeys> holders{};
  std::atomic<int> overlaps = 0;

  std::vector<std::thread> workers;
  for (int w = 0; w < 4; ++w) {
    workers.emplace_back([&] {
      while (const auto taken = queue.take()) {
        const auto index = static_cast<std::size_t>(std::stoi(taken->name));
        if (holders[index].fetch_add(1) != 0) ++overlaps;
        seen[index] = wanted[index].load();
        holders[index].fetch_sub(1);
        queue.done(*taken);
      }
    });
  }
  for (int round = 1; round <= kRounds; ++round) {
    for (std::size_t i = 0; i < kKeys; ++i) {
      wanted[i] = round;
      queue.add(key(std::to_string(i)));
    }
  }
  REQUIRE(queue.wait_idle(30s));
  queue.shut_down();
  for (auto& worker : workers) worker.join();

  CHECK(overlaps == 0);
  for (std::size_t i = 0; i < kKeys; ++i) CHECK(seen[i] == kRounds);
}

}  // namespace
}  // namespace gp::runtime
