#pragma once
// Which pods stand behind a Service: its Endpoints and EndpointSlices.
//
// Reads: Service, Pod. Writes: Endpoints, EndpointSlice. A Service without a selector is left to
// whoever writes its Endpoints by hand.

#include "platform/runtime/mount.hpp"

namespace gp::workloads {

void add_endpoints(runtime::Mount& mount);

}  // namespace gp::workloads
