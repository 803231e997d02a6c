// Lists: ends, joins, members.

#include <algorithm>

#include "engine/sprig/cast.hpp"
#include "engine/sprig/list_set.hpp"
#include "engine/sprig/registry.hpp"
#include "engine/sprig/values.hpp"

namespace gp::sprig {
namespace {

using Items = std::vector<Val>;

// What Go says of a nil where a type is asked for.
Error nil_dereference() {
  return invalid_argument("runtime error: invalid memory address or nil pointer dereference");
}

// The items of any list; `doing` is the beginning of the message for anything else.
Result<Items> list_for(const Val& list, std::string_view doing) {
  if (is_untyped_nil(list)) return fail(nil_dereference());
  if (!list.is_slice()) return fail(invalid_argument("{} type {}", doing, kind_name(list)));
  return items_of(list);
}

Result<Val> append(Arguments arguments) {
  Items items = TRY(list_for(arguments[0], "Cannot push on"));
  TRY(check_items(items.size()));
  items.push_back(arguments[1]);
  return Val::list(std::move(items));
}

Result<Val> prepend(Arguments arguments) {
  Items items = TRY(list_for(arguments[0], "Cannot prepend on"));
  TRY(check_items(items.size()));
  items.insert(items.begin(), arguments[1]);
  return Val::list(std::move(items));
}

Result<Val> first(Arguments arguments) {
  const Items items = TRY(list_for(arguments[0], "Cannot find first on"));
  return items.empty() ? Val::nil() : items.front();
}

Result<Val> last(Arguments arguments) {
  const Items items = TRY(list_for(arguments[0], "Cannot find last on"));
  return items.empty() ? Val::nil() : items.back();
}

Result<Val> rest(Arguments arguments) {
  Items items = TRY(list_for(arguments[0], "Cannot find rest on"));
  if (items.empty()) return Val::nil_of(types::kList);
  items.erase(items.begin());
  return Val::list(std::move(items));
}

Result<Val> initial(Arguments arguments) {
  Items items = TRY(list_for(arguments[0], "Cannot find initial on"));
  if (items.empty()) return Val::nil_of(types::kList);
  items.pop_back();
  return Val::list(std::move(items));
}

Result<Val> reverse(Arguments arguments) {
  Items items = TRY(list_for(arguments[0], "Cannot find reverse on"));
  std::ranges::reverse(items);
  return Val::list(std::move(items));
}

Result<Val> compact(Arguments arguments) {
  Items items = TRY(list_for(arguments[0], "Cannot compact on"));
  std::erase_if(items, is_empty);
  return Val::list(std::move(items));
}

Result<Val> uniq(Arguments arguments) {
  const Items items = TRY(list_for(arguments[0], "Cannot find uniq on"));
  ListSet seen;
  Items unique;
  for (const Val& item : items) {
    const bool is_new = TRY(seen.insert(item));
    if (is_new) unique.push_back(item);
  }
  return Val::list(std::move(unique));
}

Result<Val> without(Arguments arguments) {
  const Items items = TRY(list_for(arguments[0], "Cannot find without on"));
  ListSet omitted;
  for (const Val& value : arguments.subspan(1)) TRY(omitted.insert(value));
  Items kept;
  for (const Val& item : items) {
    const bool goes = TRY(omitted.contains(item));
    if (!goes) kept.push_back(item);
  }
  return Val::list(std::move(kept));
}

Result<Val> has(Arguments arguments) {
  if (is_untyped_nil(arguments[1])) return Val::boolean(false);
  const Items items = TRY(list_for(arguments[1], "Cannot find has on"));
  return Val::boolean(
      std::ranges::any_of(items, [&](const Val& item) { return deep_equal(arguments[0], item); }));
}

Result<Val> slice(Arguments arguments) {
  const Val& list = arguments[0];
  if (is_untyped_nil(list)) return fail(nil_dereference());
  if (!list.is_slice())
    return fail(invalid_argument("list should be type of slice or array but {}", kind_name(list)));
  const auto size = static_cast<std::int64_t>(list.size());
  if (size == 0) return Val::nil();
  const std::int64_t start = arguments.size() > 1 ? to_int64(arguments[1]) : 0;
  const std::int64_t end = arguments.size() > 2 ? to_int64(arguments[2]) : size;
  if (start < 0 || end < start || end > size)
    return fail(invalid_argument("reflect.Value.Slice: slice index out of bounds"));
  if (list.is_bytes())
    return Val::bytes(std::string(list.text().substr(static_cast<std::size_t>(start),
                                                     static_cast<std::size_t>(end - start))));
  const auto begin = list.items().begin();
  return Val::list(Items(begin + start, begin + end), *list.type());
}

Result<Val> concat(Arguments arguments) {
  Items all;
  for (const Val& list : arguments) {
    if (is_untyped_nil(list)) return fail(nil_dereference());
    if (!list.is_slice())
      return fail(invalid_argument("Cannot concat type {} as list", kind_name(list)));
    TRY(check_items(all.size() + list.size()));
    const Items items = items_of(list);
    all.insert(all.end(), items.begin(), items.end());
  }
  return all.empty() ? Val::nil_of(types::kList) : Val::list(std::move(all));
}

// Lists of at most `size` items. Sizes below 1 end as Go's arithmetic makes them end.
Result<Val> chunk(Arguments arguments) {
  const std::int64_t size = arguments[0].integer();
  const Items items = TRY(list_for(arguments[1], "Cannot chunk"));
  const auto count = static_cast<std::int64_t>(items.size());
  const Error bad_size = invalid_argument("runtime error: makeslice: len out of range");
  if (size == 0) return fail(bad_size);
  Items chunks;
  if (size < 0) {
    // floor((count - 1) / size) + 1 chunks: none for more than one item, unless size is far below.
    if (count == 0 || (count == 1 && size == -1)) return fail(bad_size);
    if (count == 1) chunks.push_back(Val::list(items));
    return Val::list(std::move(chunks), kLists);
  }
  for (std::int64_t from = 0; from < count; from += size) {
    const std::int64_t to = from + std::min(size, count - from);
    chunks.push_back(Val::list(Items(items.begin() + from, items.begin() + to)));
    if (to == count) break;
  }
  return Val::list(std::move(chunks), kLists);
}

}  // namespace

void add_lists(Registry& registry) {
  const auto* anything = &types::kInterface;
  registry.add_variadic({"list", "tuple"}, {anything}, [](Arguments arguments) {
    return Val::list(Items(arguments.begin(), arguments.end()));
  });
  registry.add({"append", "push", "mustAppend", "mustPush"}, {anything, anything}, append);
  registry.add({"prepend", "mustPrepend"}, {anything, anything}, prepend);
  registry.add({"first", "mustFirst"}, {anything}, first);
  registry.add({"last", "mustLast"}, {anything}, last);
  registry.add({"rest", "mustRest"}, {anything}, rest);
  registry.add({"initial", "mustInitial"}, {anything}, initial);
  registry.add({"reverse", "mustReverse"}, {anything}, reverse);
  registry.add({"compact", "mustCompact"}, {anything}, compact);
  registry.add({"uniq", "mustUniq"}, {anything}, uniq);
  registry.add_variadic({"without", "mustWithout"}, {anything, anything}, without);
  registry.add({"has", "mustHas"}, {anything, anything}, has);
  registry.add_variadic({"slice", "mustSlice"}, {anything, anything}, slice);
  registry.add_variadic({"concat"}, {anything}, concat);
  registry.add({"chunk", "mustChunk"}, {&types::kInt, anything}, chunk);
}

}  // namespace gp::sprig
