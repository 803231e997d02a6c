// Parts of timestamps and durations. Time zones: UTC and fixed offsets ("+02:00"); names need a
// zone database and are refused with a word.

#include <charconv>

#include "engine/cel/functions.hpp"

namespace gp::cel {
namespace {

using Kind = Val::Kind;
using std::chrono::floor;

struct Local {
  std::chrono::year_month_day date;
  std::chrono::weekday weekday;
  Duration time_of_day;
  std::int64_t day_of_year;
};

bool parse_offset(std::string_view zone, std::chrono::minutes& out) {
  if (zone.empty() || zone == "UTC" || zone == "Z") return true;
  const int sign = zone.front() == '-' ? -1 : 1;
  if (zone.front() == '+' || zone.front() == '-') zone.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (zone.size() != 5 || zone[2] != ':') return false;
  if (std::from_chars(zone.data(), zone.data() + 2, hours).ptr != zone.data() + 2) return false;
  if (std::from_chars(zone.data() + 3, zone.data() + 5, minutes).ptr != zone.data() + 5)
    return false;
  out = std::chrono::minutes(sign * (hours * 60 + minutes));
  return true;
}

Local local_time(TimePoint time) {
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto new_year = std::chrono::sys_days(date.year() / std::chrono::January / 1);
  return {date, std::chrono::weekday(day), time - day, (day - new_year).count()};
}

template <typename Pick>
Val part(Arguments a, std::string_view name, Pick pick) {
  if (!a[0].is(Kind::Timestamp)) return no_such_overload(name, a);
  std::chrono::minutes offset{0};
  if (a.size() > 1 && !parse_offset(a[1].text(), offset)) {
    return Val::error(fmt::format("unknown time zone {}", a[1].text()));
  }
  return Val::integer(static_cast<std::int64_t>(pick(local_time(a[0].as_timestamp() + offset))));
}

template <typename Unit>
Val count(const Val& duration) {
  return Val::integer(std::chrono::duration_cast<Unit>(duration.as_duration()).count());
}

Val full_year(Arguments a) {
  return part(a, "getFullYear", [](const Local& t) { return static_cast<int>(t.date.year()); });
}
Val month(Arguments a) {
  return part(a, "getMonth",
              [](const Local& t) { return static_cast<unsigned>(t.date.month()) - 1; });
}
Val date(Arguments a) {
  return part(a, "getDate", [](const Local& t) { return static_cast<unsigned>(t.date.day()); });
}
Val day_of_month(Arguments a) {
  return part(a, "getDayOfMonth",
              [](const Local& t) { return static_cast<unsigned>(t.date.day()) - 1; });
}
Val day_of_week(Arguments a) {
  return part(a, "getDayOfWeek", [](const Local& t) { return t.weekday.c_encoding(); });
}
Val day_of_year(Arguments a) {
  return part(a, "getDayOfYear", [](const Local& t) { return t.day_of_year; });
}
Val hours(Arguments a) {
  if (a[0].is(Kind::Duration)) return count<std::chrono::hours>(a[0]);
  return part(a, "getHours",
              [](const Local& t) { return floor<std::chrono::hours>(t.time_of_day).count(); });
}
Val minutes(Arguments a) {
  if (a[0].is(Kind::Duration)) return count<std::chrono::minutes>(a[0]);
  return part(a, "getMinutes", [](const Local& t) {
    return floor<std::chrono::minutes>(t.time_of_day).count() % 60;
  });
}
Val seconds(Arguments a) {
  if (a[0].is(Kind::Duration)) return count<std::chrono::seconds>(a[0]);
  return part(a, "getSeconds", [](const Local& t) {
    return floor<std::chrono::seconds>(t.time_of_day).count() % 60;
  });
}
Val milliseconds(Arguments a) {
  if (a[0].is(Kind::Duration))
    return Val::integer(count<std::chrono::milliseconds>(a[0]).as_int() % 1000);
  return part(a, "getMilliseconds", [](const Local& t) {
    return floor<std::chrono::milliseconds>(t.time_of_day).count() % 1000;
  });
}

constexpr FunctionRow kRows[] = {
    {"getFullYear", {"timestamp.()int", "timestamp.(string)int"}, full_year},
    {"getMonth", {"timestamp.()int", "timestamp.(string)int"}, month},
    {"getDate", {"timestamp.()int", "timestamp.(string)int"}, date},
    {"getDayOfMonth", {"timestamp.()int", "timestamp.(string)int"}, day_of_month},
    {"getDayOfWeek", {"timestamp.()int", "timestamp.(string)int"}, day_of_week},
    {"getDayOfYear", {"timestamp.()int", "timestamp.(string)int"}, day_of_year},
    {"getHours", {"timestamp.()int", "timestamp.(string)int", "duration.()int"}, hours},
    {"getMinutes", {"timestamp.()int", "timestamp.(string)int", "duration.()int"}, minutes},
    {"getSeconds", {"timestamp.()int", "timestamp.(string)int", "duration.()int"}, seconds},
    {"getMilliseconds",
     {"timestamp.()int", "timestamp.(string)int", "duration.()int"},
     milliseconds},
};

}  // namespace

Library time_library() {
  return kRows;
}

}  // namespace gp::cel
