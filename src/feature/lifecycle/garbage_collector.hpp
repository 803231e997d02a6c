#pragma once
// Deletes what is left of owners that are gone, with Kubernetes' rules for ownerReferences:
//
// - background: a dependent whose owners are all gone is deleted; one with another living owner
// only loses the
//   references to the others;
// - foreground (finalizer "foregroundDeletion"): the owner stays until dependents that block it are
// gone;
// - orphan (finalizer "orphan"): dependents lose the reference, then the owner goes.
//
// An owner in another namespace does not count as one, and a cluster-wide object cannot belong to a
// namespaced one; both are told in a Warning event "OwnerRefInvalidNamespace".
//
// Reads: everything. Deletes: dependents. Writes: metadata.ownerReferences and the two finalizers.
// Woken by changes; looks at everything only at start, and when history was lost. Decides on the
// store's newest state with compare-and-set, so a reference added in between wins.

#include "platform/api/verbs.hpp"
#include "platform/runtime/manager.hpp"

namespace gp::lifecycle {

void add_garbage_collector(runtime::Manager& manager, api::Verbs& verbs);

}  // namespace gp::lifecycle
