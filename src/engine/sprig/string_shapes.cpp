// Strings in another shape: cases of words, abbreviations, initials, wrapped lines.

#include "engine/sprig/registry.hpp"
#include "engine/sprig/values.hpp"
#include "engine/sprig/words.hpp"

namespace gp::sprig {
namespace {

auto over_text(std::string (*change)(std::string_view)) {
  return [change](Arguments arguments) { return Val::string(change(arguments[0].text())); };
}

Val abbrev(Arguments arguments) {
  const std::int64_t width = arguments[0].integer();
  if (width < 4) return arguments[1];
  return Val::string(abbreviate(arguments[1].text(), 0, width));
}

Val abbrev_both(Arguments arguments) {
  const std::int64_t left = arguments[0].integer();
  const std::int64_t right = arguments[1].integer();
  if (right < 4 || (left > 0 && right < 7)) return arguments[2];
  return Val::string(abbreviate(arguments[2].text(), left, right));
}

Result<Val> wrap_with(Arguments arguments) {
  const std::string_view line_end = arguments[1].text();
  const std::string_view text = arguments[2].text();
  // Each byte may become a line.
  if (line_end.size() > 1 && text.size() > kBytesMax / line_end.size())
    TRY(check_bytes(kBytesMax + 1));
  return Val::string(wrap(text, arguments[0].integer(), line_end, true));
}

}  // namespace

void add_string_shapes(Registry& registry) {
  const auto* text = &types::kString;
  const auto* count = &types::kInt;
  registry.add({"snakecase"}, {text}, over_text(snake_case));
  registry.add({"kebabcase"}, {text}, over_text(kebab_case));
  registry.add({"camelcase"}, {text}, over_text(pascal_case));
  registry.add({"swapcase"}, {text}, over_text(swap_case));
  registry.add({"untitle"}, {text}, over_text(uncapitalize));
  registry.add({"initials"}, {text}, over_text(initials));
  registry.add({"nospace"}, {text}, over_text(without_space));
  registry.add({"abbrev"}, {count, text}, abbrev);
  registry.add({"abbrevboth"}, {count, count, text}, abbrev_both);
  registry.add({"wrap"}, {count, text}, [](Arguments arguments) {
    return Val::string(wrap(arguments[1].text(), arguments[0].integer(), "", false));
  });
  registry.add({"wrapWith"}, {count, text, text}, wrap_with);
}

}  // namespace gp::sprig
