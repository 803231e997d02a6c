#pragma once
// The scale subresource: autoscaling/v1 Scale made from an object's replicas, and written back.

#include "platform/api/verbs.hpp"

namespace gp::api {

const object::Kind& scale_kind();  // autoscaling/v1, Kind=Scale

// NotFound when the kind has no scale.
Result<ObjectRef> scale_of(const object::Kind& kind, const object::Object& object);

// Sets the replicas of the object that `target` names (the subresource is ignored).
Result<ObjectRef> update_scale(Verbs& verbs, const Target& target, const Value& scale,
                               const WriteOptions& options);

}  // namespace gp::api
