#include "engine/kustomize/strategic_merge.hpp"

#include <algorithm>

#include "base/contains.hpp"

namespace gp::kustomize {
namespace {

constexpr std::string_view kDirective = "$patch";
constexpr std::string_view kDeleteFromList = "$deleteFromPrimitiveList/";
constexpr std::string_view kElementOrder = "$setElementOrder/";
constexpr std::string_view kRetainKeys = "$retainKeys";

class Merge {
 public:
  Merge(Environment& environment, Gvk gvk) : environment_(environment), gvk_(std::move(gvk)) {}

  std::optional<Value> merge(const Value& target, const Value& patch, const std::string& path) {
    if (patch.is_array()) return merge_lists(target, patch, path);
    if (!patch.is_object()) return patch;
    const std::string_view directive = patch[kDirective].text();
    if (directive == "delete") return std::nullopt;
    const bool is_new = directive == "replace" || !target.is_object();
    Value merged = is_new ? Value::object() : target;
    if (patch[kRetainKeys].is_array()) retain(merged, patch[kRetainKeys]);
    for (const auto& member : patch.members())
      merge_member(merged, member.key(), member.value, path);
    return merged;
  }

 private:
  void merge_member(Value& merged, std::string_view key, const Value& change,
                    const std::string& path) {
    if (key == kDirective || key == kRetainKeys || key.starts_with(kElementOrder)) return;
    if (key.starts_with(kDeleteFromList)) {
      key.remove_prefix(kDeleteFromList.size());
      if (merged[key].is_array()) merged.set(key, without(merged[key], change));
      return;
    }
    std::optional<Value> value;
    if (!change.is_null()) {
      value = merge(merged[key], change,
                    path.empty() ? std::string(key) : fmt::format("{}/{}", path, key));
    }
    if (value) {
      merged.set(key, std::move(*value));
    } else {
      merged.erase(key);
    }
  }

  static void retain(Value& object, const Value& names) {
    const Value before = object;
    for (const auto& member : before.members()) {
      const auto is_it = [&](const Value& name) { return name.text() == member.key(); };
      if (std::ranges::none_of(names.items(), is_it)) object.erase(member.key());
    }
  }

  static Value without(const Value& list, const Value& removed) {
    Value kept = Value::array();
    for (const Value& item : list.items()) {
      if (!contains(removed.items(), item)) kept.push_back(item);
    }
    return kept;
  }

  // An item of the target is a patch item's when they agree in every key that the patch item has.
  static bool is_same_item(const Value& item, const Value& patch,
                           const std::vector<std::string>& keys) {
    bool has_key = false;
    for (const std::string& key : keys) {
      if (patch[key].is_null()) continue;
      has_key = true;
      if (!(item[key] == patch[key])) return false;
    }
    return has_key;
  }

  Value merge_lists(const Value& target, const Value& patch, const std::string& path) {
    const std::vector<std::string> keys = environment_.merge_keys(gvk_, path);
    const auto is_replacement = [](const Value& item) {
      return item[kDirective].text() == "replace";
    };
    const bool replaces = std::ranges::any_of(patch.items(), is_replacement);
    const bool are_plain = std::ranges::none_of(patch.items(), &Value::is_object);
    if (keys.empty() || replaces) return plain(patch, path);
    if (are_plain) return keys.front().empty() || patch.empty() ? united(target, patch) : patch;
    return merge_items(target, patch, keys, path);
  }

  Value merge_items(const Value& target, const Value& patch, const std::vector<std::string>& keys,
                    const std::string& path) {
    Value merged = Value::array();
    std::vector<bool> is_done(target.size());
    for (const Value& change : patch.items()) {
      Value before;
      for (std::size_t i = 0; i < target.size(); ++i) {
        if (is_done[i] || !is_same_item(target.at(i), change, keys)) continue;
        before = target.at(i);
        is_done[i] = true;
        break;
      }
      std::optional<Value> item = merge(before, change, path);
      if (item) merged.push_back(std::move(*item));
    }
    for (std::size_t i = 0; i < target.size(); ++i) {
      if (!is_done[i]) merged.push_back(target.at(i));
    }
    return merged;
  }

  // A list that takes the place of another: without directives.
  Value plain(const Value& patch, const std::string& path) {
    Value list = Value::array();
    for (const Value& item : patch.items()) {
      const bool is_only_directive = item.size() == 1 && item.contains(kDirective);
      if (is_only_directive) continue;
      std::optional<Value> made = merge(Value(), item, path);
      if (made) list.push_back(std::move(*made));
    }
    return list;
  }

  static Value united(const Value& target, const Value& patch) {
    Value all = patch;
    for (const Value& item : target.items()) {
      if (!contains(patch.items(), item)) all.push_back(item);
    }
    return all;
  }

  Environment& environment_;
  const Gvk gvk_;
};

}  // namespace

std::optional<Value> merge_strategically(Environment& environment, const Value& target,
                                         const Value& patch) {
  return Merge(environment, Gvk::of(target)).merge(target, patch, {});
}

}  // namespace gp::kustomize
