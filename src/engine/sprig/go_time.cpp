#include "engine/sprig/go_time.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "engine/sprig/go_duration.hpp"
#include "engine/sprig/go_layout.hpp"

namespace gp::sprig {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// "+02:00" in the shape that the layout's element has; "Z" where that asks for it at UTC.
std::string offset_text(std::string_view shape, std::int64_t seconds) {
  if (shape[0] == 'Z' && seconds == 0) return "Z";
  const char sign = seconds < 0 ? '-' : '+';
  const std::int64_t amount = std::abs(seconds);
  const std::string_view colon = shape.contains(':') ? ":" : "";
  std::string out = fmt::format("{}{:02}", sign, amount / 3600);
  const auto digits = std::ranges::count_if(shape, [](char c) { return c >= '0' && c <= '9'; });
  if (digits >= 4) out += fmt::format("{}{:02}", colon, amount / 60 % 60);
  if (digits >= 6) out += fmt::format("{}{:02}", colon, amount % 60);
  return out;
}

std::string zone_text(const Offset& offset) {
  if (!offset.name.empty()) return offset.name;
  return offset_text(offset.seconds % 3600 == 0 ? "-07" : "-0700", offset.seconds);
}

std::string fraction_text(const LayoutPart& part, std::int32_t nanoseconds) {
  std::string digits = fmt::format("{:09}", nanoseconds).substr(0, part.text.size() - 1);
  digits.resize(std::max(digits.size(), part.text.size() - 1), '0');
  if (part.element == Element::FractionNines) digits.erase(digits.find_last_not_of('0') + 1);
  return digits.empty() ? "" : part.text[0] + digits;
}

int hour12(int hour) {
  return hour % 12 == 0 ? 12 : hour % 12;
}

std::string element_text(const LayoutPart& part, const GoTime& time, const Civil& civil) {
  const std::int64_t two_digits = civil.year % 100;
  switch (part.element) {
    case Element::None: break;
    case Element::LongMonth: return std::string(month_name(civil.month));
    case Element::Month: return std::string(month_name(civil.month).substr(0, 3));
    case Element::NumberMonth: return std::to_string(civil.month);
    case Element::ZeroMonth: return fmt::format("{:02}", civil.month);
    case Element::LongWeekday: return std::string(weekday_name(civil.weekday));
    case Element::Weekday: return std::string(weekday_name(civil.weekday).substr(0, 3));
    case Element::Day: return std::to_string(civil.day);
    case Element::UnderDay: return fmt::format("{:2}", civil.day);
    case Element::ZeroDay: return fmt::format("{:02}", civil.day);
    case Element::UnderYearDay: return fmt::format("{:3}", civil.year_day);
    case Element::ZeroYearDay: return fmt::format("{:03}", civil.year_day);
    case Element::Hour: return fmt::format("{:02}", civil.hour);
    case Element::Hour12: return std::to_string(hour12(civil.hour));
    case Element::ZeroHour12: return fmt::format("{:02}", hour12(civil.hour));
    case Element::Minute: return std::to_string(civil.minute);
    case Element::ZeroMinute: return fmt::format("{:02}", civil.minute);
    case Element::Second: return std::to_string(civil.second);
    case Element::ZeroSecond: return fmt::format("{:02}", civil.second);
    case Element::LongYear:
      return fmt::format("{}{:04}", civil.year < 0 ? "-" : "", std::abs(civil.year));
    case Element::Year: return fmt::format("{:02}", two_digits < 0 ? 0 : two_digits);
    case Element::UpperPm: return civil.hour >= 12 ? "PM" : "AM";
    case Element::LowerPm: return civil.hour >= 12 ? "pm" : "am";
    case Element::ZoneName: return zone_text(time.zone->at(time.seconds));
    case Element::Offset: return offset_text(part.text, time.zone->at(time.seconds).seconds);
    case Element::FractionZeros:
    case Element::FractionNines: return fraction_text(part, time.nanoseconds);
  }
  return "";
}

}  // namespace

GoTime GoTime::plus(std::int64_t nanoseconds_more) const {
  const std::int64_t total = nanoseconds + nanoseconds_more % kSecond;
  GoTime moved = *this;
  moved.seconds += nanoseconds_more / kSecond + floor_div(total, kSecond);
  moved.nanoseconds = static_cast<std::int32_t>(total - floor_div(total, kSecond) * kSecond);
  return moved;
}

// Howard Hinnant's days_from_civil and civil_from_days, in eras of 400 years from March 1st.
std::int64_t days_of(std::int64_t year, std::int64_t month, std::int64_t day) {
  year += floor_div(month - 1, 12);
  month = month - 1 - floor_div(month - 1, 12) * 12 + 1;
  if (month <= 2) --year;
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468 + (day - 1);
}

Civil civil_of(const GoTime& time) {
  const std::int64_t local = time.seconds + time.zone->at(time.seconds).seconds;
  const std::int64_t days = floor_div(local, 86'400);
  const auto of_day = static_cast<int>(local - days * 86'400);
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = floor_div(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  Civil civil;
  civil.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  civil.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
  civil.hour = of_day / 3600;
  civil.minute = of_day / 60 % 60;
  civil.second = of_day % 60;
  civil.weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
  civil.year_day = static_cast<int>(days - days_of(civil.year, 1, 1) + 1);
  return civil;
}

int days_in(std::int64_t year, int month) {
  return static_cast<int>(days_of(year, month + 1, 1) - days_of(year, month, 1));
}

std::string_view month_name(int month) {
  return kMonths[static_cast<std::size_t>(month - 1)];
}

std::string_view weekday_name(int weekday) {
  return kWeekdays[static_cast<std::size_t>(weekday)];
}

std::string format_go_time(const GoTime& time, std::string_view layout) {
  const Civil civil = civil_of(time);
  std::string out;
  while (true) {
    const LayoutPart part = next_part(layout);
    out.append(part.prefix);
    if (part.element == Element::None) return out;
    out.append(element_text(part, time, civil));
    layout = part.rest;
  }
}

}  // namespace gp::sprig
