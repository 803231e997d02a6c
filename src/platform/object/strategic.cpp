#include "platform/object/strategic.hpp"

#include <algorithm>

#include "platform/object/go_text.hpp"
#include "platform/object/strategic_lists.hpp"

namespace gp::object {
namespace {

constexpr std::string_view kRetainKeys = "$retainKeys";
constexpr std::string_view kOrderPrefix = "$setElementOrder/";
constexpr std::string_view kDeletePrefix = "$deleteFromPrimitiveList/";
constexpr std::size_t kDepthMax = 256;

bool is_directive(std::string_view key) {
  return key == "$patch" || key == kRetainKeys || key.starts_with(kOrderPrefix) ||
         key.starts_with(kDeletePrefix);
}

// A value that the target does not have yet: taken over without directives and nulls. False: it
// says that it is to be deleted, so nothing remains.
bool clean(const Value& patch, Value& out) {
  if (patch.is_array()) {
    out = Value::array();
    for (const Value& item : patch.items()) {
      Value kept;
      if (clean(item, kept)) out.push_back(std::move(kept));
    }
    return true;
  }
  if (!patch.is_object()) {
    out = patch;
    return true;
  }
  if (patch["$patch"].text() == "delete") return false;
  out = Value::object();
  for (const Value::Member& member : patch.members()) {
    Value kept;
    if (is_directive(member.key()) || member.value.is_null() || !clean(member.value, kept))
      continue;
    out.set(member.key(), std::move(kept));
  }
  return true;
}

Error unknown_directive(const Value& patch) {
  return invalid_argument("unknown patch type: {} in map: {}", go_print(patch["$patch"]),
                          go_print(patch));
}

class Merger {
 public:
  // `type` is null below maps and free-form fields: their members merge as plain JSON.
  Result<Value> maps(const Type* type, Value target, const Value& patch) {
    if (depth_ > kDepthMax) return fail(too_large("the patch is nested too deeply"));
    const Depth deeper(depth_);
    if (const Value* directive = patch.find("$patch")) return directed(*directive, patch);
    if (!target.is_object()) target = Value::object();

    Value rest = patch;
    TRY(retain_keys(target, rest));
    TRY(ordered_lists(type, target, rest));
    for (const Value::Member& member : rest.members()) {
      TRY(merge_member(type, target, member.key(), member.value));
    }
    return target;
  }

 private:
  struct Depth {
    explicit Depth(std::size_t& value) : depth(value) { ++depth; }
    ~Depth() { --depth; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    std::size_t& depth;
  };

  static Result<Value> directed(const Value& directive, const Value& patch) {
    if (directive.text() == "delete") return Value::object();
    if (directive.text() != "replace") return fail(unknown_directive(patch));
    Value whole = patch;
    whole.erase("$patch");
    Value cleaned;
    clean(whole, cleaned);
    return cleaned;
  }

  // $retainKeys: of the target's members only these stay.
  static Result<> retain_keys(Value& target, Value& patch) {
    const Value keys = patch[kRetainKeys];
    if (!patch.erase(kRetainKeys)) return {};
    const auto is_kept = [&](std::string_view name) {
      return std::ranges::any_of(keys.items(),
                                 [&](const Value& key) { return key.text() == name; });
    };
    bool is_sound = keys.is_array();
    for (const Value::Member& member : patch.members()) {
      is_sound = is_sound &&
                 (member.value.is_null() || is_directive(member.key()) || is_kept(member.key()));
    }
    if (!is_sound) return fail(invalid_argument("invalid patch format of retainKeys"));
    Value kept = Value::object();
    for (const Value::Member& member : target.members()) {
      if (is_kept(member.key())) kept.set(member.key(), member.value);
    }
    target = std::move(kept);
    return {};
  }

  // $setElementOrder/x: merges the list x and puts it into that order; takes both out of the patch.
  Result<> ordered_lists(const Type* type, Value& target, Value& patch) {
    std::vector<std::string> directives;
    for (const Value::Member& member : patch.members()) {
      if (member.key().starts_with(kOrderPrefix)) directives.emplace_back(member.key());
    }
    for (const std::string& directive : directives) {
      const Value order = patch[directive];
      patch.erase(directive);
      if (!order.is_array()) {
        return fail(invalid_argument("invalid patch format of setElementOrder list"));
      }
      const std::string name = directive.substr(kOrderPrefix.size());
      const Field* field = TRY(look_up(type, name));
      const Value items = patch[name];
      patch.erase(name);
      const std::string_view key = field == nullptr ? std::string_view() : field->merge_key;
      TRY(check_order(items, order, key));
      const Value before = target[name];
      if (before.is_null() && items.is_null()) continue;

      Value merged = before;
      if (before.is_null()) {
        clean(items, merged);
      } else if (!items.is_null()) {
        merged = TRY(lists(field, before, items, false));
      }
      Value ordered = TRY(in_order(merged, order, before, key));
      target.set(name, std::move(ordered));
    }
    return {};
  }

