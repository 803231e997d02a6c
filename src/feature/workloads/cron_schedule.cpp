#include "feature/workloads/cron_schedule.hpp"

#include <charconv>

#include "base/text.hpp"

namespace gp::workloads {
namespace {

struct Range {
  std::string_view name;
  unsigned min, max;
  std::span<const std::string_view> words;  // of the values from `min` on
};

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kWeekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr Range kMinute{"minute", 0, 59, {}};
constexpr Range kHour{"hour", 0, 23, {}};
constexpr Range kDay{"day of month", 1, 31, {}};
constexpr Range kMonth{"month", 1, 12, kMonths};
constexpr Range kWeekday{"day of week", 0, 6, kWeekdays};

Error wrong(const Range& range, std::string_view text) {
  return invalid_argument("{} \"{}\" is not within {} to {}", range.name, text, range.min,
                          range.max);
}

Result<unsigned> value_of(const Range& range, std::string_view text) {
  const std::string word = lower(text);
  for (std::size_t i = 0; i < range.words.size(); ++i) {
    if (range.words[i] == word) return range.min + static_cast<unsigned>(i);
  }
  unsigned value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  if (!is_whole || value < range.min || value > range.max) return fail(wrong(range, text));
  return value;
}

// "*", "5", "1-5", "*/15", "10-40/5".
Result<> add_part(const Range& range, std::string_view part, std::bitset<64>& bits) {
  const auto steps = split(part, '/');
  unsigned step = 1;
  if (steps.size() > 2) return fail(wrong(range, part));
  if (steps.size() == 2) {
    const auto read = std::from_chars(steps[1].data(), steps[1].data() + steps[1].size(), step);
    if (read.ec != std::errc() || step == 0) return fail(wrong(range, part));
  }
  unsigned first = range.min;
  unsigned last = range.max;
  if (steps[0] != "*" && steps[0] != "?") {
    const auto ends = split(steps[0], '-');
    if (ends.size() > 2) return fail(wrong(range, part));
    first = TRY(value_of(range, ends[0]));
    if (ends.size() == 2) {
      last = TRY(value_of(range, ends[1]));
    } else if (steps.size() == 1) {
      last = first;
    }
    if (last < first) return fail(wrong(range, part));
  }
  for (unsigned value = first; value <= last; value += step) bits.set(value);
  return {};
}

Result<std::bitset<64>> parse_field(const Range& range, std::string_view text) {
  std::bitset<64> bits;
  for (const std::string_view part : split(text, ',')) TRY(add_part(range, part, bits));
  return bits;
}

bool is_any(std::string_view text) {
  return text == "?" || text.starts_with("*");
}

std::string_view spelled_out(std::string_view text) {
  if (text == "@yearly" || text == "@annually") return "0 0 1 1 *";
  if (text == "@monthly") return "0 0 1 * *";
  if (text == "@weekly") return "0 0 * * 0";
  if (text == "@daily" || text == "@midnight") return "0 0 * * *";
  if (text == "@hourly") return "0 * * * *";
  return text;
}

void begin_next_day(CivilTime& time) {
  // Noon of the day after, so that no clock change matters.
  const TimeZone utc = TimeZone::utc();
  time.hour = 12;
  time.minute = 0;
  time = utc.civil(utc.moment(time) + std::chrono::hours(24));
  time.hour = 0;
}

}  // namespace

Result<CronSchedule> CronSchedule::parse(std::string_view text) {
  CronSchedule schedule;
  constexpr std::string_view kEvery = "@every ";
  if (text.starts_with(kEvery)) {
    schedule.every_ = TRY(parse_duration(text.substr(kEvery.size())));
    if (schedule.every_ < std::chrono::seconds(1)) {
      return fail(invalid_argument("\"{}\" is less than a second", text));
    }
    return schedule;
  }
  const auto fields = split_words(spelled_out(text));
  if (fields.size() != 5) {
    return fail(
        invalid_argument("schedule \"{}\" has {} fields, expected 5: minute, hour, day, "
                         "month, weekday",
                         text, fields.size()));
  }
  schedule.minutes_ = TRY(parse_field(kMinute, fields[0]));
  schedule.hours_ = TRY(parse_field(kHour, fields[1]));
  schedule.days_ = TRY(parse_field(kDay, fields[2]));
  schedule.months_ = TRY(parse_field(kMonth, fields[3]));
  schedule.weekdays_ = TRY(parse_field(kWeekday, fields[4]));
  schedule.has_any_day_ = is_any(fields[2]);
  schedule.has_any_weekday_ = is_any(fields[4]);
  return schedule;
}

bool CronSchedule::has_day(const CivilTime& time) const {
  if (!months_.test(static_cast<std::size_t>(time.month))) return false;
  const bool is_day = days_.test(static_cast<std::size_t>(time.day));
  const bool is_weekday = weekdays_.test(static_cast<std::size_t>(time.weekday()));
  return has_any_day_ || has_any_weekday_ ? is_day && is_weekday : is_day || is_weekday;
}

std::optional<TimePoint> CronSchedule::next(TimePoint after, const TimeZone& zone) const {
  if (every_ > Duration::zero()) {
    return std::chrono::floor<std::chrono::seconds>(after + every_);
  }
  CivilTime time = zone.civil(after + std::chrono::minutes(1));
  constexpr int kDaysMax = 5 * 366;
  for (int day = 0; day <= kDaysMax; begin_next_day(time), ++day) {
    if (!has_day(time)) continue;
    for (; time.hour < 24; ++time.hour, time.minute = 0) {
      if (!hours_.test(static_cast<std::size_t>(time.hour))) continue;
      for (; time.minute < 60; ++time.minute) {
        if (!minutes_.test(static_cast<std::size_t>(time.minute))) continue;
        const TimePoint found = zone.moment(time);
        if (found > after) return found;
      }
    }
    time.hour = 23;  // a valid time again, for the step to the next day
    time.minute = 59;
  }
  return std::nullopt;
}

}  // namespace gp::workloads
