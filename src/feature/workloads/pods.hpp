#pragma once
// What controllers need to know of pods, and how they make and remove them.

#include <functional>
#include <optional>
#include <vector>

#include "platform/runtime/manager.hpp"

namespace gp::workloads {

bool is_ended(const Value& pod);  // Succeeded or Failed
bool is_deleting(const Value& object);
bool is_active(const Value& pod);  // neither
bool is_ready(const Value& pod);
// How long until a pod has been ready for `min_ready`: zero when it has, nothing when it is not
// ready.
std::optional<Duration> until_available(const Value& pod, Duration min_ready, TimePoint now);
bool is_available(const Value& pod, Duration min_ready, TimePoint now);

struct PodCounts {
  std::int64_t all = 0, ready = 0, available = 0;
  std::optional<Duration> next;  // when the next one becomes available
};
PodCounts count(const std::vector<Value>& pods, Duration min_ready, TimePoint now);

// A pod from a template, controlled by `owner`; its name is made of the owner's ("web-x2k9q").
Value pod_from(const Value& pod_template, const Value& owner);

struct Made {
  std::size_t pods = 0;
  std::optional<Error> error;  // the first refusal; the rest was not tried
};
// Makes `count` pods, one at first and then twice as many each time, so that a refusal of all of
// them is found out with one. An event for each: SuccessfulCreate, or FailedCreate.
Made make_pods(runtime::Reconcile& run, std::size_t count,
               const std::function<Value(std::size_t)>& pod);

// An event for each: SuccessfulDelete, or FailedDelete.
Result<> remove_pods(runtime::Reconcile& run, std::vector<Value> pods);

// Those to remove first stand first: without a node, pending, not ready, cheap to delete, young.
void sort_for_removal(std::vector<Value>& pods);

// A number, or a percentage of `total`.
enum class Round { Up, Down };
std::int64_t int_or_percent(const Value& value, std::int64_t total, Round round);

std::int64_t replicas_of(const Value& object);  // spec.replicas; 1 when it is not there
Duration min_ready_of(const Value& object);
std::optional<TimePoint> created_at(const Value& object);

}  // namespace gp::workloads
