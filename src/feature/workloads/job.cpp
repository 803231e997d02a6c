#include "feature/workloads/job.hpp"

#include <charconv>
#include <set>

#include "feature/workloads/dependents.hpp"
#include "feature/workloads/indexes.hpp"
#include "feature/workloads/pods.hpp"

namespace gp::workloads {
namespace {

using runtime::Next;

constexpr std::string_view kIndex = "batch.kubernetes.io/job-completion-index";
constexpr std::string_view kOwnController = "kubernetes.io/job-controller";
constexpr Duration kBackoffMin = std::chrono::seconds(10);
constexpr Duration kBackoffMax = std::chrono::minutes(10);

// What is known of the Job's pods.
struct Picture {
  std::vector<Value> active;
  std::int64_t succeeded = 0, failed = 0, ready = 0, terminating = 0, restarts = 0;
  std::set<std::int64_t> done, running;  // indexes
  std::optional<TimePoint> last_failure;
};

bool is_indexed(const Value& job) {
  return job["spec"]["completionMode"].text() == "Indexed";
}

std::int64_t index_of(const Value& pod) {
  const std::string_view text = pod["metadata"]["annotations"][kIndex].text();
  std::int64_t index = -1;
  std::from_chars(text.data(), text.data() + text.size(), index);
  return index;
}

TimePoint ended_at(const Value& pod) {
  TimePoint newest = created_at(pod).value_or(TimePoint());
  for (const Value& container : pod["status"]["containerStatuses"].items()) {
    if (const auto time = parse_time(container["state"]["terminated"]["finishedAt"].text())) {
      newest = std::max(newest, *time);
    }
  }
  for (const Value& condition : pod["status"]["conditions"].items()) {
    if (const auto time = parse_time(condition["lastTransitionTime"].text())) {
      newest = std::max(newest, *time);
    }
  }
  return newest;
}

std::int64_t restarts_of(const Value& pod) {
  std::int64_t restarts = 0;
  for (const std::string_view list : {"containerStatuses", "initContainerStatuses"}) {
    for (const Value& container : pod["status"][list].items())
      restarts += container["restartCount"].integer();
  }
  return restarts;
}

Picture look(const Value& job, const std::vector<Value>& pods) {
  Picture picture;
  for (const Value& pod : pods) {
    const std::string_view phase = pod["status"]["phase"].text();
    if (phase == "Succeeded") {
      ++picture.succeeded;
      if (is_indexed(job)) picture.done.insert(index_of(pod));
    } else if (phase == "Failed") {
      ++picture.failed;
      picture.last_failure = std::max(picture.last_failure.value_or(TimePoint()), ended_at(pod));
    } else if (is_deleting(pod)) {
      ++picture.terminating;
    } else {
      picture.active.push_back(pod);
      picture.ready += is_ready(pod) ? 1 : 0;
      picture.restarts += restarts_of(pod);
      picture.running.insert(index_of(pod));
    }
  }
  picture.done.erase(-1);
  if (is_indexed(job)) picture.succeeded = static_cast<std::int64_t>(picture.done.size());
  return picture;
}

struct End {
  std::string type, reason, message;  // type: Complete or Failed
};

std::optional<End> end_of(const Value& job, const Picture& picture, TimePoint now) {
  const Value& spec = job["spec"];
  const std::int64_t limit = spec["backoffLimit"].integer(6);
  const bool restarts_in_place =
      spec["template"]["spec"]["restartPolicy"].text() == "OnFailure" && picture.restarts > 0;
  if (picture.failed > limit ||
      (restarts_in_place && picture.restarts >= std::max<std::int64_t>(limit, 1))) {
    return End{"Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"};
  }
  const auto start = parse_time(job["status"]["startTime"].text());
  const Value& seconds = spec["activeDeadlineSeconds"];
  if (start && seconds.is_integer() && now - *start >= std::chrono::seconds(seconds.integer())) {
    return End{"Failed", "DeadlineExceeded", "Job was active longer than specified deadline"};
  }
  const Value& completions = spec["completions"];
  const bool is_complete = completions.is_integer()
                               ? picture.succeeded >= completions.integer()
                               : picture.succeeded > 0 && picture.active.empty();
  if (is_complete) {
    return End{"Complete", "CompletionsReached", "Reached expected number of succeeded pods"};
  }
  return std::nullopt;
}

std::int64_t wanted_active(const Value& job, const Picture& picture) {
  const std::int64_t parallelism = job["spec"]["parallelism"].integer(1);
  const Value& completions = job["spec"]["completions"];
  const auto active = static_cast<std::int64_t>(picture.active.size());
  if (!completions.is_integer()) return picture.succeeded > 0 ? active : parallelism;
  return std::min(parallelism,
                  std::max<std::int64_t>(completions.integer() - picture.succeeded, 0));
}

std::optional<Duration> backoff_left(const Picture& picture, TimePoint now) {
  if (!picture.last_failure || picture.failed == 0) return std::nullopt;
  Duration delay = kBackoffMin;
  for (std::int64_t i = 1; i < picture.failed && delay < kBackoffMax; ++i) delay *= 2;
  const Duration left = *picture.last_failure + std::min(delay, kBackoffMax) - now;
  return left > Duration::zero() ? std::optional(left) : std::nullopt;
}

Value indexed_pod(const Value& job, std::int64_t index) {
  Value pod = pod_from(job["spec"]["template"], job);
  const std::string number = std::to_string(index);
  const std::string name = fmt::format("{}-{}", job["metadata"]["name"].text(), number);
  Value& metadata = pod.edit("metadata");
  metadata.set("generateName", name + "-");
  metadata.edit("annotations").set(kIndex, number);
  metadata.edit("labels").set(kIndex, number);
  Value& spec = pod.edit("spec");
  spec.set("hostname", name);
  const Value variable = Value::object(
      {{"name", "JOB_COMPLETION_INDEX"},
       {"valueFrom",
        Value::object(
            {{"fieldRef",
              Value::object({{"fieldPath", fmt::format("metadata.labels['{}']", kIndex)}})}})}});
  for (const std::string_view list : {"containers", "initContainers"}) {
    if (!spec[list].is_array()) continue;
    Value containers = spec[list];
    for (std::size_t i = 0; i < containers.size(); ++i)
      containers.item(i).edit("env").push_back(variable);
    spec.set(list, std::move(containers));
  }
  return pod;
}

std::optional<Error> start_pods(runtime::Reconcile& run, const Picture& picture,
                                std::int64_t count) {
  const Value& job = run.document();
  if (!is_indexed(job)) {
    const Value pod = pod_from(job["spec"]["template"], job);
    return make_pods(run, static_cast<std::size_t>(count), [&](std::size_t) { return pod; }).error;
  }
  std::vector<std::int64_t> free;
  const std::int64_t end = job["spec"]["completions"].integer();
  for (std::int64_t i = 0; i < end && static_cast<std::int64_t>(free.size()) < count; ++i) {
    if (!picture.done.contains(i) && !picture.running.contains(i)) free.push_back(i);
  }
  return make_pods(run, free.size(), [&](std::size_t i) { return indexed_pod(job, free[i]); })
      .error;
}

// --- conditions

Value with_condition(const Value& conditions, std::string_view type, std::string_view status,
                     std::string_view reason, std::string_view message, TimePoint now) {
  Value next = conditions.is_array() ? conditions : Value::array();
  std::size_t at = 0;
  while (at < next.size() && next.at(at)["type"].text() != type) ++at;
  if (at < next.size() && next.at(at)["status"].text() == status) return next;
  Value condition = Value::object({{"type", type},
                                   {"status", status},
                                   {"lastProbeTime", format_time(now)},
                                   {"lastTransitionTime", format_time(now)},
                                   {"reason", reason},
                                   {"message", message}});
  if (at == next.size()) {
    next.push_back(std::move(condition));
  } else {
    next.item(at) = std::move(condition);
  }
  return next;
}

bool has_condition(const Value& job, std::string_view type) {
  return std::ranges::any_of(job["status"]["conditions"].items(), [&](const Value& condition) {
    return condition["type"].text() == type && condition["status"].text() == "True";
  });
}

class JobController final : public runtime::Controller {
 public:
  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Value& job = run.document();
    const std::string_view manager = job["spec"]["managedBy"].text(kOwnController);
    if (manager != kOwnController || run.object()->is_deleting()) return Next::done();
    if (is_finished(job)) return expire(run);