  Result<> merge_member(const Type* type, Value& target, std::string_view key, const Value& value) {
    const bool is_removal = key.starts_with(kDeletePrefix);
    const std::string name(is_removal ? key.substr(kDeletePrefix.size()) : key);
    if (value.is_null()) {
      target.erase(name);
      return {};
    }
    const Value* before = target.find(name);
    if (before == nullptr || before->kind() != value.kind()) {
      if (is_removal) return {};
      Value cleaned;
      if (clean(value, cleaned)) target.set(name, std::move(cleaned));
      return {};
    }
    if (value.is_object()) {
      const Field* field = TRY(look_up(type, name));
      if (field != nullptr && is_replaced(*field)) {
        target.set(name, value);
        return {};
      }
      const bool is_map = field == nullptr || field->container != Container::Single;
      const Type* below = is_map ? nullptr : field->object;
      if (is_map && field != nullptr) {
        Value inner = TRY(typed_map(*field, *before, value));
        target.set(name, std::move(inner));
        return {};
      }
      Value inner = TRY(maps(below, *before, value));
      target.set(name, std::move(inner));
    } else if (value.is_array()) {
      const Field* field = TRY(look_up(type, name));
      Value inner = TRY(lists(field, *before, value, is_removal));
      target.set(name, std::move(inner));
    } else {
      target.set(name, value);
    }
    return {};
  }

  // A map of structs: each entry merges by the struct's type.
  Result<Value> typed_map(const Field& field, const Value& before, const Value& patch) {
    if (patch.contains("$patch")) return directed(patch["$patch"], patch);
    Value target = before;
    for (const Value::Member& member : patch.members()) {
      const Value* entry = target.find(member.key());
      if (member.value.is_null()) {
        target.erase(member.key());
      } else if (entry != nullptr && entry->is_object() && member.value.is_object()) {
        Value inner = TRY(maps(field.object, *entry, member.value));
        target.set(member.key(), std::move(inner));
      } else {
        Value cleaned;
        if (clean(member.value, cleaned)) target.set(member.key(), std::move(cleaned));
      }
    }
    return target;
  }

  static bool is_replaced(const Field& field) {
    return field.scalar == Scalar::SchemaOrBool || field.scalar == Scalar::SchemaOrArray ||
           field.scalar == Scalar::SchemaOrStrings;
  }

  static Result<const Field*> look_up(const Type* type, std::string_view name) {
    if (type == nullptr) return nullptr;
    const Field* field = type->find(name);
    if (field == nullptr && !type->is_open) {
      return fail(invalid_argument("unable to find api field in struct {} for the json field {}",
                                   type->name, go_quote(name)));
    }
    return field;
  }

  Result<Value> lists(const Field* field, const Value& before, const Value& patch,
                      bool is_removal) {
    if (field == nullptr || field->merge == Merge::Replace) {
      Value cleaned;
      clean(patch, cleaned);
      return cleaned;
    }
    if (before.empty() && patch.empty()) return before;
    if (field->merge == Merge::Union) {
      if (is_removal) return without(before, patch, {});
      return in_order(united(before, patch), patch, before, {});
    }
    return keyed(*field, before, patch);
  }

  Result<Value> keyed(const Field& field, const Value& before, const Value& patch) {
    const std::string_view key = field.merge_key;
    Value target = before;
    Value items = TRY(take_special(target, patch, key));
    Value merged = target;
    Places places(merged, key);
    for (const Value& item : items.items()) {
      if (!item.contains(key)) return fail(no_merge_key(item, key));
      const std::size_t at = places.of(item);
      if (at != Places::kAbsent) {
        Value together = TRY(maps(field.object, merged.at(at), item));
        merged.item(at) = std::move(together);
      } else {
        Value cleaned;
        if (clean(item, cleaned)) {
          places.add(cleaned, merged.size());
          merged.push_back(std::move(cleaned));
        }
      }
    }
    return in_order(merged, items, target, key);
  }

  std::size_t depth_ = 0;
};

}  // namespace

Result<Value> apply_strategic_patch(const Type& type, const Value& target, const Value& patch) {
  if (!patch.is_object()) return fail(invalid_argument("invalid JSON document"));
  return Merger().maps(&type, target, patch);
}

const Field* field_at(const Type& type, std::string_view path) {
  const Type* at = &type;
  const Field* field = nullptr;
  while (!path.empty()) {
    if (at == nullptr) return nullptr;
    const std::size_t dot = path.find('.');
    field = at->find(path.substr(0, dot));
    if (field == nullptr) return nullptr;
    at = field->object;
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return field;
}

}  // namespace gp::object
