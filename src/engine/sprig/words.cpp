// What sprig takes from goutils.

#include "engine/sprig/words.hpp"

#include "engine/sprig/runes.hpp"
#include "engine/template/quote.hpp"

namespace gp::sprig {

std::string abbreviate(std::string_view text, std::int64_t offset, std::int64_t width) {
  constexpr std::string_view kMarker = "...";
  const auto size = static_cast<std::int64_t>(text.size());
  if (text.empty() || width < 4) return "";
  if (size <= width) return std::string(text);
  offset = std::min(offset, size);
  if (size - offset < width - 3) offset = size - (width - 3);
  const auto kept = static_cast<std::size_t>(width - 3);
  if (offset <= 4) return std::string(text.substr(0, kept)).append(kMarker);
  if (width < 7) return "";
  std::string out(kMarker);
  if (offset + width - 3 < size)
    return out.append(abbreviate(text.substr(static_cast<std::size_t>(offset)), 0, width - 3));
  return out.append(text.substr(text.size() - kept));
}

std::string initials(std::string_view text) {
  std::string out;
  bool after_gap = true;
  for (const char c : text) {
    const auto byte = static_cast<char32_t>(static_cast<unsigned char>(c));
    if (is_space(byte)) {
      after_gap = true;
    } else if (after_gap) {
      tmpl::append_rune(out, byte);
      after_gap = false;
    }
  }
  return out;
}

std::string without_space(std::string_view text) {
  std::string out;
  bool changed = false;
  for (const char c : text) {
    const auto byte = static_cast<char32_t>(static_cast<unsigned char>(c));
    if (is_space(byte)) {
      changed = true;
    } else {
      tmpl::append_rune(out, byte);
    }
  }
  return changed ? out : std::string(text);
}

std::string swap_case(std::string_view text) {
  bool after_space = true;
  return map_runes(text, [&after_space](char32_t rune) {
    if (is_upper(rune)) {
      after_space = false;
      return to_lower(rune);
    }
    if (is_lower(rune)) {
      const bool begins = after_space;
      after_space = false;
      return begins ? to_title(rune) : to_upper(rune);
    }
    after_space = is_space(rune);
    return rune;
  });
}

std::string uncapitalize(std::string_view text) {
  bool begins = true;
  return map_runes(text, [&begins](char32_t rune) {
    if (is_space(rune)) {
      begins = true;
      return rune;
    }
    const bool first = begins;
    begins = false;
    return first ? to_lower(rune) : rune;
  });
}

std::string wrap(std::string_view text, std::int64_t length, std::string_view line_end,
                 bool breaks_long_words) {
  if (line_end.empty()) line_end = "\n";
  const std::size_t width = length < 1 ? 1 : static_cast<std::size_t>(length);
  std::string out;
  while (text.size() > width) {
    if (text[0] == ' ') {
      text.remove_prefix(1);
      continue;
    }
    std::size_t end = text.substr(0, width + 1).rfind(' ');
    std::size_t skipped = 1;
    if (end == std::string_view::npos && breaks_long_words) {
      end = width;
      skipped = 0;
    } else if (end == std::string_view::npos) {
      end = text.find(' ', width);
      if (end == std::string_view::npos) break;
    }
    out.append(text.substr(0, end)).append(line_end);
    text.remove_prefix(end + skipped);
  }
  return out.append(text);
}

}  // namespace gp::sprig
