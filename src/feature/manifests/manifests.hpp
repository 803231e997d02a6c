#pragma once
// Applies plain Kubernetes objects from files of the platform repository to the local cluster, at
// start and whenever the files change, and removes what disappeared from them.
//
// Reads: the files and globs of platform.yaml's spec.manifests. Writes: the objects in them,
// namespaces that they name, and one cluster-wide ManifestSource whose status tells what was
// applied and each problem with file and line. A broken file or a refused object never stops the
// others.

#include "platform/runtime/mount.hpp"

namespace gp::manifests {

Result<> mount(runtime::Mount& mount);

}  // namespace gp::manifests