    const auto selector = TRY(selector::LabelSelector::from_object(job["spec"]["selector"]));
    if (!chooses_own_pods(job, selector)) return Next::done();
    const TimePoint now = run.context().clock().now();
    std::vector<Value> pods = TRY(claim(run, kPods, selector));
    Picture picture = look(job, pods);
    const bool is_suspended = job["spec"]["suspend"].boolean();
    Value conditions = job["status"]["conditions"];
    Value start = job["status"]["startTime"];
    std::optional<Error> refused;
    std::optional<Duration> next;

    const auto end = is_suspended ? std::nullopt : end_of(job, picture, now);
    if (end || is_suspended) {
      TRY(remove_pods(run, std::exchange(picture.active, {})));
      picture.ready = 0;
    } else {
      if (start.is_null()) start = format_time(now);
      next = backoff_left(picture, now);
      refused = adjust(run, picture, next.has_value());
      pods = TRY(claim(run, kPods, selector));
      picture = look(job, pods);
    }
    if (end) conditions = finish(run, *end, conditions, now);
    if (!end) conditions = note_suspension(run, is_suspended, conditions, start, now);

    report(run, picture, start, conditions);
    if (refused) return fail(std::move(*refused));
    const Value& lifetime = job["spec"]["ttlSecondsAfterFinished"];
    if (end && lifetime.is_integer()) return Next::in(std::chrono::seconds(lifetime.integer()));
    if (!end && !is_suspended) next = earlier(next, deadline_left(job, start, now));
    return next ? Next::in(*next) : Next::done();
  }

