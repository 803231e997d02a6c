// Strings to lists and back: split, join, sortAlpha.

#include <algorithm>

#include "engine/sprig/registry.hpp"
#include "engine/sprig/strings.hpp"
#include "engine/sprig/values.hpp"
#include "engine/template/quote.hpp"

namespace gp::sprig {

std::vector<std::string_view> split_text(std::string_view text, std::string_view separator,
                                         std::int64_t parts_max) {
  std::vector<std::string_view> parts;
  if (parts_max == 0) return parts;
  const auto is_last = [&] {
    return parts_max > 0 && static_cast<std::int64_t>(parts.size()) == parts_max - 1;
  };
  if (separator.empty()) {
    while (!text.empty()) {
      const std::size_t size = is_last() ? text.size() : tmpl::decode_rune(text).size;
      parts.push_back(text.substr(0, size));
      text.remove_prefix(size);
    }
    return parts;
  }
  while (!is_last()) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) break;
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(text);
  return parts;
}

namespace {

// {"_0": first, "_1": second}, as `split` gives them.
Result<Val> numbered(const std::vector<std::string_view>& parts) {
  TRY(check_items(parts.size()));
  std::vector<std::pair<std::string, std::string_view>> members;
  members.reserve(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i)
    members.emplace_back("_" + std::to_string(i), parts[i]);
  std::ranges::sort(members);  // so that each goes to the end of the map
  Val map = Val::new_map(kStringMap);
  map.map().reserve(members.size());
  for (const auto& [key, part] : members) map.map().set(key, Val::string(std::string(part)));
  return map;
}

Result<Val> split_list(Arguments arguments) {
  const auto parts = split_text(arguments[1].text(), arguments[0].text(), -1);
  TRY(check_items(parts.size()));
  return Val::strings({parts.begin(), parts.end()});
}

Result<Val> join(Arguments arguments) {
  const std::vector<std::string> parts = texts_of(arguments[1]);
  const std::string_view separator = arguments[0].text();
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out.append(separator);
    out.append(parts[i]);
    TRY(check_bytes(out.size()));
  }
  return Val::string(std::move(out));
}

// A list of strings in byte order; anything else becomes a list of one.
Val sort_alpha(Arguments arguments) {
  const Val& value = arguments[0];
  std::vector<std::string> texts =
      value.is_slice() ? texts_of(value) : std::vector<std::string>{text_of(value)};
  if (value.is_slice()) std::ranges::sort(texts);
  return Val::strings(std::move(texts));
}

}  // namespace

void add_string_lists(Registry& registry) {
  const auto* text = &types::kString;
  const auto* anything = &types::kInterface;
  registry.add({"splitList"}, {text, text}, split_list);
  registry.add({"split"}, {text, text}, [](Arguments arguments) {
    return numbered(split_text(arguments[1].text(), arguments[0].text(), -1));
  });
  registry.add({"splitn"}, {text, &types::kInt, text}, [](Arguments arguments) {
    return numbered(split_text(arguments[2].text(), arguments[0].text(), arguments[1].integer()));
  });
  registry.add({"join"}, {text, anything}, join);
  registry.add({"sortAlpha"}, {anything}, sort_alpha);
  registry.add({"toStrings"}, {anything},
               [](Arguments arguments) { return Val::strings(texts_of(arguments[0])); });
}

}  // namespace gp::sprig
