#include "platform/api/field_walk.hpp"

#include <algorithm>
#include <optional>

#include "base/json.hpp"

namespace gp::api {
namespace {

using Form = FieldSchema::Form;

std::string member_element(std::string_view name) {
  std::string element = "f:";
  return element += name;
}

bool is_list(Form form) {
  return form == Form::Set || form == Form::KeyedList;
}

std::string item_element(const Value& item, const FieldSchema& list, Form form) {
  constexpr JsonStyle kPlain{.escape_html = false};
  if (form == Form::Set) return "v:" + to_json(item, kPlain);
  Value keys = Value::object();
  for (const std::string& key : list.keys()) {
    Value value = item[key];
    if (value.is_null()) value = list.key_default(key);
    if (!value.is_null()) keys.set(key, std::move(value));
  }
  return "k:" + to_json(keys, kPlain);
}

// The items of a list by their elements; of several with the same one, the first.
class Items {
 public:
  Items(const Value* list, const FieldSchema& schema, Form form) {
    if (list == nullptr) return;
    for (const Value& item : list->items()) {
      elements_.push_back(item_element(item, schema, form));
      by_element_.try_emplace(elements_.back(), &item);
    }
  }
  const std::vector<std::string>& elements() const { return elements_; }
  const Value* find(const std::string& element) const {
    const auto found = by_element_.find(element);
    return found == by_element_.end() ? nullptr : found->second;
  }
  const std::map<std::string, const Value*>& all() const { return by_element_; }

 private:
  std::vector<std::string> elements_;
  std::map<std::string, const Value*> by_element_;
};

bool is_empty_object(const Value& value) {
  return value.is_object() && value.empty();
}

void collect(const Value& value, const FieldSchema& schema, FieldSet& set) {
  const Form form = schema.form(value);
  if (form == Form::Leaf) {
    set.insert_here();
    return;
  }
  if (is_list(form)) {
    for (const Value& item : value.items()) {
      FieldSet& child = set.child(item_element(item, schema, form));
      child.insert_here();
      if (form == Form::KeyedList) collect(item, schema.item(), child);
    }
    return;
  }
  for (const Value::Member& member : value.members()) {
    const FieldSchema next = schema.member(member.key());
    FieldSet& child = set.child(member_element(member.key()));
    collect(member.value, next, child);
    if (member.value.is_null() || is_empty_object(member.value) || !next.is_named()) {
      child.insert_here();
    }
  }
  set.prune();  // empty lists name nothing
}

// The path of a series of elements, as FieldSet writes it.
std::string path_of(const std::vector<std::string>& elements) {
  FieldSet root;
  FieldSet* at = &root;
  for (const std::string& element : elements) at = &at->child(element);
  at->insert_here();
  const std::vector<std::string> paths = root.paths();
  return paths.empty() ? std::string() : paths.front();
}

std::string find_duplicate(const Value& value, const FieldSchema& schema,
                           std::vector<std::string>& path) {
  const Form form = schema.form(value);
  if (form == Form::Leaf) return {};
  const auto descend = [&path](std::string element, const Value& below, const FieldSchema& next) {
    path.push_back(std::move(element));
    std::string found = find_duplicate(below, next, path);
    path.pop_back();
    return found;
  };
  std::map<std::string, bool> seen;
  for (const Value& item : value.items()) {
    std::string element = item_element(item, schema, form);
    if (!seen.try_emplace(element, true).second) {
      return fmt::format("{}: duplicate entries for key {}", path_of(path), path_of({element}));
    }
    if (form == Form::Set) continue;
    std::string found = descend(std::move(element), item, schema.item());
    if (!found.empty()) return found;
  }
  for (const Value::Member& member : value.members()) {
    std::string found =
        descend(member_element(member.key()), member.value, schema.member(member.key()));
    if (!found.empty()) return found;
  }
  return {};
}

class Comparison {
 public:
  FieldChanges changes;

  void compare(const Value* from, const Value* to, const FieldSchema& schema) {
    walk(from, to, schema, changes.added, changes.modified, changes.removed);
  }

