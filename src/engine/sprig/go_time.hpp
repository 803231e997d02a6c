#pragma once
// Go's time.Time: a moment in a zone, written and read by layouts ("2006-01-02 15:04 MST").

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "engine/sprig/zone.hpp"

namespace gp::sprig {

struct GoTime {
  std::int64_t seconds = -62'135'596'800;  // since 1970; the zero time is the year 1
  std::int32_t nanoseconds = 0;
  std::shared_ptr<const Zone> zone = Zone::utc();

  GoTime plus(std::int64_t nanoseconds_more) const;
  bool is_zero() const { return seconds == -62'135'596'800 && nanoseconds == 0; }
};

// A moment taken apart in its zone.
struct Civil {
  std::int64_t year = 1;
  int month = 1, day = 1, hour = 0, minute = 0, second = 0;
  int weekday = 1;   // 0 is Sunday
  int year_day = 1;  // 1 is January 1st
};
Civil civil_of(const GoTime& time);
// Days since 1970 of a day; months and days out of range carry over.
std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day);
int days_in(std::int64_t year, int month);

std::string_view month_name(int month);
std::string_view weekday_name(int weekday);

std::string format_go_time(const GoTime& time, std::string_view layout);
// What has no zone of its own is UTC. Messages are Go's.
Result<GoTime> parse_go_time(std::string_view layout, std::string_view text);

}  // namespace gp::sprig
