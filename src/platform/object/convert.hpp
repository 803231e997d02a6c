#pragma once
// One document, served under several names: as another version of its kind, or as the same kind of
// another group.
//
// Autoscalers are kept as autoscaling/v2 and as autoscaling/v1 says them; Events of core and of
// events.k8s.io are the same objects. All other kinds with several versions differ only in
// apiVersion.

#include "base/value.hpp"
#include "platform/object/kind.hpp"

namespace gp::object {

// `document`, whatever version it was stored as, in the words of `kind`. Unchanged if it is
// already.
Value convert(const Value& document, const Kind& kind);

}  // namespace gp::object
