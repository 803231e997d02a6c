#include "platform/object/strategic_lists.hpp"

#include <algorithm>
#include <vector>

#include "base/json.hpp"
#include "platform/object/go_text.hpp"

namespace gp::object {
namespace {

const Value& identity(const Value& item, std::string_view key) {
  return key.empty() ? item : item[key];
}

Result<> need_keys(const Value& list, std::string_view key) {
  if (key.empty()) return {};
  for (const Value& item : list.items()) {
    if (!item.contains(key)) return fail(no_merge_key(item, key));
  }
  return {};
}

// An item beside its places, so that they are looked up once.
struct Placed {
  Value item;
  std::size_t in_patch = Places::kAbsent;
  std::size_t in_before = Places::kAbsent;
  std::size_t sequence = 0;
};

}  // namespace

Error no_merge_key(const Value& item, std::string_view key) {
  return invalid_argument("map: {} does not contain declared merge key: {}", go_print(item), key);
}

Places::Places(const Value& list, std::string_view key) : key_(key) {
  for (std::size_t i = 0; i < list.size(); ++i) add(list.at(i), i);
}

std::size_t Places::of(const Value& item) const {
  const auto found = places_.find(to_json(identity(item, key_)));
  return found == places_.end() ? kAbsent : found->second;
}

void Places::add(const Value& item, std::size_t at) {
  places_.emplace(to_json(identity(item, key_)), at);
}

Result<Value> take_special(Value& target, const Value& patch, std::string_view key) {
  Value rest = Value::array();
  Value deleted = Value::array();
  bool replaces = false;
  for (const Value& item : patch.items()) {
    const Value* directive = item.find("$patch");
    if (directive == nullptr) {
      rest.push_back(item);
    } else if (directive->text() == "delete") {
      if (!item.contains(key)) return fail(no_merge_key(item, key));
      deleted.push_back(item);
    } else if (directive->text() == "replace") {
      replaces = true;
    } else if (directive->text() == "merge") {
      return fail(invalid_argument("merging lists cannot yet be specified in the patch"));
    } else {
      return fail(invalid_argument("unknown patch type: {} in map: {}", go_print(*directive),
                                   go_print(item)));
    }
  }
  if (replaces) {
    target = std::move(rest);
    return Value::array();
  }
  if (!deleted.empty()) target = without(target, deleted, key);
  return rest;
}

Value united(const Value& list, const Value& added) {
  Value out = Value::array();
  Places seen(out, {});
  for (const Value* from : {&list, &added}) {
    for (const Value& item : from->items()) {
      if (seen.of(item) != Places::kAbsent) continue;
      seen.add(item, out.size());
      out.push_back(item);
    }
  }
  return out;
}

Value without(const Value& list, const Value& removed, std::string_view key) {
  const Places gone(removed, key);
  Value out = Value::array();
  for (const Value& item : list.items()) {
    if (gone.of(item) == Places::kAbsent) out.push_back(item);
  }
  return out;
}

Result<Value> in_order(const Value& merged, const Value& order, const Value& before,
                       std::string_view key) {
  TRY(need_keys(merged, key));
  TRY(need_keys(order, key));
  const Places in_order(order, key);
  const Places in_before(before, key);
  std::vector<Placed> patched;
  std::vector<Placed> others;  // only the server has them
  for (const Value& item : merged.items()) {
    Placed placed{item, in_order.of(item), in_before.of(item), patched.size() + others.size()};
    (placed.in_patch == Places::kAbsent ? others : patched).push_back(std::move(placed));
  }
  std::ranges::sort(patched, {}, [](const Placed& p) { return std::pair(p.in_patch, p.sequence); });
  std::ranges::sort(others, {}, [](const Placed& p) { return std::pair(p.in_before, p.sequence); });

  Value out = Value::array();
  auto left = others.begin();
  auto right = patched.begin();
  while (left != others.end() || right != patched.end()) {
    const bool take_left =
        right == patched.end() || (left != others.end() && right->in_before != Places::kAbsent &&
                                   left->in_before < right->in_before);
    out.push_back(take_left ? std::move((left++)->item) : std::move((right++)->item));
  }
  return out;
}

Result<> check_order(const Value& items, const Value& order, std::string_view key) {
  if (items.empty() || order.empty()) return {};
  TRY(need_keys(order, key));
  std::size_t at = 0;
  for (const Value& item : items.items()) {
    if (item["$patch"].text() == "delete" || item["$patch"].text() == "replace") continue;
    if (!key.empty() && !item.contains(key)) return fail(no_merge_key(item, key));
    while (at < order.size() && identity(order.at(at), key) != identity(item, key)) ++at;
    if (at == order.size()) {
      return fail(invalid_argument(
          "The order in patch list:\n{}\n doesn't match $setElementOrder list:\n{}\n",
          go_print(items), go_print(order)));
    }
    ++at;
  }
  return {};
}

}  // namespace gp::object
