// Maps: made, read, changed, copied.

#include <algorithm>

#include "engine/sprig/merge.hpp"
#include "engine/sprig/registry.hpp"
#include "engine/sprig/values.hpp"

namespace gp::sprig {
namespace {

// The entries of a map that may be nil.
const std::vector<Map::Entry>& entries_of(const Val& map) {
  static const std::vector<Map::Entry> none;
  return map.is_map() ? map.map().entries() : none;
}

Val dict(Arguments arguments) {
  Val map = Val::new_map();
  for (std::size_t i = 0; i < arguments.size(); i += 2)
    map.map().set(text_of(arguments[i]),
                  i + 1 < arguments.size() ? arguments[i + 1] : Val::string(""));
  return map;
}

Val get(Arguments arguments) {
  const Val* found = arguments[0].is_map() ? arguments[0].map().find(arguments[1].text()) : nullptr;
  return found ? *found : Val::string("");
}

Result<Val> set(Execution& execution, Arguments arguments) {
  const Val& map = arguments[0];
  if (!map.is_map()) return fail(invalid_argument("assignment to entry in nil map"));
  map.map().set(arguments[1].text(), arguments[2]);
  if (arguments[2].is_map() || arguments[2].is_slice()) execution.changed(map);
  return map;
}

Val unset(Arguments arguments) {
  if (arguments[0].is_map()) arguments[0].map().erase(arguments[1].text());
  return arguments[0];
}

Val has_key(Arguments arguments) {
  return Val::boolean(arguments[0].is_map() && arguments[0].map().find(arguments[1].text()));
}

Val pluck(Arguments arguments) {
  std::vector<Val> found;
  for (const Val& map : arguments.subspan(1)) {
    const Val* value = map.is_map() ? map.map().find(arguments[0].text()) : nullptr;
    if (value) found.push_back(*value);
  }
  return Val::list(std::move(found));
}

// In order, where Go leaves the order open.
Val keys(Arguments arguments) {
  std::vector<std::string> names;
  for (const Val& map : arguments)
    for (const Map::Entry& entry : entries_of(map)) names.push_back(entry.key);
  return Val::strings(std::move(names));
}

Val values(Arguments arguments) {
  std::vector<Val> items;
  for (const Map::Entry& entry : entries_of(arguments[0])) items.push_back(entry.value);
  return Val::list(std::move(items));
}

Val pick(Arguments arguments) {
  Val result = Val::new_map();
  for (const Val& key : arguments.subspan(1)) {
    const Val* value = arguments[0].is_map() ? arguments[0].map().find(key.text()) : nullptr;
    if (value) result.map().set(key.text(), *value);
  }
  return result;
}

Val omit(Arguments arguments) {
  Val result = Val::new_map();
  for (const Map::Entry& entry : entries_of(arguments[0])) {
    const bool goes = std::ranges::any_of(
        arguments.subspan(1), [&entry](const Val& key) { return key.text() == entry.key; });
    if (!goes) result.map().set(entry.key, entry.value);
  }
  return result;
}

Error no_conversion(const Val& value, const tmpl::Type& wanted) {
  return invalid_argument("interface conversion: interface {{}} is {}, not {}",
                          is_untyped_nil(value) ? "nil" : type_name(value), wanted.name);
}

// dig "a" "b" default map: a key that is there wins over the default, whatever its value.
Result<Val> dig(Arguments arguments) {
  if (arguments.size() < 3) return fail(invalid_argument("dig needs at least three arguments"));
  Val step = arguments.back();
  if (!step.is(types::kMap)) return fail(no_conversion(step, types::kMap));
  const Arguments path = arguments.first(arguments.size() - 2);
  for (const Val& key : path)
    if (!key.is(types::kString)) return fail(no_conversion(key, types::kString));
  for (const Val& key : path) {
    if (!step.is(types::kMap)) return fail(no_conversion(step, types::kMap));
    const Val* found = step.is_map() ? step.map().find(key.text()) : nullptr;
    if (!found) return arguments[arguments.size() - 2];
    step = Val(*found);
  }
  return step;
}

Result<Val> merge(Execution& execution, Arguments arguments, Overwrite overwrite) {
  const Val into = arguments[0].is_map() ? arguments[0] : Val::new_map();
  for (const Val& from : arguments.subspan(1)) TRY(merge_maps(into, from, overwrite));
  execution.changed(into);
  return into;
}

Result<Val> copied(Arguments arguments) {
  if (is_untyped_nil(arguments[0]))
    return fail(invalid_argument("reflect: call of reflect.Value.Type on zero Value"));
  return deep_copy(arguments[0]);
}

}  // namespace

void add_dicts(Registry& registry) {
  const auto* anything = &types::kInterface;
  const auto* text = &types::kString;
  const auto* map = &types::kMap;
  registry.add_variadic({"dict"}, {anything}, dict);
  registry.add({"get"}, {map, text}, get);
  registry.add({"set"}, {map, text, anything}, set);
  registry.add({"unset"}, {map, text}, unset);
  registry.add({"hasKey"}, {map, text}, has_key);
  registry.add_variadic({"pluck"}, {text, map}, pluck);
  registry.add_variadic({"keys"}, {map}, keys);
  registry.add({"values"}, {map}, values);
  registry.add_variadic({"pick"}, {map, text}, pick);
  registry.add_variadic({"omit"}, {map, text}, omit);
  registry.add_variadic({"dig"}, {anything}, dig);
  registry.add_variadic({"merge", "mustMerge"}, {map, map},
                        [](Execution& execution, Arguments arguments) {
                          return merge(execution, arguments, Overwrite::No);
                        });
  registry.add_variadic({"mergeOverwrite", "mustMergeOverwrite"}, {map, map},
                        [](Execution& execution, Arguments arguments) {
                          return merge(execution, arguments, Overwrite::Yes);
                        });
  registry.add({"deepCopy", "mustDeepCopy"}, {anything}, copied);
}

}  // namespace gp::sprig
