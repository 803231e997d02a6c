#pragma once
// Empties a namespace that is being deleted, says what still holds it, and lets it go when nothing
// is left.
//
// Reads: Namespace, everything in it. Deletes: everything in it. Writes: Namespace.status and
// spec.finalizers. Woken by every change in the namespace, so a finalizer that is removed elsewhere
// ends the wait at once. Dying in between is harmless: the next run deletes what is left.

#include "platform/api/verbs.hpp"
#include "platform/runtime/manager.hpp"

namespace gp::lifecycle {

void add_namespace_controller(runtime::Manager& manager, api::Verbs& verbs);

}  // namespace gp::lifecycle
