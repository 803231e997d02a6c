#include "platform/api/fairness.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "platform/api/api_fixture.hpp"

namespace gp::api {
namespace {

using Level = Fairness::Level;
using Seat = Fairness::Seat;

Caller user(std::string name, std::vector<std::string> groups = {"system:authenticated"}) {
  return {std::move(name), "", std::move(groups), {}};
}

struct Fixture {
  std::optional<Seat> take(std::string_view name) {
    return fairness.try_enter(user(std::string(name)), info);
  }
  // Waits in a thread of its own; returns once it does.
  void wait_in_line(std::string name) {
    const std::size_t before = fairness.stats(Level::Workload).waiting;
    threads.emplace_back([this, name = std::move(name)] {
      auto seat = fairness.enter(user(name), info);
      const std::lock_guard lock(mutex);
      served.push_back(seat ? name : name + " refused");
      if (seat) held.push_back(std::move(*seat));
    });
    while (fairness.stats(Level::Workload).waiting == before) std::this_thread::yield();
  }
  std::string first_served() {
    while (true) {
      const std::lock_guard lock(mutex);
      if (!served.empty()) return served.front();
    }
  }
  std::vector<std::string> finish() {
    for (std::thread& thread : threads) thread.join();
    threads.clear();
    const std::lock_guard lock(mutex);
    return served;
  }
  ~Fixture() { finish(); }

  FakeClock clock;
  RequestInfo info;
  Fairness fairness{{.workload = {3, 4, 2, 3}, .wait_max = std::chrono::seconds(15)}, clock};
  std::mutex mutex;  // guards the fields below
  std::vector<std::string> served;
  std::vector<Seat> held;
  std::vector<std::thread> threads;
};

}  // namespace

TEST_CASE("fairness: levels are those of who asks") {
  RequestInfo info;
  CHECK(Fairness::level_of(user("admin", {"system:masters"}), info) == Level::Exempt);
  CHECK(Fairness::level_of(Caller(), info) == Level::CatchAll);
  CHECK(Fairness::level_of(user("carol"), info) == Level::Workload);
  CHECK(Fairness::level_of(user("system:kube-scheduler"), info) == Level::System);
  CHECK(Fairness::level_of(user("system:serviceaccount:shop:bot"), info) == Level::Workload);
  info.parts = {"readyz"};
  CHECK(Fairness::level_of(Caller(), info) == Level::Exempt);
}

TEST_CASE_FIXTURE(Fixture, "fairness: a user takes some of the seats, never all") {
  auto first = take("carol");
  auto second = take("carol");
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(take("carol"));
  auto other = take("dave");
  CHECK(other);
  CHECK_FALSE(take("erin"));  // the level is full
  first.reset();
  CHECK(take("erin"));
}

TEST_CASE_FIXTURE(Fixture, "fairness: masters are never refused") {
  const auto one = take("a");
  const auto two = take("b");
  const auto three = take("c");
  CHECK_FALSE(take("d"));
  CHECK(fairness.try_enter(user("admin", {"system:masters"}), info));
}

TEST_CASE_FIXTURE(Fixture, "fairness: whoever waits gets the seat that is given back") {
  auto one = take("carol");
  auto two = take("carol");
  wait_in_line("carol");
  CHECK(served.empty());
  one.reset();
  CHECK(finish() == std::vector<std::string>{"carol"});
  CHECK(fairness.stats(Level::Workload).running == 2);
}

TEST_CASE_FIXTURE(Fixture, "fairness: free seats go round the users, not to who asks most") {
  auto one = take("carol");
  auto two = take("carol");
  auto three = take("dave");
  wait_in_line("carol");
  wait_in_line("carol");
  wait_in_line("erin");
  three.reset();  // carol has her share already
  CHECK(first_served() == "erin");
  one.reset();
  two.reset();
}

TEST_CASE_FIXTURE(Fixture, "fairness: a full queue refuses at once") {
  auto one = take("carol");
  auto two = take("carol");
  for (int i = 0; i < 3; ++i) wait_in_line("carol");
  CHECK_FALSE(fairness.enter(user("carol"), info));
  CHECK(fairness.stats(Level::Workload).rejected_full == 1);
  // Two get seats and keep them; the third one's patience ends.
  one.reset();
  two.reset();
  while (clock.pending_timers() != 1) std::this_thread::yield();
  clock.advance(std::chrono::seconds(15));
}

TEST_CASE_FIXTURE(Fixture, "fairness: nobody waits for ever") {
  auto one = take("carol");
  auto two = take("carol");
  wait_in_line("carol");
  while (clock.pending_timers() == 0) std::this_thread::yield();
  clock.advance(std::chrono::seconds(14));
  CHECK(fairness.stats(Level::Workload).waiting == 1);
  clock.advance(std::chrono::seconds(1));
  CHECK(finish() == std::vector<std::string>{"carol refused"});
  CHECK(fairness.stats(Level::Workload).rejected_late == 1);
  CHECK(fairness.metrics().find("apiserver_flowcontrol_rejected_requests_total{priority_level="
                                "\"workload\",reason=\"time-out\"} 1\n") != std::string::npos);
}

TEST_CASE_FIXTURE(ApiFixture, "fairness: counters are among the metrics") {
  CHECK(get("/metrics")
            .text.find("apiserver_flowcontrol_current_executing_requests{priority_"
                       "level=\"system\"} 0\n") != std::string::npos);
}

}  // namespace gp::api
