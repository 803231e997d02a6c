// Times and durations as text: RFC 3339, Go's durations, kubectl's ages.

#include <charconv>

#include "base/clock.hpp"

namespace gp {
namespace {

using namespace std::chrono;

struct Civil {
  year_month_day date;
  std::int64_t second_of_day;
  std::int64_t nanosecond;
};

Civil civil(TimePoint time) {
  const auto day = floor<days>(time);
  const auto second = floor<seconds>(time - day);
  return {year_month_day(day), second.count(), (time - day - second).count()};
}

std::string date_and_time(const Civil& c) {
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(c.date.year()),
                     static_cast<unsigned>(c.date.month()), static_cast<unsigned>(c.date.day()),
                     c.second_of_day / 3600, c.second_of_day / 60 % 60, c.second_of_day % 60);
}

// Reads exactly `digits` digits from the front of `text`.
bool take_number(std::string_view& text, std::size_t digits, int& out) {
  if (text.size() < digits) return false;
  const auto read = std::from_chars(text.data(), text.data() + digits, out);
  if (read.ec != std::errc() || read.ptr != text.data() + digits || text[0] == '-') return false;
  text.remove_prefix(digits);
  return true;
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, std::int64_t& nanoseconds) {
  if (!take_char(text, ".")) return true;
  std::int64_t unit = 100'000'000;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    nanoseconds += (text[digits] - '0') * unit;
    unit /= 10;
    ++digits;
  }
  text.remove_prefix(digits);
  return digits > 0;
}

bool take_zone(std::string_view& text, minutes& east) {
  if (take_char(text, "Zz")) return true;
  const bool west = !text.empty() && text[0] == '-';
  int hour = 0;
  int minute = 0;
  if (!take_char(text, "+-") || !take_number(text, 2, hour) || !take_char(text, ":") ||
      !take_number(text, 2, minute) || hour > 23 || minute > 59) {
    return false;
  }
  east = minutes((west ? -1 : 1) * (hour * 60 + minute));
  return true;
}

bool read_time(std::string_view text, TimePoint& out) {
  int y = 0;
  int mo = 0;
  int d = 0;
  int h = 0;
  int mi = 0;
  int s = 0;
  std::int64_t fraction = 0;
  minutes east{0};
  const bool read = take_number(text, 4, y) && take_char(text, "-") && take_number(text, 2, mo) &&
                    take_char(text, "-") && take_number(text, 2, d) && take_char(text, "Tt") &&
                    take_number(text, 2, h) && take_char(text, ":") && take_number(text, 2, mi) &&
                    take_char(text, ":") && take_number(text, 2, s) &&
                    take_fraction(text, fraction) && take_zone(text, east);
  const year_month_day date(year(y), month(static_cast<unsigned>(mo)),
                            day(static_cast<unsigned>(d)));
  if (!read || !text.empty() || !date.ok() || h > 23 || mi > 59 || s > 60) return false;
  // Nanoseconds since 1970 fit 64 bits from 1678 to 2261.
  if (y < 1678 || y > 2261) return false;
  out = TimePoint(sys_days(date)) + hours(h) + minutes(mi) + seconds(s) + nanoseconds(fraction) -
        east;
  return true;
}

struct Unit {
  std::string_view name;
  double nanoseconds;
};
constexpr std::array<Unit, 8> kUnits = {{{"ns", 1},
                                         {"us", 1e3},
                                         {"\u00b5s", 1e3},
                                         {"\u03bcs", 1e3},
                                         {"ms", 1e6},
                                         {"s", 1e9},
                                         {"m", 60e9},
                                         {"h", 3600e9}}};

// One "1.5h" from the front of `text`, added to `total`.
bool take_quantity(std::string_view& text, long double& total) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto read =
      std::from_chars(text.data(), text.data() + digits, number, std::chars_format::fixed);
  if (digits == 0 || read.ec != std::errc() || read.ptr != text.data() + digits) return false;
  text.remove_prefix(digits);
  const std::string_view name =
      text.substr(0, std::min(text.find_first_of("0123456789."), text.size()));
  const auto* unit = std::ranges::find(kUnits, name, &Unit::name);
  if (unit == kUnits.end()) return false;
  total += static_cast<long double>(number) * static_cast<long double>(unit->nanoseconds);
  text.remove_prefix(name.size());
  return true;
}

}  // namespace

std::string format_time(TimePoint time) {
  return date_and_time(civil(time)) + "Z";
}

std::string format_time_micro(TimePoint time) {
  const Civil c = civil(time);
  return fmt::format("{}.{:06}Z", date_and_time(c), c.nanosecond / 1000);
}

Result<TimePoint> parse_time(std::string_view text) {
  TimePoint time;
  if (!read_time(text, time)) {
    return fail(invalid_argument("\"{}\" is not a time such as \"2026-11-24T10:55:11Z\"", text));
  }
  return time;
}

Result<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  take_char(rest, "+-");
  long double total = 0;
  bool ok = !rest.empty();
  if (rest == "0") return Duration::zero();
  while (ok && !rest.empty()) ok = take_quantity(rest, total);
  if (!ok || total >= 0x1p63L) {
    return fail(invalid_argument("\"{}\" is not a duration such as \"5m\"", text));
  }
  const auto nanoseconds = static_cast<std::int64_t>(total + 0.5L);
  return Duration(negative ? -nanoseconds : nanoseconds);
}

std::string human_duration(Duration duration) {
  const std::int64_t s = duration_cast<seconds>(duration).count();
  const std::int64_t m = s / 60;
  const std::int64_t h = m / 60;
  const std::int64_t d = h / 24;
  // "8d" rather than "8d0h".
  const auto two = [](std::int64_t a, char a_unit, std::int64_t b, char b_unit) {
    return b == 0 ? fmt::format("{}{}", a, a_unit) : fmt::format("{}{}{}{}", a, a_unit, b, b_unit);
  };
  if (s < -1) return "<invalid>";
  if (s < 0) return "0s";
  if (s < 120) return fmt::format("{}s", s);
  if (m < 10) return two(m, 'm', s % 60, 's');
  if (m < 180) return fmt::format("{}m", m);
  if (h < 8) return two(h, 'h', m % 60, 'm');
  if (h < 48) return fmt::format("{}h", h);
  if (h < 24 * 8) return two(d, 'd', h % 24, 'h');
  if (d < 365 * 2) return fmt::format("{}d", d);
  if (d < 365 * 8) return two(d / 365, 'y', d % 365, 'd');
  return fmt::format("{}y", d / 365);
}

}  // namespace gp