 private:
  static std::optional<Error> adjust(runtime::Reconcile& run, const Picture& picture,
                                     bool is_backing_off) {
    const std::int64_t wanted = wanted_active(run.document(), picture);
    const auto active = static_cast<std::int64_t>(picture.active.size());
    if (active > wanted) {
      std::vector<Value> surplus = picture.active;
      sort_for_removal(surplus);
      surplus.resize(static_cast<std::size_t>(active - wanted));
      const Result<> removed = remove_pods(run, std::move(surplus));
      return removed ? std::nullopt : std::optional(removed.error());
    }
    if (active == wanted || is_backing_off) return std::nullopt;
    return start_pods(run, picture, wanted - active);
  }

  static Value finish(runtime::Reconcile& run, const End& end, const Value& conditions,
                      TimePoint now) {
    const bool is_success = end.type == "Complete";
    run.event(is_success ? "Normal" : "Warning", is_success ? "Completed" : end.reason,
              is_success ? "Job completed" : end.message);
    if (is_success) run.status("completionTime", format_time(now));
    const Value first =
        with_condition(conditions, is_success ? "SuccessCriteriaMet" : "FailureTarget", "True",
                       end.reason, end.message, now);
    return with_condition(first, end.type, "True", end.reason, end.message, now);
  }

  static Value note_suspension(runtime::Reconcile& run, bool is_suspended, const Value& conditions,
                               Value& start, TimePoint now) {
    const bool was_suspended = has_condition(run.document(), "Suspended");
    if (is_suspended) start = Value();
    if (is_suspended == was_suspended) return conditions;
    run.event("Normal", is_suspended ? "Suspended" : "Resumed",
              is_suspended ? "Job suspended" : "Job resumed");
    return is_suspended
               ? with_condition(conditions, "Suspended", "True", "JobSuspended", "Job suspended",
                                now)
               : with_condition(conditions, "Suspended", "False", "JobResumed", "Job resumed", now);
  }

  static void report(runtime::Reconcile& run, const Picture& picture, const Value& start,
                     const Value& conditions) {
    run.status("startTime", start);
    status_count(run, "active", static_cast<std::int64_t>(picture.active.size()));
    status_count(run, "succeeded", picture.succeeded);
    status_count(run, "failed", picture.failed);
    run.status("ready", picture.ready);
    run.status("terminating", picture.terminating);
    run.status("uncountedTerminatedPods", Value::object());
    if (is_indexed(run.document())) {
      const std::string done = index_text(picture.done);
      run.status("completedIndexes", done.empty() ? Value() : Value(done));
    }
    run.status("conditions", conditions.empty() ? Value() : conditions);
  }

  static std::optional<Duration> deadline_left(const Value& job, const Value& start,
                                               TimePoint now) {
    const Value& seconds = job["spec"]["activeDeadlineSeconds"];
    const auto since = parse_time(start.text());
    if (!seconds.is_integer() || !since) return std::nullopt;
    return std::max<Duration>(*since + std::chrono::seconds(seconds.integer()) - now,
                              Duration::zero());
  }
  static std::optional<Duration> earlier(std::optional<Duration> a, std::optional<Duration> b) {
    if (!a) return b;
    return b ? std::min(*a, *b) : a;
  }

  // ttlSecondsAfterFinished.
  static Result<Next> expire(runtime::Reconcile& run) {
    const Value& job = run.document();
    const Value& seconds = job["spec"]["ttlSecondsAfterFinished"];
    if (!seconds.is_integer()) return Next::done();
    TimePoint finished{};
    for (const Value& condition : job["status"]["conditions"].items()) {
      const std::string_view type = condition["type"].text();
      if (type != "Complete" && type != "Failed") continue;
      if (const auto time = parse_time(condition["lastTransitionTime"].text())) finished = *time;
    }
    const Duration left =
        finished + std::chrono::seconds(seconds.integer()) - run.context().clock().now();
    if (left > Duration::zero()) return Next::in(left);
    TRY(remove(run, kJob.resource, job));
    return Next::done();
  }
};

}  // namespace

bool is_finished(const Value& job, std::string_view type) {
  return has_condition(job, type);
}

bool is_finished(const Value& job) {
  return is_finished(job, "Complete") || is_finished(job, "Failed");
}

void add_jobs(runtime::Mount& mount) {
  runtime::ControllerOptions options;
  options.name = "job";
  options.component = "job-controller";
  options.resource = kJob.resource;
  options.reports_ready = false;
  options.watches.push_back(
      {.resource = std::string(kPods),
       .keys = [&cluster = mount.local, &clock = mount.clock](
                   const store::Event& event) { return owners_of(event, kJob, cluster, clock); },
       .all_keys = {}});
  mount.controllers.add(std::move(options), std::make_unique<JobController>());
}

}  // namespace gp::workloads
