#pragma once
// The parts of a Go layout: which of the reference time's elements stand where.

#include <string_view>

namespace gp::sprig {

enum class Element {
  None,  // the end of the layout
  LongMonth,
  Month,
  NumberMonth,
  ZeroMonth,
  LongWeekday,
  Weekday,
  Day,
  UnderDay,
  ZeroDay,
  UnderYearDay,
  ZeroYearDay,
  Hour,
  Hour12,
  ZeroHour12,
  Minute,
  ZeroMinute,
  Second,
  ZeroSecond,
  LongYear,
  Year,
  UpperPm,
  LowerPm,
  ZoneName,
  Offset,         // -0700, Z07:00: `text` says which
  FractionZeros,  // .000
  FractionNines,  // .999
};

struct LayoutPart {
  std::string_view prefix;  // literal text before the element
  Element element = Element::None;
  std::string_view text;  // the element as the layout has it
  std::string_view rest;
};

LayoutPart next_part(std::string_view layout);

}  // namespace gp::sprig