 private:
  static void walk(const Value* from, const Value* to, const FieldSchema& schema, FieldSet& added,
                   FieldSet& modified, FieldSet& removed) {
    if (from != nullptr && to != nullptr && from->same_as(*to)) return;
    const Form form = schema.form(to != nullptr ? *to : *from);
    const bool is_same_form =
        from == nullptr || to == nullptr || schema.form(*from) == schema.form(*to);
    const bool is_nothing = (from == nullptr || from->empty()) && (to == nullptr || to->empty());
    if (form == Form::Leaf || !is_same_form || is_nothing) {
      if (from == nullptr) {
        added.insert_here();
      } else if (to == nullptr) {
        removed.insert_here();
      } else if (!(*from == *to)) {
        modified.insert_here();
      }
      return;
    }
    // Most of two documents is the same, so an element's text is made only for what differs.
    const auto descend = [&](const auto& element_of, const Value* a, const Value* b,
                             const FieldSchema& next) {
      if (a != nullptr && b != nullptr && a->same_as(*b)) return;
      FieldSet more, other, less;
      walk(a, b, next, more, other, less);
      if (more.empty() && other.empty() && less.empty()) return;
      const std::string element = element_of();
      if (!more.empty()) added.child(element) = std::move(more);
      if (!other.empty()) modified.child(element) = std::move(other);
      if (!less.empty()) removed.child(element) = std::move(less);
    };
    if (is_list(form)) {
      const Items before(from, schema, form);
      const Items after(to, schema, form);
      for (const auto& [element, item] : before.all()) {
        descend([&] { return element; }, item, after.find(element), schema.item());
      }
      for (const auto& [element, item] : after.all()) {
        if (before.find(element) != nullptr) continue;
        descend([&] { return element; }, nullptr, item, schema.item());
      }
    } else {
      for (const Value::Member& member :
           from != nullptr ? from->members() : null_value().members()) {
        descend([&] { return member_element(member.key()); }, &member.value,
                to != nullptr ? to->find(member.key()) : nullptr, schema.member(member.key()));
      }
      for (const Value::Member& member : to != nullptr ? to->members() : null_value().members()) {
        if (from != nullptr && from->contains(member.key())) continue;
        descend([&] { return member_element(member.key()); }, nullptr, &member.value,
                schema.member(member.key()));
      }
    }
    if (from == nullptr) added.insert_here();
    if (to == nullptr) removed.insert_here();
  }
};

Value merge(const Value* live, const Value* config, const FieldSchema& schema);

// structured-merge-diff's visitListItems: `config` gives the order of what both know; what only
// `live` knows stays where it stands among its neighbours.
Value merge_lists(const Value& live, const Value& config, const FieldSchema& schema, Form form) {
  const Items left(&live, schema, form);
  const Items right(&config, schema, form);
  const auto& l = left.elements();
  const auto& r = right.elements();
  std::vector<std::string> shared;
  for (const std::string& element : r) {
    if (left.find(element) != nullptr) shared.push_back(element);
  }
  std::size_t next_shared = 0;
  const auto is_next = [&](const std::string& element) {
    return next_shared < shared.size() && shared[next_shared] == element;
  };

  Value out = Value::array();
  std::map<std::string, bool> merged;
  const auto take = [&](const std::string& element) {
    merged[element] = true;
    out.push_back(merge(left.find(element), right.find(element), schema.item()));
  };
  for (std::size_t i = 0, j = 0; i < l.size() || j < r.size();) {
    if (i < l.size() && j < r.size()) {
      if (l[i] == r[j]) {
        take(l[i]);
        ++i;
        ++j;
        if (next_shared < shared.size()) ++next_shared;
        continue;
      }
      if (right.find(l[i]) != nullptr && next_shared < shared.size() && !is_next(l[i])) {
        ++i;  // known to both, but not its turn
        continue;
      }
    }
    if (i < l.size()) {
      if (right.find(l[i]) == nullptr) {
        out.push_back(live.at(i));
        ++i;
        continue;
      }
      if (merged.contains(l[i])) ++i;
    }
    if (j < r.size()) {
      const bool was_next = is_next(r[j]);
      take(r[j]);
      ++j;
      if (was_next) ++next_shared;
    }
  }
  return out;
}

Value merge(const Value* live, const Value* config, const FieldSchema& schema) {
  if (config == nullptr) return *live;
  if (live == nullptr) return *config;
  const Form form = schema.form(*config);
  if (form == Form::Leaf || schema.form(*live) != form) return *config;
  if (is_list(form)) return merge_lists(*live, *config, schema, form);
  Value out = *live;
  for (const Value::Member& member : config->members()) {
    out.set(member.key(),
            merge(live->find(member.key()), &member.value, schema.member(member.key())));
  }
  return out;
}

std::optional<Value> without(const Value& value, const FieldSet& set, const FieldSchema& schema) {
  if (set.is_member()) return std::nullopt;
  if (set.empty()) return value;
  const Form form = schema.form(value);
  if (form == Form::Leaf) return value;
  if (is_list(form)) {
    Value out = Value::array();
    for (const Value& item : value.items()) {
      const FieldSet* below = set.find(item_element(item, schema, form));
      auto kept = below == nullptr ? std::optional(item) : without(item, *below, schema.item());
      if (kept) out.push_back(std::move(*kept));
    }
    return out.empty() ? std::nullopt : std::optional(std::move(out));
  }
  Value out = Value::object();
  for (const Value::Member& member : value.members()) {
    const FieldSet* below = set.find(member_element(member.key()));
    auto kept = below == nullptr ? std::optional(member.value)
                                 : without(member.value, *below, schema.member(member.key()));
    if (kept) out.set(member.key(), std::move(*kept));
  }
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

}  // namespace

FieldSet fields_of(const Value& value, const FieldSchema& schema) {
  FieldSet set;
  collect(value, schema, set);
  return set;
}

std::string duplicates_of(const Value& value, const FieldSchema& schema) {
  std::vector<std::string> path;
  return find_duplicate(value, schema, path);
}

FieldChanges compare_fields(const Value& from, const Value& to, const FieldSchema& schema) {
  Comparison comparison;
  comparison.compare(&from, &to, schema);
  return std::move(comparison.changes);
}

Value merge_fields(const Value& live, const Value& config, const FieldSchema& schema) {
  return merge(&live, &config, schema);
}

Value remove_fields(const Value& value, const FieldSet& set, const FieldSchema& schema) {
  return without(value, set, schema).value_or(Value::object());
}

FieldSet with_named_parents(const FieldSet& set, const FieldSchema& schema) {
  FieldSet result;
  if (set.is_member()) result.insert_here();
  for (const auto& [element, child] : set.children()) {
    const bool is_field = element.starts_with("f:");
    const FieldSchema next =
        is_field ? schema.member(std::string_view(element).substr(2)) : schema.item();
    FieldSet below = with_named_parents(child, next);
    if (is_field && next.is_named()) below.insert_here();
    result.child(element) = std::move(below);
  }
  return result;
}

}  // namespace gp::api
