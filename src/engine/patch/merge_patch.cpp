#include "engine/patch/patch.hpp"

namespace gp::patch {

Value apply_merge_patch(const Value& target, const Value& patch) {
  if (!patch.is_object()) return patch;
  Value result = target.is_object() ? target : Value::object();
  for (const Value::Member& member : patch.members()) {
    if (member.value.is_null()) {
      result.erase(member.key());
    } else if (member.value.is_object()) {
      result.set(member.key(), apply_merge_patch(result[member.key()], member.value));
    } else {
      result.set(member.key(), member.value);
    }
  }
  return result;
}

Value make_merge_patch(const Value& from, const Value& to) {
  if (!from.is_object() || !to.is_object()) return to;
  Value patch = Value::object();
  for (const Value::Member& member : from.members()) {
    if (!to.contains(member.key())) patch.set(member.key(), nullptr);
  }
  for (const Value::Member& member : to.members()) {
    const Value* before = from.find(member.key());
    if (before != nullptr && *before == member.value) continue;
    const Value& old = before != nullptr ? *before : null_value();
    patch.set(member.key(), make_merge_patch(old, member.value));
  }
  return patch;
}

}  // namespace gp::patch
