#include "feature/workloads/cron_job.hpp"

#include "feature/workloads/cron_schedule.hpp"
#include "feature/workloads/dependents.hpp"
#include "feature/workloads/job.hpp"
#include "feature/workloads/pods.hpp"

namespace gp::workloads {
namespace {

using runtime::Next;

constexpr std::string_view kManager = "goldenpath-cronjob";
constexpr std::size_t kMissedMax = 100;

std::string name_of(const Value& object) {
  return object["metadata"]["name"].string();
}

struct Times {
  std::optional<TimePoint> due;  // the newest time that has come and was not served
  std::optional<TimePoint> next;
  std::size_t missed = 0;
};

// Looks from the last served time on; a start after a long stop looks at the end only.
Times look(const CronSchedule& schedule, const TimeZone& zone, TimePoint since, TimePoint now) {
  Times times;
  times.next = schedule.next(since, zone);
  while (times.next && *times.next <= now) {
    times.due = times.next;
    if (++times.missed > kMissedMax) {
      // Far behind: jump near the end, in steps that cannot skip the newest time.
      Duration back = std::chrono::minutes(2);
      std::optional<TimePoint> newest;
      for (; now - back > *times.due; back *= 2) {
        newest = schedule.next(now - back, zone);
        if (newest && *newest <= now) break;
      }
      if (now - back > *times.due) times.due = newest;
      while (true) {
        times.next = schedule.next(*times.due, zone);
        if (!times.next || *times.next > now) return times;
        times.due = times.next;
      }
    }
    times.next = schedule.next(*times.due, zone);
  }
  return times;
}

bool is_before(const Value& a, const Value& b) {
  const auto key = [](const Value& job) {
    return std::pair(job["status"]["startTime"].text(), job["metadata"]["name"].text());
  };
  return key(a) < key(b);
}

class CronJobController final : public runtime::Controller {
 public:
  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Value& cron = run.document();
    if (run.object()->is_deleting()) return Next::done();
    std::vector<Value> jobs = TRY(owned(run));
    note_finished(run, jobs);
    TRY(forget_old(run, jobs, "Complete", cron["spec"]["successfulJobsHistoryLimit"]));
    TRY(forget_old(run, jobs, "Failed", cron["spec"]["failedJobsHistoryLimit"]));
    std::erase_if(jobs, [](const Value& job) { return is_finished(job) || is_deleting(job); });

    const Next next = TRY(run_schedule(run, jobs));
    Value active = Value::array();
    for (const Value& job : jobs) {
      active.push_back(Value::object({{"apiVersion", job["apiVersion"]},
                                      {"kind", job["kind"]},
                                      {"name", job["metadata"]["name"]},
                                      {"namespace", job["metadata"]["namespace"]},
                                      {"uid", job["metadata"]["uid"]},
                                      {"resourceVersion", job["metadata"]["resourceVersion"]}}));
    }
    // Another revision of the same Job is no news.
    if (!is_same(active, cron["status"]["active"])) {
      run.status("active", active.empty() ? Value() : active);
    }
    return next;
  }

