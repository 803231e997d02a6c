#pragma once
// Time zones from the machine's tz database, without the process-wide state of <ctime>.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace gp::workloads {

// A moment as a clock on the wall shows it.
struct CivilTime {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0;
  int weekday() const;  // 0: Sunday
  friend auto operator<=>(const CivilTime&, const CivilTime&) = default;
};

class TimeZone {
 public:
  static TimeZone utc() { return TimeZone(); }
  // "Europe/Berlin". NotFound when the machine does not know it.
  static Result<TimeZone> load(std::string_view name,
                               const std::string& folder = "/usr/share/zoneinfo");

  CivilTime civil(TimePoint time) const;
  // The first moment that shows this time, or the first one after a gap that skips it.
  TimePoint moment(const CivilTime& time) const;

 private:
  struct Change {
    std::int64_t at = 0;  // seconds since 1970
    std::int64_t offset = 0;
  };
  std::int64_t offset_at(std::int64_t seconds) const;

  std::int64_t first_offset_ = 0;
  std::vector<Change> changes_;
};

}  // namespace gp::workloads
