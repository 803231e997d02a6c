#pragma once
// Makes Jobs when a CronJob's schedule says so, and removes old ones.
//
// Reads: CronJob, Job. Writes: Job, CronJob.status. After a stop only the newest missed time is
// made up for, if startingDeadlineSeconds allows. Dying between making a Job and noting it is
// harmless: the Job's name holds its time.

#include "platform/runtime/mount.hpp"

namespace gp::workloads {

void add_cron_jobs(runtime::Mount& mount);

}  // namespace gp::workloads
