// Texts to moments, element by element, as Go's time.Parse reads them.

#include <fmt/format.h>

#include <optional>

#include "engine/sprig/go_layout.hpp"
#include "engine/sprig/go_time.hpp"
#include "engine/template/quote.hpp"

namespace gp::sprig {
namespace {

using tmpl::quote;

bool is_digit(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

bool is_mark(std::string_view text) {
  return text.starts_with('.') || text.starts_with(',');
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return (x | 0x20) == (y | 0x20); });
}

class Reader {
 public:
  Reader(std::string_view layout, std::string_view text)
      : whole_layout_(layout), whole_(text), text_(text) {}

  Result<GoTime> run() {
    std::string_view layout = whole_layout_;
    while (true) {
      const LayoutPart part = next_part(layout);
      if (!skip(part.prefix)) return mismatch(part.prefix, text_);
      if (part.element == Element::None) {
        if (!text_.empty()) return problem(": extra text: " + quote(text_));
        return finish();
      }
      layout = part.rest;
      const std::string_view before = text_;
      const bool read = read_element(part, layout);
      if (!out_of_range_.empty()) return problem(fmt::format(": {} out of range", out_of_range_));
      if (!read) return mismatch(part.text, before);
    }
  }

 private:
  std::unexpected<Error> problem(std::string_view what) const {
    return fail(invalid_argument("parsing time {}{}", quote(whole_), what));
  }
  std::unexpected<Error> mismatch(std::string_view wanted, std::string_view found) const {
    return problem(fmt::format(" as {}: cannot parse {} as {}", quote(whole_layout_), quote(found),
                               quote(wanted)));
  }

  // Blanks of the layout stand for any number of them.
  bool skip(std::string_view prefix) {
    while (!prefix.empty()) {
      if (prefix[0] == ' ') {
        if (!text_.empty() && text_[0] != ' ') return false;
        prefix.remove_prefix(std::min(prefix.find_first_not_of(' '), prefix.size()));
        text_.remove_prefix(std::min(text_.find_first_not_of(' '), text_.size()));
        continue;
      }
      if (text_.empty() || text_[0] != prefix[0]) return false;
      prefix.remove_prefix(1);
      text_.remove_prefix(1);
    }
    return true;
  }

  // One or two digits; exactly two when `fixed`.
  bool number(int& into, bool fixed) {
    if (!is_digit(text_, 0)) return false;
    if (!is_digit(text_, 1)) {
      if (fixed) return false;
      into = text_[0] - '0';
      text_.remove_prefix(1);
      return true;
    }
    into = (text_[0] - '0') * 10 + (text_[1] - '0');
    text_.remove_prefix(2);
    return true;
  }

  bool number_within(int& into, bool fixed, int least, int most, std::string_view what) {
    if (!number(into, fixed)) return false;
    if (into < least || into > most) out_of_range_ = what;
    return true;
  }

  bool digits(std::size_t count, int& into) {
    into = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!is_digit(text_, i)) return false;
      into = into * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return true;
  }

  template <typename Name>
  bool name(int first, int last, std::size_t length, Name name_of, int& into) {
    for (int i = first; i <= last; ++i) {
      const std::string_view candidate = std::string_view(name_of(i)).substr(0, length);
      if (!equal_ignoring_case(text_.substr(0, candidate.size()), candidate)) continue;
      into = i;
      text_.remove_prefix(candidate.size());
      return true;
    }
    return false;
  }

