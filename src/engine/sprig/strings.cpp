// Strings that stay about what they are: case of letters, trimming, cutting, quoting, indenting.

#include <fmt/format.h>

#include "engine/sprig/registry.hpp"
#include "engine/sprig/runes.hpp"
#include "engine/sprig/values.hpp"
#include "engine/template/print.hpp"
#include "engine/template/quote.hpp"

namespace gp::sprig {
namespace {

Error out_of_range(std::string_view bounds) {
  return invalid_argument("runtime error: slice bounds out of range [{}]", bounds);
}

// Go's text[from:to], its panics included.
Result<Val> cut(std::string_view text, std::int64_t from, std::int64_t to) {
  const auto size = static_cast<std::int64_t>(text.size());
  if (to < 0) return fail(out_of_range(fmt::format(":{}", to)));
  if (to > size)
    return fail(invalid_argument("runtime error: slice bounds out of range [:{}] with length {}",
                                 to, size));
  if (from < 0) return fail(out_of_range(fmt::format("{}:", from)));
  if (from > to) return fail(out_of_range(fmt::format("{}:{}", from, to)));
  return Val::string(std::string(
      text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from))));
}

Result<Val> substr(Arguments arguments) {
  const std::int64_t start = arguments[0].integer();
  const std::int64_t end = arguments[1].integer();
  const std::string_view text = arguments[2].text();
  const auto size = static_cast<std::int64_t>(text.size());
  if (start < 0) return cut(text, 0, end);
  return cut(text, start, end < 0 || end > size ? size : end);
}

Val trunc(Arguments arguments) {
  const std::int64_t count = arguments[0].integer();
  const std::string_view text = arguments[1].text();
  const auto size = static_cast<std::int64_t>(text.size());
  if (count < 0 && size + count > 0)
    return Val::string(std::string(text.substr(static_cast<std::size_t>(size + count))));
  if (count >= 0 && size > count)
    return Val::string(std::string(text.substr(0, static_cast<std::size_t>(count))));
  return arguments[1];
}

std::string quoted(Arguments arguments, std::string (*quote)(const std::string&)) {
  std::string out;
  for (const Val& value : arguments) {
    if (is_untyped_nil(value)) continue;
    if (!out.empty()) out.push_back(' ');
    out.append(quote(text_of(value)));
  }
  return out;
}

Result<std::string> repeated(std::int64_t count, std::string_view text) {
  if (count < 0) return fail(invalid_argument("strings: negative Repeat count"));
  if (!text.empty() && static_cast<std::uint64_t>(count) > kBytesMax / text.size())
    TRY(check_bytes(kBytesMax + 1));
  std::string out;
  out.reserve(text.size() * static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count && !text.empty(); ++i) out.append(text);
  return out;
}

// strings.ReplaceAll: an empty `old` stands between all characters.
Result<std::string> replaced(std::string_view text, std::string_view old, std::string_view with) {
  std::string out;
  while (true) {
    std::size_t at = 0;
    if (old.empty()) {
      out.append(with);
      if (text.empty()) break;
      at = tmpl::decode_rune(text).size;
    } else {
      at = text.find(old);
    }
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at);
    if (!old.empty()) {
      out.append(with);
      text.remove_prefix(old.size());
    }
    TRY(check_bytes(out.size()));
  }
  return out;
}

Result<std::string> indented(std::int64_t spaces, std::string_view text) {
  const std::string pad = TRY(repeated(spaces, " "));
  std::string out = pad;
  for (const char c : text) {
    out.push_back(c);
    if (c != '\n') continue;
    out.append(pad);
    TRY(check_bytes(out.size()));
  }
  return out;
}

Result<Val> indent(Arguments arguments) {
  std::string text = TRY(indented(arguments[0].integer(), arguments[1].text()));
  return Val::string(std::move(text));
}

Result<Val> nindent(Arguments arguments) {
  const std::string text = TRY(indented(arguments[0].integer(), arguments[1].text()));
  return Val::string("\n" + text);
}

// Texts with one blank between them, nils left out.
Val cat(Arguments arguments) {
  std::string out;
  bool first = true;
  for (const Val& value : arguments) {
    if (is_untyped_nil(value)) continue;
    if (!first) out.push_back(' ');
    first = false;
    // As %v prints it: bytes are a list of numbers here.
    out.append(value.is_bytes() ? tmpl::print_one(value) : text_of(value));
  }
  return Val::string(std::move(out));
}

