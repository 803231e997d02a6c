#include "engine/sprig/runes.hpp"

#include <wctype.h>

#include <algorithm>
#include <clocale>

#include "base/result.hpp"
#include "engine/template/quote.hpp"

namespace gp::sprig {
namespace {

// glibc's own tables of all of Unicode, whatever the locale of the process.
locale_t unicode() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  GP_CHECK(locale, "glibc always has C.UTF-8");
  return locale;
}

wint_t wide(char32_t rune) {
  return static_cast<wint_t>(rune);
}

// Symbols that are ASCII but no punctuation in Unicode.
bool is_ascii_symbol(char32_t rune) {
  return rune < 0x80 && std::string_view("$+<=>^`|~").contains(static_cast<char>(rune));
}

}  // namespace

char32_t to_upper(char32_t rune) {
  return static_cast<char32_t>(towupper_l(wide(rune), unicode()));
}

char32_t to_lower(char32_t rune) {
  return static_cast<char32_t>(towlower_l(wide(rune), unicode()));
}

char32_t to_title(char32_t rune) {
  static const wctrans_t title = wctrans_l("totitle", unicode());
  if (!title) return to_upper(rune);
  return static_cast<char32_t>(towctrans_l(wide(rune), title, unicode()));
}

bool is_upper(char32_t rune) {
  return iswupper_l(wide(rune), unicode()) != 0;
}
bool is_lower(char32_t rune) {
  return iswlower_l(wide(rune), unicode()) != 0;
}

// glibc counts digits of other scripts as alphabetic.
bool is_letter(char32_t rune) {
  if (rune < 0x80) return (rune | 0x20U) >= 'a' && (rune | 0x20U) <= 'z';
  return iswalpha_l(wide(rune), unicode()) != 0 && !is_number(rune);
}

bool is_number(char32_t rune) {
  if (rune < 0x80) return rune >= '0' && rune <= '9';
  static constexpr std::pair<char32_t, char32_t> kRanges[] = {
      {0xB2, 0xB3},     {0xB9, 0xB9},      {0xBC, 0xBE},     {0x660, 0x669},   {0x6F0, 0x6F9},
      {0x7C0, 0x7C9},   {0x966, 0x96F},    {0x9E6, 0x9EF},   {0xA66, 0xA6F},   {0xAE6, 0xAEF},
      {0xB66, 0xB6F},   {0xBE6, 0xBF2},    {0xC66, 0xC6F},   {0xCE6, 0xCEF},   {0xD66, 0xD78},
      {0xE50, 0xE59},   {0xED0, 0xED9},    {0xF20, 0xF33},   {0x1040, 0x1049}, {0x17E0, 0x17E9},
      {0x1810, 0x1819}, {0x2070, 0x2070},  {0x2074, 0x2079}, {0x2080, 0x2089}, {0x2150, 0x2189},
      {0x2460, 0x249B}, {0x24EA, 0x24FF},  {0x2776, 0x2793}, {0x3007, 0x3007}, {0x3021, 0x3029},
      {0xFF10, 0xFF19}, {0x1D7CE, 0x1D7FF}};
  return std::ranges::any_of(
      kRanges, [rune](const auto& range) { return rune >= range.first && rune <= range.second; });
}

bool is_punctuation(char32_t rune) {
  if (rune < 0x80) return iswpunct_l(wide(rune), unicode()) != 0 && !is_ascii_symbol(rune);
  static constexpr std::u32string_view kLatin = U"\u00A1\u00A7\u00AB\u00B6\u00B7\u00BB\u00BF";
  if (rune < 0x250) return kLatin.contains(rune);
  return (rune >= 0x2010 && rune <= 0x2027) ||
         (rune >= 0x2030 && rune <= 0x205E && rune != 0x2044 && rune != 0x2052) ||
         (rune >= 0x3001 && rune <= 0x3003) || (rune >= 0x3008 && rune <= 0x3011) ||
         (rune >= 0xFF01 && rune <= 0xFF0F && rune != 0xFF04 && rune != 0xFF0B);
}

bool is_space(char32_t rune) {
  switch (rune) {
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case ' ':
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000: return true;
    default: return rune >= 0x2000 && rune <= 0x200A;
  }
}

std::vector<char32_t> runes_of(std::string_view text) {
  std::vector<char32_t> runes;
  runes.reserve(text.size());
  while (!text.empty()) {
    const tmpl::Rune rune = tmpl::decode_rune(text);
    runes.push_back(rune.code);
    text.remove_prefix(rune.size);
  }
  return runes;
}

std::string text_of_runes(const std::vector<char32_t>& runes) {
  std::string text;
  for (const char32_t rune : runes) tmpl::append_rune(text, rune);
  return text;
}

std::string map_runes(std::string_view text, const std::function<char32_t(char32_t)>& change) {
  std::string changed;
  changed.reserve(text.size());
  while (!text.empty()) {
    const tmpl::Rune rune = tmpl::decode_rune(text);
    tmpl::append_rune(changed, change(rune.code));
    text.remove_prefix(rune.size);
  }
  return changed;
}

namespace {

// The character that ends `text`, which is not empty.
tmpl::Rune last_rune(std::string_view text) {
  for (std::size_t size = std::min<std::size_t>(4, text.size()); size > 1; --size) {
    const tmpl::Rune rune = tmpl::decode_rune(text.substr(text.size() - size));
    if (rune.size == size) return rune;
  }
  return tmpl::decode_rune(text.substr(text.size() - 1));
}

template <typename Predicate>
std::string_view trim_where(std::string_view text, const Predicate& goes) {
  while (!text.empty()) {
    const tmpl::Rune rune = tmpl::decode_rune(text);
    if (!goes(rune.code)) break;
    text.remove_prefix(rune.size);
  }
  while (!text.empty()) {
    const tmpl::Rune rune = last_rune(text);
    if (!goes(rune.code)) break;
    text.remove_suffix(rune.size);
  }
  return text;
}

}  // namespace

std::string_view trim_space(std::string_view text) {
  return trim_where(text, is_space);
}

std::string trim_set(std::string_view text, std::string_view set) {
  const std::vector<char32_t> characters = runes_of(set);
  return std::string(trim_where(text, [&characters](char32_t rune) {
    return std::ranges::find(characters, rune) != characters.end();
  }));
}

}  // namespace gp::sprig