  bool read_element(const LayoutPart& part, std::string_view layout) {
    int ignored = 0;
    constexpr std::size_t kWhole = std::string_view::npos;
    switch (part.element) {
      case Element::None: return true;
      case Element::LongMonth: return name(1, 12, kWhole, month_name, month_);
      case Element::Month: return name(1, 12, 3, month_name, month_);
      case Element::LongWeekday: return name(0, 6, kWhole, weekday_name, ignored);
      case Element::Weekday: return name(0, 6, 3, weekday_name, ignored);
      case Element::NumberMonth: return number_within(month_, false, 1, 12, "month");
      case Element::ZeroMonth: return number_within(month_, true, 1, 12, "month");
      case Element::UnderDay:
        if (text_.starts_with(' ')) text_.remove_prefix(1);
        return number(day_, false);
      case Element::Day: return number(day_, false);
      case Element::ZeroDay: return number(day_, true);
      case Element::UnderYearDay:
      case Element::ZeroYearDay: return read_year_day(part.element == Element::UnderYearDay);
      case Element::Hour: return number_within(hour_, false, 0, 23, "hour");
      case Element::Hour12: return number_within(hour_, false, 0, 12, "hour");
      case Element::ZeroHour12: return number_within(hour_, true, 0, 12, "hour");
      case Element::Minute: return number_within(minute_, false, 0, 59, "minute");
      case Element::ZeroMinute: return number_within(minute_, true, 0, 59, "minute");
      case Element::Second: return read_second(false, layout);
      case Element::ZeroSecond: return read_second(true, layout);
      case Element::LongYear: return digits(4, year_);
      case Element::Year:
        if (!digits(2, year_)) return false;
        year_ += year_ >= 69 ? 1900 : 2000;
        return true;
      case Element::UpperPm: return read_half("AM", "PM");
      case Element::LowerPm: return read_half("am", "pm");
      case Element::ZoneName: return read_zone_name();
      case Element::Offset: return read_offset(part.text);
      case Element::FractionZeros: return read_fraction(part.text.size());
      case Element::FractionNines:
        if (is_mark(text_) && is_digit(text_, 1)) return read_fraction(fraction_size());
        return true;
    }
    return false;
  }

  bool read_year_day(bool pads) {
    for (int i = 0; pads && i < 2; ++i)
      if (text_.starts_with(' ')) text_.remove_prefix(1);
    std::size_t size = 0;
    while (size < 3 && is_digit(text_, size)) ++size;
    if (size == 0 || (!pads && size != 3)) return false;
    return digits(size, year_day_);
  }

  // A fraction that the layout does not mention is read all the same.
  bool read_second(bool fixed, std::string_view layout) {
    if (!number_within(second_, fixed, 0, 59, "second")) return false;
    if (!out_of_range_.empty() || !is_mark(text_) || !is_digit(text_, 1)) return true;
    const Element next = next_part(layout).element;
    if (next == Element::FractionZeros || next == Element::FractionNines) return true;
    return read_fraction(fraction_size());
  }

  std::size_t fraction_size() const {
    std::size_t size = 1;
    while (is_digit(text_, size)) ++size;
    return size;
  }

  bool read_fraction(std::size_t size) {
    if (text_.size() < size || !is_mark(text_)) return false;
    std::int32_t value = 0;
    for (std::size_t i = 1; i < size || i <= 9; ++i) {
      if (i < size && !is_digit(text_, i)) return false;
      if (i <= 9) value = value * 10 + (i < size ? text_[i] - '0' : 0);
    }
    nanoseconds_ = value;
    text_.remove_prefix(size);
    return true;
  }

  bool read_half(std::string_view morning, std::string_view afternoon) {
    is_pm_ = text_.starts_with(afternoon);
    is_am_ = text_.starts_with(morning);
    if (!is_pm_ && !is_am_) return false;
    text_.remove_prefix(2);
    return true;
  }

  bool read_offset(std::string_view shape) {
    if (shape[0] == 'Z' && text_.starts_with('Z')) {
      text_.remove_prefix(1);
      zone_ = Zone::utc();
      return true;
    }
    if (!text_.starts_with('+') && !text_.starts_with('-')) return false;
    const int sign = text_[0] == '-' ? -1 : 1;
    text_.remove_prefix(1);
    int seconds = 0;
    int unit = 3600;
    bool first = true;
    for (std::string_view rest = shape.substr(1); !rest.empty(); rest.remove_prefix(2)) {
      if (rest[0] == ':') {
        if (!text_.starts_with(':')) return false;
        text_.remove_prefix(1);
        rest.remove_prefix(1);
      }
      int amount = 0;
      if (!digits(2, amount)) return false;
      if (amount > (first ? 24 : 60)) {
        out_of_range_ = first ? "time zone offset hour" : "time zone offset minute";
        return true;
      }
      seconds += amount * unit;
      unit /= 60;
      first = false;
    }
    offset_ = sign * seconds;
    return true;
  }

