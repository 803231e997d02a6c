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

// True if anything apart from metadata and status differs: then metadata.generation grows. Where a
// custom kind does not keep its status apart, that counts too.
bool is_new_generation(const Value& old_object, const Value& object);
bool is_new_generation(const Kind& kind, const Value& old_object, const Value& object);

// What a client sees of a stored object that met another schema when it was written: pruned and
// defaulted as the kind is now. The same document if that changes nothing.
Value as_read(const Kind& kind, const Value& stored);

}  // namespace gp::object
