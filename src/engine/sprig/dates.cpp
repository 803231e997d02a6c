// Dates and durations. The machine's own zone plays no part: "Local" is UTC.

#include <charconv>

#include "engine/sprig/go_duration.hpp"
#include "engine/sprig/registry.hpp"
#include "engine/sprig/time_value.hpp"
#include "engine/template/number.hpp"

namespace gp::sprig {
namespace {

GoTime now(const Clock& clock) {
  const std::int64_t nanoseconds = clock.now().time_since_epoch().count();
  return GoTime{0}.plus(nanoseconds);
}

// A moment, or seconds since 1970 as an integer; anything else is now.
GoTime moment(const Val& value, const Clock& clock) {
  if (value.is(kTime)) return time_of(value);
  if (value.is(types::kInt) || value.is(types::kInt64)) return GoTime{value.integer()};
  return now(clock);
}

Val date_in_zone(std::string_view layout, const Val& date, std::string_view zone,
                 const Clock& clock) {
  GoTime time = moment(date, clock);
  time.zone = Zone::load(zone).value_or(Zone::utc());
  return Val::string(format_go_time(time, layout));
}

std::int64_t nanoseconds_between(const GoTime& from, const GoTime& to) {
  return (to.seconds - from.seconds) * kSecond + to.nanoseconds - from.nanoseconds;
}

// To whole seconds, as time.Since(t).Round(time.Second) prints.
Val ago(const Val& date, const Clock& clock) {
  GoTime since = moment(date, clock);
  if (!date.is(kTime) && !date.is(types::kInt) && !date.is(types::kInt64)) since = now(clock);
  const std::int64_t elapsed = nanoseconds_between(since, now(clock));
  const std::int64_t rest = elapsed % kSecond;
  std::int64_t rounded = elapsed - rest;
  if (std::abs(rest) * 2 >= kSecond) rounded += rest < 0 ? -kSecond : kSecond;
  return Val::string(go_duration_text(rounded));
}

Val duration(Arguments arguments) {
  std::int64_t seconds = 0;
  if (arguments[0].is(types::kString))
    seconds = tmpl::parse_signed(arguments[0].text(), 10).value_or(0);
  if (arguments[0].is(types::kInt64)) seconds = arguments[0].integer();
  const auto wrapped = static_cast<std::int64_t>(static_cast<std::uint64_t>(seconds) *
                                                 static_cast<std::uint64_t>(kSecond));
  return Val::string(go_duration_text(wrapped));
}

// The largest unit that is in it: 2h, 16d, 3mo.
Val duration_round(const Val& value, const Clock& clock) {
  std::int64_t nanoseconds = 0;
  if (value.is(types::kString)) nanoseconds = parse_go_duration(value.text()).value_or(0);
  if (value.is(types::kInt64)) nanoseconds = value.integer();
  if (value.is(kTime)) nanoseconds = nanoseconds_between(time_of(value), now(clock));
  const std::uint64_t amount = nanoseconds < 0 ? 0 - static_cast<std::uint64_t>(nanoseconds)
                                               : static_cast<std::uint64_t>(nanoseconds);
  constexpr std::uint64_t kHour = 3'600'000'000'000;
  constexpr std::pair<std::uint64_t, std::string_view> kUnits[] = {
      {kHour * 24 * 365, "y"}, {kHour * 24 * 30, "mo"}, {kHour * 24, "d"}, {kHour, "h"},
      {kHour / 60, "m"},       {kHour / 3600, "s"}};
  for (const auto& [unit, name] : kUnits)
    if (amount > unit) return Val::string(std::to_string(amount / unit).append(name));
  return Val::string("0s");
}

Result<Val> must_modify(Arguments arguments) {
  const std::int64_t by = TRY(parse_go_duration(arguments[0].text()));
  return time_value(time_of(arguments[1]).plus(by));
}

Result<Val> must_to_date(Arguments arguments) {
  GoTime time = TRY(parse_go_time(arguments[0].text(), arguments[1].text()));
  return time_value(std::move(time));
}

void add_formats(Registry& registry) {
  const auto* text = &types::kString;
  const auto* anything = &types::kInterface;
  const Clock* clock = registry.environment.clock;
  registry.add({"date"}, {text, anything}, [clock](Arguments arguments) {
    return date_in_zone(arguments[0].text(), arguments[1], "UTC", *clock);
  });
  registry.add(
      {"dateInZone", "date_in_zone"}, {text, anything, text}, [clock](Arguments arguments) {
        return date_in_zone(arguments[0].text(), arguments[1], arguments[2].text(), *clock);
      });
  registry.add({"htmlDate"}, {anything}, [clock](Arguments arguments) {
    return date_in_zone("2006-01-02", arguments[0], "UTC", *clock);
  });
  registry.add({"htmlDateInZone"}, {anything, text}, [clock](Arguments arguments) {
    return date_in_zone("2006-01-02", arguments[0], arguments[1].text(), *clock);
  });
  registry.add({"unixEpoch"}, {&kTime}, [](Arguments arguments) {
    return Val::string(std::to_string(time_of(arguments[0]).seconds));
  });
}

}  // namespace

void add_dates(Registry& registry) {
  const auto* text = &types::kString;
  const auto* anything = &types::kInterface;
  const Clock* clock = registry.environment.clock;
  add_formats(registry);
  registry.add({"now"}, {}, [clock](Arguments) { return time_value(now(*clock)); });
  registry.add({"ago"}, {anything},
               [clock](Arguments arguments) { return ago(arguments[0], *clock); });
  registry.add({"duration"}, {anything}, duration);
  registry.add({"durationRound"}, {anything},
               [clock](Arguments arguments) { return duration_round(arguments[0], *clock); });
  registry.add({"dateModify", "date_modify"}, {text, &kTime},
               [](Arguments arguments) { return must_modify(arguments).value_or(arguments[1]); });
  registry.add({"mustDateModify", "must_date_modify"}, {text, &kTime}, must_modify);
  registry.add({"toDate"}, {text, text}, [](Arguments arguments) {
    auto time = must_to_date(arguments);
    return time ? *std::move(time) : time_value(GoTime());
  });
  registry.add({"mustToDate"}, {text, text}, must_to_date);
}

}  // namespace gp::sprig
