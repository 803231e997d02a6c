#include "feature/workloads/deployment.hpp"
#include "feature/workloads/replica_set.hpp"
#include "feature/workloads/scheduling.hpp"
#include "feature/workloads/workloads.hpp"

namespace gp::workloads {

void mount(runtime::Mount& mount, const Options& options) {
  if (!options.is_on) return;
  add_replica_sets(mount);
  add_deployments(mount);
  add_scheduling(mount);
}

}  // namespace gp::workloads