 private:
  static bool is_same(const Value& a, const Value& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a.at(i)["uid"] != b.at(i)["uid"]) return false;
    }
    return true;
  }

  static Result<std::vector<Value>> owned(runtime::Reconcile& run) {
    std::vector<Value> jobs = TRY(list(run, kJob.resource, run.key().ns));
    std::erase_if(jobs, [&](const Value& job) {
      return controller_reference(job)["uid"] != run.document()["metadata"]["uid"];
    });
    return jobs;
  }

  static void note_finished(runtime::Reconcile& run, const std::vector<Value>& jobs) {
    const Value& status = run.document()["status"];
    std::string newest = status["lastSuccessfulTime"].string();
    for (const Value& job : jobs) {
      const std::string_view done = job["status"]["completionTime"].text();
      if (is_finished(job, "Complete")) newest = std::max(newest, std::string(done));
      const bool was_active = std::ranges::any_of(
          status["active"].items(),
          [&](const Value& reference) { return reference["uid"] == job["metadata"]["uid"]; });
      if (!was_active || !is_finished(job)) continue;
      run.event("Normal", "SawCompletedJob",
                fmt::format("Saw completed job: {}, condition: {}", name_of(job),
                            is_finished(job, "Complete") ? "Complete" : "Failed"));
    }
    if (!newest.empty()) run.status("lastSuccessfulTime", newest);
  }

  static Result<> forget_old(runtime::Reconcile& run, std::vector<Value> jobs,
                             std::string_view type, const Value& limit) {
    if (!limit.is_integer()) return {};
    std::erase_if(jobs, [&](const Value& job) { return !is_finished(job, type); });
    std::ranges::sort(jobs, is_before);
    for (std::size_t i = 0; jobs.size() - i > static_cast<std::size_t>(limit.integer()); ++i) {
      TRY(remove_job(run, jobs[i]));
    }
    return {};
  }

  static Result<> remove_job(runtime::Reconcile& run, const Value& job) {
    TRY(remove(run, kJob.resource, job));
    run.event("Normal", "SuccessfulDelete", fmt::format("Deleted job {}", name_of(job)));
    return {};
  }

  // `jobs` are the active ones; a new one is added.
  static Result<Next> run_schedule(runtime::Reconcile& run, std::vector<Value>& jobs) {
    const Value& spec = run.document()["spec"];
    if (spec["suspend"].boolean()) return Next::done();
    const auto schedule = CronSchedule::parse(spec["schedule"].text());
    if (!schedule) {
      run.event("Warning", "UnparseableSchedule",
                fmt::format("unparseable schedule: {}: {}", spec["schedule"].text(),
                            schedule.error().message));
      return Next::done();
    }
    const auto zone = TimeZone::load(spec["timeZone"].text("UTC"));
    if (!zone) {
      run.event("Warning", "UnknownTimeZone", zone.error().to_string());
      return Next::done();
    }

    const TimePoint now = run.context().clock().now();
    const Times times = look(*schedule, *zone, since(run.document(), now), now);
    if (times.missed > kMissedMax) {
      run.event("Warning", "TooManyMissedTimes",
                fmt::format("too many missed start times: {} or more. Set or decrease "
                            ".spec.startingDeadlineSeconds or check clock skew",
                            kMissedMax));
    }
    const Next again = times.next ? Next::in(*times.next - now) : Next::done();
    if (times.due) TRY(serve(run, jobs, *times.due));
    return again;
  }

  static TimePoint since(const Value& cron, TimePoint now) {
    TimePoint earliest = created_at(cron).value_or(now);
    if (const auto last = parse_time(cron["status"]["lastScheduleTime"].text())) earliest = *last;
    const Value& seconds = cron["spec"]["startingDeadlineSeconds"];
    if (seconds.is_integer()) {
      earliest = std::max<TimePoint>(earliest, now - std::chrono::seconds(seconds.integer()));
    }
    return earliest;
  }

  static Result<> serve(runtime::Reconcile& run, std::vector<Value>& jobs, TimePoint due) {
    const std::string policy = run.document()["spec"]["concurrencyPolicy"].string("Allow");
    if (policy == "Forbid" && !jobs.empty()) {
      run.event("Normal", "JobAlreadyActive",
                "Not starting job because prior execution is running and concurrency policy is "
                "Forbid");
      return {};  // looked at again when that Job changes
    }
    if (policy == "Replace") {
      for (const Value& job : std::exchange(jobs, {})) TRY(remove_job(run, job));
    }

    const Value job = job_at(run.document(), due);
    const auto created = run.cluster().create(run.context(), job, kManager);
    if (created) {
      run.event("Normal", "SuccessfulCreate", fmt::format("Created job {}", name_of(job)));
      jobs.push_back((*created)->parse());
    } else if (created.error().code != Code::AlreadyExists) {
      run.event("Warning", "FailedCreate",
                fmt::format("Error creating job: {}", created.error().message));
      return fail(created.error());
    }
    run.status("lastScheduleTime", format_time(due));
    return {};
  }

  static Value job_at(const Value& cron, TimePoint due) {
    const Value& pattern = cron["spec"]["jobTemplate"];
    const auto minutes = std::chrono::floor<std::chrono::minutes>(due.time_since_epoch()).count();
    Value metadata = Value::object({{"name", fmt::format("{}-{}", name_of(cron), minutes)},
                                    {"namespace", cron["metadata"]["namespace"]},
                                    {"ownerReferences", Value::array({owner_reference(cron)})}});
    const Value& labels = pattern["metadata"]["labels"];
    if (!labels.empty()) metadata.set("labels", labels);
    Value annotations = pattern["metadata"]["annotations"];
    annotations.set("batch.kubernetes.io/cronjob-scheduled-timestamp", format_time(due));
    metadata.set("annotations", std::move(annotations));
    return Value::object({{"apiVersion", kJob.api_version},
                          {"kind", kJob.kind},
                          {"metadata", std::move(metadata)},
                          {"spec", pattern["spec"]}});
  }
};

}  // namespace

void add_cron_jobs(runtime::Mount& mount) {
  runtime::ControllerOptions options;
  options.name = "cronjob";
  options.component = "cronjob-controller";
  options.resource = kCronJob.resource;
  options.reports_ready = false;
  options.watches.push_back({.resource = std::string(kJob.resource),
                             .keys = [](const store::Event& event) -> std::vector<object::Key> {
                               const Value owner = controller_reference(event.object->parse());
                               if (owner["kind"].text() != kCronJob.kind) return {};
                               return {object::Key{std::string(kCronJob.resource),
                                                   std::string(event.object->ns()),
                                                   owner["name"].string()}};
                             },
                             .all_keys = {}});
  mount.controllers.add(std::move(options), std::make_unique<CronJobController>());
}

}  // namespace gp::workloads
