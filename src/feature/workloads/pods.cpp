#include "feature/workloads/pods.hpp"

#include <charconv>
#include <mutex>
#include <tuple>

#include "feature/workloads/dependents.hpp"
#include "platform/cluster/parallel.hpp"

namespace gp::workloads {
namespace {

constexpr std::string_view kManager = "goldenpath-workloads";
constexpr std::size_t kPodsAtOnceMax = 500;  // of one reconcile, as the real controller

const Value& ready_condition(const Value& pod) {
  for (const Value& condition : pod["status"]["conditions"].items()) {
    if (condition["type"].text() == "Ready") return condition;
  }
  return null_value();
}

std::int64_t deletion_cost(const Value& pod) {
  const std::string_view text =
      pod["metadata"]["annotations"]["controller.kubernetes.io/pod-deletion-cost"].text();
  std::int64_t cost = 0;
  std::from_chars(text.data(), text.data() + text.size(), cost);
  return cost;
}

int phase_rank(const Value& pod) {
  const std::string_view phase = pod["status"]["phase"].text();
  return phase == "Running" ? 2 : phase == "Unknown" ? 1 : 0;
}

// Smaller goes first.
auto removal_rank(const Value& pod) {
  const auto age = created_at(pod);
  return std::tuple(!pod["spec"]["nodeName"].text().empty(), phase_rank(pod), is_ready(pod),
                    deletion_cost(pod), -(age ? *age : TimePoint()).time_since_epoch().count(),
                    std::string(pod["metadata"]["name"].text()));
}

}  // namespace

bool is_ended(const Value& pod) {
  const std::string_view phase = pod["status"]["phase"].text();
  return phase == "Succeeded" || phase == "Failed";
}

bool is_deleting(const Value& object) {
  return !object["metadata"]["deletionTimestamp"].is_null();
}

bool is_active(const Value& pod) {
  return !is_ended(pod) && !is_deleting(pod);
}

bool is_ready(const Value& pod) {
  return ready_condition(pod)["status"].text() == "True";
}

std::optional<Duration> until_available(const Value& pod, Duration min_ready, TimePoint now) {
  if (!is_ready(pod)) return std::nullopt;
  const auto since = parse_time(ready_condition(pod)["lastTransitionTime"].text());
  if (min_ready == Duration::zero() || !since) return Duration::zero();
  return std::max(*since + min_ready - now, Duration::zero());
}

bool is_available(const Value& pod, Duration min_ready, TimePoint now) {
  return until_available(pod, min_ready, now) == Duration::zero();
}

PodCounts count(const std::vector<Value>& pods, Duration min_ready, TimePoint now) {
  PodCounts counts;
  for (const Value& pod : pods) {
    ++counts.all;
    const auto left = until_available(pod, min_ready, now);
    if (!left) continue;
    ++counts.ready;
    if (*left == Duration::zero()) {
      ++counts.available;
    } else {
      counts.next = std::min(counts.next.value_or(*left), *left);
    }
  }
  return counts;
}

Value pod_from(const Value& pod_template, const Value& owner) {
  Value metadata =
      Value::object({{"generateName", fmt::format("{}-", owner["metadata"]["name"].text())},
                     {"namespace", owner["metadata"]["namespace"]},
                     {"ownerReferences", Value::array({owner_reference(owner)})}});
  for (const std::string_view field : {"labels", "annotations", "finalizers"}) {
    const Value& value = pod_template["metadata"][field];
    if (!value.empty()) metadata.set(field, value);
  }
  return Value::object({{"apiVersion", "v1"},
                        {"kind", "Pod"},
                        {"metadata", std::move(metadata)},
                        {"spec", pod_template["spec"]}});
}

Made make_pods(runtime::Reconcile& run, std::size_t count,
               const std::function<Value(std::size_t)>& pod) {
  Made made;
  std::mutex mutex;  // guards `made` and the events
  count = std::min(count, kPodsAtOnceMax);
  for (std::size_t begin = 0, batch = 1; begin < count && !made.error; begin += batch, batch *= 2) {
    batch = std::min(batch, count - begin);
    cluster::in_parallel(batch, [&](std::size_t i) {
      const auto created = run.cluster().create(run.context(), pod(begin + i), kManager);
      const std::lock_guard lock(mutex);
      if (created) {
        ++made.pods;
        run.event("Normal", "SuccessfulCreate", fmt::format("Created pod: {}", (*created)->name()));
      } else if (!made.error) {
        made.error = created.error();
      }
    });
  }
  if (made.error) {
    run.event("Warning", "FailedCreate", fmt::format("Error creating: {}", made.error->message));
  }
  return made;
}

Result<> remove_pods(runtime::Reconcile& run, std::vector<Value> pods) {
  std::mutex mutex;  // guards `error` and the events
  std::optional<Error> error;
  cluster::in_parallel(pods.size(), [&](std::size_t i) {
    const std::string_view name = pods[i]["metadata"]["name"].text();
    const Result<> removed = remove(run, kPods, pods[i]);
    const std::lock_guard lock(mutex);
    if (removed) {
      run.event("Normal", "SuccessfulDelete", fmt::format("Deleted pod: {}", name));
    } else {
      run.event("Warning", "FailedDelete",
                fmt::format("Error deleting: {}", removed.error().message));
      if (!error) error = removed.error();
    }
  });
  if (error) return fail(std::move(*error));
  return {};
}

void sort_for_removal(std::vector<Value>& pods) {
  std::ranges::sort(
      pods, [](const Value& a, const Value& b) { return removal_rank(a) < removal_rank(b); });
}

std::int64_t int_or_percent(const Value& value, std::int64_t total, Round round) {
  if (value.is_integer()) return value.integer();
  std::int64_t percent = 0;
  const std::string_view text = value.text();
  std::from_chars(text.data(), text.data() + text.size(), percent);
  return (percent * total + (round == Round::Up ? 99 : 0)) / 100;
}

std::int64_t replicas_of(const Value& object) {
  return object["spec"]["replicas"].integer(1);
}

Duration min_ready_of(const Value& object) {
  return std::chrono::seconds(object["spec"]["minReadySeconds"].integer());
}

std::optional<TimePoint> created_at(const Value& object) {
  const auto time = parse_time(object["metadata"]["creationTimestamp"].text());
  return time ? std::optional(*time) : std::nullopt;
}

}  // namespace gp::workloads
