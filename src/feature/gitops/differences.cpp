#include "feature/gitops/differences.hpp"

#include <functional>
#include <span>

#include "engine/patch/patch.hpp"
#include "engine/patch/pointer.hpp"

namespace gp::gitops {
namespace {

bool matches_name(const Value& wanted, std::string_view name) {
  return wanted.empty() || wanted.text() == "*" || wanted.text() == name;
}

// The pointers of all rules that are about an object; those that are none are left out.
void for_each_ignored(const Value& ignore, const ResourceKey& key,
                      const std::function<void(const patch::Pointer&)>& action) {
  for (const Value& rule : ignore.items()) {
    const bool is_meant =
        matches_name(rule["group"], key.group) && matches_name(rule["kind"], key.kind) &&
        matches_name(rule["name"], key.name) && matches_name(rule["namespace"], key.ns);
    if (!is_meant) continue;
    for (const Value& text : rule["jsonPointers"].items()) {
      const auto pointer = patch::Pointer::parse(text.text());
      if (pointer && !pointer->tokens.empty()) action(*pointer);
    }
  }
}

// Nothing happens where nothing is.
void erase(Value& object, const patch::Pointer& pointer) {
  const Value removal = Value::object({{"op", "remove"}, {"path", pointer.to_string()}});
  auto without = patch::apply_json_patch(object, Value::array({removal}));
  if (without) object = std::move(*without);
}

// Objects on the way are made, lists are not.
void put(Value& node, std::span<const std::string> tokens, const Value& value) {
  if (tokens.empty()) {
    node = value;
    return;
  }
  if (!node.is_array()) return put(node.edit(tokens.front()), tokens.subspan(1), value);
  const auto index = patch::parse_index(tokens.front());
  if (index && *index < node.size()) put(node.item(*index), tokens.subspan(1), value);
}

}  // namespace

Value normalized(const Value& object, const ResourceKey& key, const Value& ignore) {
  if (object.is_null()) return object;
  Value plain = object;
  plain.erase("status");
  Value& metadata = plain.edit("metadata");
  for (const char* field :
       {"managedFields", "resourceVersion", "generation", "uid", "selfLink", "creationTimestamp"})
    metadata.erase(field);
  if (metadata["annotations"].is_object()) {
    metadata.edit("annotations").erase(kLastApplied);
    if (metadata["annotations"].empty()) metadata.erase("annotations");
  }
  for_each_ignored(ignore, key, [&](const patch::Pointer& pointer) { erase(plain, pointer); });
  return plain;
}

Value with_ignored_fields_of(const Value& live, Value wanted, const ResourceKey& key,
                             const Value& ignore) {
  for_each_ignored(ignore, key, [&](const patch::Pointer& pointer) {
    const Value* value = patch::find(live, pointer);
    if (value != nullptr) {
      put(wanted, pointer.tokens, *value);
    } else {
      erase(wanted, pointer);
    }
  });
  return wanted;
}

}  // namespace gp::gitops
