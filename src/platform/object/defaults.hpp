#pragma once
// What the API server fills in: the defaults of types and schemas, then the kind's computed ones.

#include "base/value.hpp"
#include "platform/object/kind.hpp"

namespace gp::object {

// On every write, after decode() and before validate(); before or after the prepare_… below.
// `old_object` is null on create. Calling it again changes nothing.
void apply_defaults(const Kind& kind, Value& object, const Value* old_object);

// Before the first write of an object: status is cleared where the kind has a status subresource,
// write-only fields are folded in (Secret.stringData), fixed finalizers and labels are set
// (Namespace).
void prepare_for_create(const Kind& kind, Value& object);

// Before an update through the main resource: status is that of `old_object`.
void prepare_for_update(const Kind& kind, Value& object, const Value& old_object);

// Before an update through /status: all but status (and managedFields) is that of `old_object`.
void prepare_for_status_update(const Kind& kind, Value& object, const Value& old_object);

// True if anything apart from metadata and status differs: then metadata.generation grows.
bool is_new_generation(const Value& old_object, const Value& object);

}  // namespace gp::object