// strings.Title: what follows no letter, digit or underscore is a beginning.
std::string title(std::string_view text) {
  char32_t previous = ' ';
  return map_runes(text, [&previous](char32_t rune) {
    const bool inside = previous < 0x80
                            ? previous == '_' || is_letter(previous) || is_number(previous)
                            : is_letter(previous) || is_number(previous) || !is_space(previous);
    previous = rune;
    return inside ? rune : to_title(rune);
  });
}

template <typename Change>
auto over_text(Change change) {
  return [change](Arguments arguments) {
    return Val::string(std::string(change(arguments[0].text())));
  };
}

void add_trimming(Registry& registry) {
  const auto* text = &types::kString;
  registry.add({"trim"}, {text}, over_text(trim_space));
  registry.add({"trimAll", "trimall"}, {text, text}, [](Arguments arguments) {
    return Val::string(trim_set(arguments[1].text(), arguments[0].text()));
  });
  registry.add({"trimPrefix"}, {text, text}, [](Arguments arguments) {
    std::string_view from = arguments[1].text();
    if (from.starts_with(arguments[0].text())) from.remove_prefix(arguments[0].size());
    return Val::string(std::string(from));
  });
  registry.add({"trimSuffix"}, {text, text}, [](Arguments arguments) {
    std::string_view from = arguments[1].text();
    if (from.ends_with(arguments[0].text())) from.remove_suffix(arguments[0].size());
    return Val::string(std::string(from));
  });
}

void add_questions(Registry& registry) {
  const auto* text = &types::kString;
  registry.add({"contains"}, {text, text}, [](Arguments arguments) {
    return Val::boolean(arguments[1].text().contains(arguments[0].text()));
  });
  registry.add({"hasPrefix"}, {text, text}, [](Arguments arguments) {
    return Val::boolean(arguments[1].text().starts_with(arguments[0].text()));
  });
  registry.add({"hasSuffix"}, {text, text}, [](Arguments arguments) {
    return Val::boolean(arguments[1].text().ends_with(arguments[0].text()));
  });
}

void add_quoting(Registry& registry) {
  const auto* anything = &types::kInterface;
  registry.add_variadic({"quote"}, {anything}, [](Arguments arguments) {
    return Val::string(
        quoted(arguments, [](const std::string& text) { return tmpl::quote(text); }));
  });
  registry.add_variadic({"squote"}, {anything}, [](Arguments arguments) {
    return Val::string(quoted(arguments, [](const std::string& text) { return "'" + text + "'"; }));
  });
  registry.add({"toString"}, {anything},
               [](Arguments arguments) { return Val::string(text_of(arguments[0])); });
  registry.add_variadic({"cat"}, {anything}, cat);
}

}  // namespace

void add_strings(Registry& registry) {
  const auto* text = &types::kString;
  const auto* count = &types::kInt;
  registry.add({"upper"}, {text},
               over_text([](std::string_view from) { return map_runes(from, to_upper); }));
  registry.add({"lower"}, {text},
               over_text([](std::string_view from) { return map_runes(from, to_lower); }));
  registry.add({"title"}, {text}, over_text(title));
  registry.add({"substr"}, {count, count, text}, substr);
  registry.add({"trunc"}, {count, text}, trunc);
  registry.add({"repeat"}, {count, text}, [](Arguments arguments) -> Result<Val> {
    std::string out = TRY(repeated(arguments[0].integer(), arguments[1].text()));
    return Val::string(std::move(out));
  });
  registry.add({"replace"}, {text, text, text}, [](Arguments arguments) -> Result<Val> {
    std::string out = TRY(replaced(arguments[2].text(), arguments[0].text(), arguments[1].text()));
    return Val::string(std::move(out));
  });
  registry.add({"indent"}, {count, text}, indent);
  registry.add({"nindent"}, {count, text}, nindent);
  registry.add({"plural"}, {text, text, count},
               [](Arguments arguments) { return arguments[arguments[2].integer() == 1 ? 0 : 1]; });
  add_trimming(registry);
  add_questions(registry);
  add_quoting(registry);
}

}  // namespace gp::sprig
