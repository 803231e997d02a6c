#include "feature/workloads/cron_schedule.hpp"

#include <doctest/doctest.h>

namespace gp::workloads {
namespace {

std::string next(std::string_view schedule, std::string_view after, std::string_view zone = "UTC") {
  const auto parsed = CronSchedule::parse(schedule);
  if (!parsed) return parsed.error().message;
  const auto loaded = TimeZone::load(zone);
  if (!loaded) return loaded.error().message;
  const auto found = parsed->next(*parse_time(after), *loaded);
  return found ? format_time(*found) : "never";
}

TEST_CASE("cron: the next time of lists, ranges, steps and names") {
  constexpr std::string_view kNow = "2026-11-24T10:55:11Z";  // a Tuesday
  CHECK(next("* * * * *", kNow) == "2026-11-24T10:56:00Z");
  CHECK(next("*/15 * * * *", kNow) == "2026-11-24T11:00:00Z");
  CHECK(next("0 3 * * *", kNow) == "2026-11-25T03:00:00Z");
  CHECK(next("5,55 10-12 * * *", kNow) == "2026-11-24T11:05:00Z");
  CHECK(next("0 0 1 jan *", kNow) == "2027-01-01T00:00:00Z");
  CHECK(next("30 9 * * MON-FRI", "2026-11-27T09:30:00Z") == "2026-11-30T09:30:00Z");
  CHECK(next("0 0 29 2 *", kNow) == "2028-02-29T00:00:00Z");
  CHECK(next("0 0 30 2 *", kNow) == "never");
  CHECK(next("@hourly", kNow) == "2026-11-24T11:00:00Z");
  CHECK(next("@every 90s", kNow) == "2026-11-24T10:56:41Z");
}

TEST_CASE("cron: day of month or day of week, when both are given") {
  CHECK(next("0 0 13 * 5", "2026-11-24T00:00:00Z") == "2026-11-27T00:00:00Z");
  CHECK(next("0 0 25 * 5", "2026-11-24T00:00:00Z") == "2026-11-25T00:00:00Z");
}

TEST_CASE("cron: what is wrong names the field") {
  CHECK(next("60 * * * *", "2026-11-24T00:00:00Z") == "minute \"60\" is not within 0 to 59");
  CHECK(next("* * * * 9", "2026-11-24T00:00:00Z") == "day of week \"9\" is not within 0 to 6");
  CHECK(next("* * *", "2026-11-24T00:00:00Z") ==
        "schedule \"* * *\" has 3 fields, expected 5: minute, hour, day, month, weekday");
  CHECK(next("*/0 * * * *", "2026-11-24T00:00:00Z") == "minute \"*/0\" is not within 0 to 59");
}

TEST_CASE("cron: a time zone's clock, also where it jumps") {
  if (!TimeZone::load("Europe/Berlin")) return;  // no tz database on this machine
  CHECK(next("0 8 * * *", "2026-11-24T00:00:00Z", "Europe/Berlin") == "2026-11-24T07:00:00Z");
  CHECK(next("0 8 * * *", "2026-07-01T00:00:00Z", "Europe/Berlin") == "2026-07-01T06:00:00Z");
  // 02:30 is skipped on 2026-03-29, and comes twice on 2026-10-25.
  CHECK(next("30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Berlin") == "2026-03-29T01:00:00Z");
  CHECK(next("30 2 * * *", "2026-10-24T12:00:00Z", "Europe/Berlin") == "2026-10-25T00:30:00Z");
  CHECK(next("30 2 * * *", "2026-10-25T00:30:00Z", "Europe/Berlin") == "2026-10-26T01:30:00Z");
}

TEST_CASE("cron: a zone that nobody knows, and one that leads elsewhere") {
  CHECK(next("* * * * *", "2026-11-24T00:00:00Z", "Mars/Base") == "unknown time zone Mars/Base");
  CHECK(next("* * * * *", "2026-11-24T00:00:00Z", "../../etc/passwd") ==
        "unknown time zone ../../etc/passwd");
}

}  // namespace
}  // namespace gp::workloads
