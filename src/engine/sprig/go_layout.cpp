#include "engine/sprig/go_layout.hpp"

#include <array>
#include <utility>

namespace gp::sprig {
namespace {

bool is_digit(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

bool begins_lower(std::string_view text) {
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z';
}

using Named = std::pair<std::string_view, Element>;

constexpr std::array<Named, 6> kZeroed = {{{"01", Element::ZeroMonth},
                                           {"02", Element::ZeroDay},
                                           {"03", Element::ZeroHour12},
                                           {"04", Element::ZeroMinute},
                                           {"05", Element::ZeroSecond},
                                           {"06", Element::Year}}};

// Longest first, as one is the beginning of another.
constexpr std::array<Named, 16> kPlain = {{{"January", Element::LongMonth},
                                           {"Monday", Element::LongWeekday},
                                           {"MST", Element::ZoneName},
                                           {"002", Element::ZeroYearDay},
                                           {"15", Element::Hour},
                                           {"1", Element::NumberMonth},
                                           {"2006", Element::LongYear},
                                           {"2", Element::Day},
                                           {"__2", Element::UnderYearDay},
                                           {"_2", Element::UnderDay},
                                           {"3", Element::Hour12},
                                           {"4", Element::Minute},
                                           {"5", Element::Second},
                                           {"PM", Element::UpperPm},
                                           {"pm", Element::LowerPm},
                                           {"", Element::None}}};

constexpr std::array<std::string_view, 5> kOffsets = {"070000", "07:00:00", "0700", "07:00", "07"};

struct Found {
  Element element = Element::None;
  std::size_t size = 0;
  std::size_t skipped = 0;  // characters before it that are text after all
};

Found offset_at(std::string_view text) {
  for (const std::string_view digits : kOffsets)
    if (text.substr(1).starts_with(digits)) return {Element::Offset, digits.size() + 1};
  return {};
}

Found fraction_at(std::string_view text) {
  if (text.size() < 2 || (text[1] != '0' && text[1] != '9')) return {};
  std::size_t size = 1;
  while (size < text.size() && text[size] == text[1]) ++size;
  if (is_digit(text, size)) return {};
  return {text[1] == '0' ? Element::FractionZeros : Element::FractionNines, size};
}

Found element_at(std::string_view text) {
  switch (text[0]) {
    case '-':
    case 'Z': return offset_at(text);
    case '.':
    case ',': return fraction_at(text);
    case '_':
      if (text.starts_with("_2006")) return {Element::LongYear, 4, 1};
      break;
    default: break;
  }
  for (const auto& [name, element] : kZeroed)
    if (text.starts_with(name)) return {element, 2};
  for (const auto& [name, element] : kPlain)
    if (!name.empty() && text.starts_with(name)) return {element, name.size()};
  if (text.starts_with("Jan") && !begins_lower(text.substr(3))) return {Element::Month, 3};
  if (text.starts_with("Mon") && !begins_lower(text.substr(3))) return {Element::Weekday, 3};
  return {};
}

}  // namespace

LayoutPart next_part(std::string_view layout) {
  for (std::size_t i = 0; i < layout.size(); ++i) {
    const Found found = element_at(layout.substr(i));
    if (found.element == Element::None) continue;
    const std::size_t begin = i + found.skipped;
    return {layout.substr(0, begin), found.element, layout.substr(begin, found.size),
            layout.substr(begin + found.size)};
  }
  return {layout, Element::None, {}, {}};
}

}  // namespace gp::sprig