  // "UTC", "CEST", "GMT+3", "+03".
  bool read_zone_name() {
    if (text_.starts_with("UTC")) {
      text_.remove_prefix(3);
      zone_ = Zone::utc();
      return true;
    }
    std::size_t size = 0;
    if (text_.starts_with('+') || text_.starts_with('-') || text_.starts_with("GMT")) {
      if (text_.starts_with("GMT")) size = 3;
      if (size < text_.size() && (text_[size] == '+' || text_[size] == '-') &&
          is_digit(text_, size + 1)) {
        ++size;
        while (is_digit(text_, size)) ++size;
      }
    } else {
      while (size < text_.size() && size < 6 && text_[size] >= 'A' && text_[size] <= 'Z') ++size;
      const bool is_name = size == 3 ||
                           (size == 4 && (text_[3] == 'T' || text_.starts_with("WITA"))) ||
                           (size == 5 && text_[4] == 'T');
      if (text_.starts_with("ChST") || text_.starts_with("MeST")) {
        size = 4;
      } else if (!is_name) {
        return false;
      }
    }
    if (size == 0) return false;
    zone_name_ = std::string(text_.substr(0, size));
    text_.remove_prefix(size);
    return true;
  }

  Result<GoTime> finish() {
    if (is_pm_ && hour_ < 12) hour_ += 12;
    if (is_am_ && hour_ == 12) hour_ = 0;
    if (year_day_ >= 0) {
      const bool is_leap = days_in(year_, 2) == 29;
      if (year_day_ < 1 || year_day_ > (is_leap ? 366 : 365))
        return problem(": day-of-year out of range");
      const GoTime of_year{(days_of(year_, 1, 1) + year_day_ - 1) * 86'400};
      const Civil civil = civil_of(of_year);
      if (month_ >= 0 && month_ != civil.month)
        return problem(": day-of-year does not match month");
      if (day_ >= 0 && day_ != civil.day) return problem(": day-of-year does not match day");
      month_ = civil.month;
      day_ = civil.day;
    }
    if (month_ < 0) month_ = 1;
    if (day_ < 0) day_ = 1;
    if (day_ < 1 || day_ > days_in(year_, month_)) return problem(": day out of range");
    GoTime time;
    time.seconds = days_of(year_, month_, day_) * 86'400 + hour_ * 3600 + minute_ * 60 + second_;
    time.nanoseconds = nanoseconds_;
    if (zone_) {
      time.zone = zone_;
    } else if (offset_ || !zone_name_.empty()) {
      time.seconds -= offset_.value_or(0);
      // UTC is the local zone: the same offset is the zone itself.
      const bool is_local = offset_ == 0 && (zone_name_.empty() || zone_name_ == "UTC");
      if (!is_local) time.zone = Zone::fixed({offset_.value_or(0), zone_name_});
    }
    return time;
  }

  const std::string_view whole_layout_;
  const std::string_view whole_;
  std::string_view text_;  // what is left to read
  std::string_view out_of_range_;
  int year_ = 0, month_ = -1, day_ = -1, year_day_ = -1;
  int hour_ = 0, minute_ = 0, second_ = 0;
  std::int32_t nanoseconds_ = 0;
  bool is_pm_ = false, is_am_ = false;
  std::shared_ptr<const Zone> zone_;
  std::optional<int> offset_;
  std::string zone_name_;
};

}  // namespace

Result<GoTime> parse_go_time(std::string_view layout, std::string_view text) {
  return Reader(layout, text).run();
}

}  // namespace gp::sprig
