#include "base/clock.hpp"

#include <doctest/doctest.h>

#include <future>

using namespace std::chrono_literals;

TEST_CASE("fake clock: timers fire in order, each at its own time") {
  gp::FakeClock clock;
  std::vector<std::string> fired;
  const auto note = [&](std::string name) {
    return [&, name] { fired.push_back(fmt::format("{}@{}", name, clock.monotonic() / 1s)); };
  };
  clock.call_after(3s, note("c"));
  clock.call_after(1s, note("a"));
  clock.call_after(1s, note("b"));
  clock.call_after(9s, note("never"));

  clock.advance(5s);

  CHECK(fired == std::vector<std::string>{"a@1", "b@1", "c@3"});
  CHECK(clock.monotonic() == 5s);
  CHECK(clock.pending_timers() == 1);
}

TEST_CASE("fake clock: a timer set by a timer fires in the same advance if it is due") {
  gp::FakeClock clock;
  int count = 0;
  std::function<void()> again = [&] {
    ++count;
    clock.call_after(1s, again);
  };
  clock.call_after(1s, again);

  clock.advance(10s);

  CHECK(count == 10);
}

TEST_CASE("fake clock: a cancelled timer does not fire, a fired one cannot be cancelled") {
  gp::FakeClock clock;
  int count = 0;
  const auto first = clock.call_after(1s, [&] { ++count; });
  const auto second = clock.call_after(1s, [&] { ++count; });

  CHECK(clock.cancel(first));
  clock.advance(1s);
  CHECK_FALSE(clock.cancel(second));
  CHECK(count == 1);
}

TEST_CASE(
    "system clock: fires on its own thread and cancel waits for nothing that is not running") {
  gp::Clock& clock = gp::system_clock();
  std::promise<std::thread::id> fired;
  clock.call_after(0s, [&] { fired.set_value(std::this_thread::get_id()); });
  const auto late = clock.call_after(24h, [] {});

  CHECK(fired.get_future().get() != std::this_thread::get_id());
  CHECK(clock.cancel(late));
  CHECK_FALSE(clock.cancel(late));
}

TEST_CASE("time: RFC 3339 both ways, with zones and fractions") {
  const auto time = gp::parse_time("2026-11-24T10:55:11Z").value();

  CHECK(gp::format_time(time) == "2026-11-24T10:55:11Z");
  CHECK(gp::format_time_micro(time + 1234us) == "2026-11-24T10:55:11.001234Z");
  CHECK(gp::parse_time("2026-11-24T12:55:11+02:00").value() == time);
  CHECK(gp::parse_time("2026-11-24T10:55:11.5Z").value() == time + 500ms);
  CHECK(gp::format_time(gp::parse_time("1969-12-31T23:59:59Z").value()) == "1969-12-31T23:59:59Z");
  for (const char* bad : {"", "2026-11-24", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
                          "2026-11-24T24:00:00Z", "2026-11-24T10:55:11", "2026-11-24T10:55:11.Z",
                          "2026-11-24T10:55:11Zx", "-026-11-24T10:55:11Z"}) {
    CAPTURE(bad);
    CHECK_FALSE(gp::parse_time(bad).has_value());
  }
}

TEST_CASE("durations: Go's syntax") {
  CHECK(gp::parse_duration("1h30m").value() == 90min);
  CHECK(gp::parse_duration("1.5s").value() == 1500ms);
  CHECK(gp::parse_duration("300ms").value() == 300ms);
  CHECK(gp::parse_duration("-2m").value() == -2min);
  CHECK(gp::parse_duration("0").value() == 0s);
  CHECK(gp::parse_duration("7us").value() == 7us);
  CHECK(gp::parse_duration("5").error().message == "\"5\" is not a duration such as \"5m\"");
  for (const char* bad : {"", "-", "h", "1x", "1 s", "1..5s", "9999999h", "1e3s"}) {
    CAPTURE(bad);
    CHECK_FALSE(gp::parse_duration(bad).has_value());
  }
}

TEST_CASE("durations: ages as kubectl prints them") {
  const std::pair<gp::Duration, const char*> table[] = {
      {-5s, "<invalid>"},   {-1s, "0s"},          {5s, "5s"},
      {119s, "119s"},       {120s, "2m"},         {200s, "3m20s"},
      {10min, "10m"},       {179min, "179m"},     {3h, "3h"},
      {200min, "3h20m"},    {47h, "47h"},         {48h, "2d"},
      {50h, "2d2h"},        {24h * 12, "12d"},    {24h * 365 * 3, "3y"},
      {24h * 800, "2y70d"}, {24h * 365 * 9, "9y"}};
  for (const auto& [duration, text] : table) CHECK(gp::human_duration(duration) == text);
}
