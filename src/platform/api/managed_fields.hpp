#pragma once
// metadata.managedFields: who set which field, kept up to date by every write.
//
// A manager is told apart by name, operation and subresource, an updating one also by version.
// Updates take what they change from others; applying is for those who say what they want, and
// meets the others' fields as conflicts. Rules: structured-merge-diff's `merge` package.

#include "platform/api/verbs.hpp"

namespace gp::api {

// A created object belongs to its creator, field by field.
void track_create(const object::Kind& kind, Value& object, const WriteOptions& options,
                  TimePoint now);

// What the write changed belongs to its manager from now on; a write that changes nothing leaves
// everything as it is, its time included.
void track_update(const object::Kind& kind, const Value& old, Value& object,
                  std::string_view subresource, const WriteOptions& options, TimePoint now);

// The object that results from applying `config` (of which only what the client wrote) to `live`
// (an empty object for a new one), managedFields included. Conflict: fields of others that differ,
// unless forced.
Result<Value> apply_config(const object::Kind& kind, const Value& live, const Value& config,
                           std::string_view subresource, const WriteOptions& options,
                           TimePoint now);

}  // namespace gp::api
