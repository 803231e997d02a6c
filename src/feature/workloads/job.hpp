#pragma once
// Runs the pods of a Job until enough have succeeded, or too many have failed.
//
// Reads: Job, Pod. Writes: Pod, Job.status; removes Jobs whose ttlSecondsAfterFinished is over.
// Counts the pods that are there: one that is deleted before its Job has ended is run again.
// Not there yet: podFailurePolicy, successPolicy, backoffLimitPerIndex (they are stored only).

#include "platform/runtime/mount.hpp"

namespace gp::workloads {

void add_jobs(runtime::Mount& mount);

// True when the Job is Complete or Failed; the condition's type is what it became.
bool is_finished(const Value& job, std::string_view type);
bool is_finished(const Value& job);

}  // namespace gp::workloads
