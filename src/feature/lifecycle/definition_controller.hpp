#pragma once
// Empties a CustomResourceDefinition that is being deleted and lets it go when nothing is left; and
// gives names to definitions that waited for them, as soon as another one of the group has let go.
//
// Reads: CustomResourceDefinition, its objects. Deletes: its objects. Writes: the definition's
// finalizer and condition Terminating. Woken by every deletion of such an object, so a finalizer
// that is removed elsewhere ends the wait at once. Dying in between is harmless: the next run
// deletes what is left.

#include "platform/api/verbs.hpp"
#include "platform/runtime/manager.hpp"

namespace gp::lifecycle {

void add_definition_controller(runtime::Manager& manager, api::Verbs& verbs);

}  // namespace gp::lifecycle
