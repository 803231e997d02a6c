#pragma once
// metadata.managedFields: who set which field, kept up to date by every write.

#include "platform/api/verbs.hpp"

namespace gp::api {

// A created object belongs to its creator, field by field.
void track_create(const object::Kind& kind, Value& object, const WriteOptions& options,
                  TimePoint now);

// What the write changed belongs to its manager from now on; a write that changes nothing leaves
// everything as it is, its time included.
void track_update(const object::Kind& kind, const Value& old, Value& object,
                  std::string_view subresource, const WriteOptions& options, TimePoint now);

}  // namespace gp::api
