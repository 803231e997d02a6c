#include "feature/workloads/cron_job.hpp"
#include "feature/workloads/daemon_set.hpp"
#include "feature/workloads/deployment.hpp"
#include "feature/workloads/disruption.hpp"
#include "feature/workloads/endpoints.hpp"
#include "feature/workloads/job.hpp"
#include "feature/workloads/replica_set.hpp"
#include "feature/workloads/scheduling.hpp"
#include "feature/workloads/stateful_set.hpp"
#include "feature/workloads/workloads.hpp"

namespace gp::workloads {

void mount(runtime::Mount& mount, const Options& options) {
  if (!options.is_on) return;
  add_replica_sets(mount);
  add_deployments(mount);
  add_stateful_sets(mount);
  add_daemon_sets(mount);
  add_jobs(mount);
  add_cron_jobs(mount);
  add_endpoints(mount);
  add_disruption_budgets(mount);
  add_autoscalers(mount);
  add_scheduling(mount);
}

}  // namespace gp::workloads
