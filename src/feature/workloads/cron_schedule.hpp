#pragma once
// When a CronJob runs: five fields (or @daily, @every 5m and so on), in a time zone.
//
// As the library that Kubernetes uses: day of month and day of week are both asked when one of them
// is "*", either otherwise. A time that the clock skips in spring runs at the first moment after
// it; one that comes twice in autumn runs once.

#include <array>
#include <bitset>
#include <optional>

#include "base/clock.hpp"
#include "feature/workloads/time_zone.hpp"

namespace gp::workloads {

class CronSchedule {
 public:
  // InvalidArgument names the field.
  static Result<CronSchedule> parse(std::string_view text);

  // The first time after `after`; nothing when there is none within five years (February 30).
  std::optional<TimePoint> next(TimePoint after, const TimeZone& zone) const;

 private:
  using Field = std::bitset<64>;
  bool has_day(const CivilTime& time) const;

  Field minutes_, hours_, days_, months_, weekdays_;
  bool has_any_day_ = true, has_any_weekday_ = true;
  Duration every_{0};  // of @every; zero: the fields count
};

}  // namespace gp::workloads
