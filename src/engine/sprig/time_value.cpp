#include "engine/sprig/time_value.hpp"

#include <cmath>

#include "engine/sprig/go_duration.hpp"

namespace gp::sprig {
namespace {

using tmpl::Execution;
using tmpl::Function;
using tmpl::Kind;
using tmpl::Val;
namespace types = tmpl::types;
using Arguments = std::span<const Val>;

Function constant(Val value) {
  return {{{}, false}, [value](Execution&, Arguments) -> Result<Val> { return value; }};
}

Function constant_text(std::string_view text) {
  return constant(Val::string(std::string(text)));
}

// Numbers with a name: Month and Weekday print as theirs.
std::optional<Function> month_method(const Val& value, std::string_view name) {
  if (name == "String") return constant_text(month_name(static_cast<int>(value.integer())));
  return std::nullopt;
}

std::string month_text(const Val& value) {
  return std::string(month_name(static_cast<int>(value.integer())));
}

std::optional<Function> weekday_method(const Val& value, std::string_view name) {
  if (name == "String") return constant_text(weekday_name(static_cast<int>(value.integer())));
  return std::nullopt;
}

std::string weekday_text(const Val& value) {
  return std::string(weekday_name(static_cast<int>(value.integer())));
}

Val in_units(const Val& duration, double unit) {
  return Val::number(static_cast<double>(duration.integer()) / unit);
}

// Duration.Truncate and Duration.Round to a multiple of the argument.
Function to_multiple(const Val& duration, bool rounds) {
  return {{{&kDuration}, false},
          [duration, rounds](Execution&, Arguments arguments) -> Result<Val> {
            const std::int64_t of = arguments[0].integer();
            if (of <= 0) return duration;
            const std::int64_t rest = duration.integer() % of;
            std::int64_t whole = duration.integer() - rest;
            if (rounds && std::abs(rest) >= of - std::abs(rest)) whole += rest < 0 ? -of : of;
            return Val::integer(whole, kDuration);
          }};
}

std::optional<Function> duration_method(const Val& value, std::string_view name) {
  if (name == "String") return constant_text(go_duration_text(value.integer()));
  if (name == "Hours") return constant(in_units(value, 3600e9));
  if (name == "Minutes") return constant(in_units(value, 60e9));
  if (name == "Seconds") return constant(in_units(value, 1e9));
  if (name == "Milliseconds") return constant(Val::int64(value.integer() / 1'000'000));
  if (name == "Microseconds") return constant(Val::int64(value.integer() / 1'000));
  if (name == "Nanoseconds") return constant(Val::int64(value.integer()));
  if (name == "Abs") return constant(Val::integer(std::abs(value.integer()), kDuration));
  if (name == "Truncate") return to_multiple(value, false);
  if (name == "Round") return to_multiple(value, true);
  return std::nullopt;
}

std::string duration_text(const Val& value) {
  return go_duration_text(value.integer());
}

constexpr tmpl::Methods kMonthMethods{month_method, month_text};
constexpr tmpl::Methods kWeekdayMethods{weekday_method, weekday_text};
constexpr tmpl::Methods kDurationMethods{duration_method, duration_text};
const tmpl::Type kMonth{"time.Month", Kind::Int, nullptr, &kMonthMethods};
const tmpl::Type kWeekday{"time.Weekday", Kind::Int, nullptr, &kWeekdayMethods};

Function comparison(const GoTime& time, bool (*judge)(std::strong_ordering)) {
  return {{{&kTime}, false}, [time, judge](Execution&, Arguments arguments) -> Result<Val> {
            const GoTime& other = time_of(arguments[0]);
            return Val::boolean(judge(std::pair(time.seconds, time.nanoseconds) <=>
                                      std::pair(other.seconds, other.nanoseconds)));
          }};
}

std::optional<Function> comparing_method(const GoTime& time, std::string_view name) {
  using Order = std::strong_ordering;
  if (name == "Before") return comparison(time, [](Order order) { return order < 0; });
  if (name == "After") return comparison(time, [](Order order) { return order > 0; });
  if (name == "Equal") return comparison(time, [](Order order) { return order == 0; });
  if (name == "Sub") {
    return Function{{{&kTime}, false}, [time](Execution&, Arguments arguments) -> Result<Val> {
                      const GoTime& other = time_of(arguments[0]);
                      return Val::integer((time.seconds - other.seconds) * kSecond +
                                              time.nanoseconds - other.nanoseconds,
                                          kDuration);
                    }};
  }
  return std::nullopt;
}

std::optional<Function> moving_method(const GoTime& time, std::string_view name) {
  if (name == "UTC" || name == "Local") {
    GoTime moved = time;
    moved.zone = Zone::utc();
    return constant(time_value(std::move(moved)));
  }
  if (name == "Add") {
    return Function{{{&kDuration}, false}, [time](Execution&, Arguments arguments) -> Result<Val> {
                      return time_value(time.plus(arguments[0].integer()));
                    }};
  }
  if (name == "AddDate") {
    return Function{{{&types::kInt, &types::kInt, &types::kInt}, false},
                    [time](Execution&, Arguments arguments) -> Result<Val> {
                      constexpr std::int64_t kMost = 1'000'000;
                      for (const Val& part : arguments)
                        if (std::abs(part.integer()) > kMost)
                          return fail(invalid_argument("dates end a million years from now"));
                      const Civil civil = civil_of(time);
                      const std::int64_t days = days_of(civil.year + arguments[0].integer(),
                                                        civil.month + arguments[1].integer(),
                                                        civil.day + arguments[2].integer());
                      const std::int64_t local =
                          days * 86'400 + civil.hour * 3600 + civil.minute * 60 + civil.second;
                      GoTime moved = time;
                      moved.seconds = local - time.zone->at_local(local).seconds;
                      return time_value(std::move(moved));
                    }};
  }
  return std::nullopt;
}

std::optional<Function> counting_method(const GoTime& time, std::string_view name) {
  const Civil civil = civil_of(time);
  if (name == "Year") return constant(Val::integer(civil.year));
  if (name == "Month") return constant(Val::integer(civil.month, kMonth));
  if (name == "Day") return constant(Val::integer(civil.day));
  if (name == "Hour") return constant(Val::integer(civil.hour));
  if (name == "Minute") return constant(Val::integer(civil.minute));
  if (name == "Second") return constant(Val::integer(civil.second));
  if (name == "Nanosecond") return constant(Val::integer(time.nanoseconds));
  if (name == "Weekday") return constant(Val::integer(civil.weekday, kWeekday));
  if (name == "YearDay") return constant(Val::integer(civil.year_day));
  if (name == "Unix") return constant(Val::int64(time.seconds));
  if (name == "UnixMilli")
    return constant(Val::int64(time.seconds * 1'000 + time.nanoseconds / 1'000'000));
  if (name == "UnixMicro")
    return constant(Val::int64(time.seconds * 1'000'000 + time.nanoseconds / 1'000));
  if (name == "UnixNano")
    return constant(Val::int64(
        static_cast<std::int64_t>(static_cast<std::uint64_t>(time.seconds) * 1'000'000'000U) +
        time.nanoseconds));
  return std::nullopt;
}

}  // namespace

const tmpl::Type kTime{"time.Time", Kind::Struct};
const tmpl::Type kDuration{"time.Duration", Kind::Int64, nullptr, &kDurationMethods};

std::optional<Function> TimeHost::method(std::string_view name) const {
  if (name == "Format") {
    return Function{{{&types::kString}, false},
                    [time = time](Execution&, Arguments arguments) -> Result<Val> {
                      return Val::string(format_go_time(time, arguments[0].text()));
                    }};
  }
  if (name == "String") return constant_text(text());
  if (name == "IsZero") return constant(Val::boolean(time.is_zero()));
  if (auto found = counting_method(time, name)) return found;
  if (auto found = moving_method(time, name)) return found;
  return comparing_method(time, name);
}

std::string TimeHost::text() const {
  return format_go_time(time, "2006-01-02 15:04:05.999999999 -0700 MST");
}

gp::Value TimeHost::to_value() const {
  return gp::Value(format_go_time(time, "2006-01-02T15:04:05.999999999Z07:00"));
}

tmpl::Val time_value(GoTime time) {
  return Val::host(std::make_unique<TimeHost>(std::move(time)));
}

const GoTime& time_of(const tmpl::Val& value) {
  return static_cast<const TimeHost&>(value.host()).time;
}

}  // namespace gp::sprig
