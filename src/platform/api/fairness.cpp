#include "platform/api/fairness.hpp"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

namespace gp::api {

namespace {

constexpr std::string_view kNames[] = {"exempt", "system", "workload", "catch-all"};

// On the stack of the thread that waits.
struct Waiter {
  std::condition_variable turn;
  bool is_granted = false;
  bool is_late = false;
};

struct Flow {
  std::size_t running = 0;
  std::deque<Waiter*> waiting;
};

}  // namespace

// One level.
struct Queues {
  Queues(Fairness::Limits the_limits, Duration the_wait_max, Clock& the_clock)
      : limits(the_limits), wait_max(the_wait_max), clock(the_clock) {}

  bool has_seat(const Flow& flow) const {
    return stats.running < limits.seats && flow.running < limits.flow_seats;
  }

  void take(Flow& flow) {
    ++stats.running;
    ++stats.dispatched;
    ++flow.running;
  }

  void forget_if_idle(const std::string& name) {
    const auto found = flows.find(name);
    if (found->second.running == 0 && found->second.waiting.empty()) flows.erase(found);
  }

  bool try_enter(const std::string& name) {
    const std::lock_guard lock(mutex);
    Flow& flow = flows[name];
    // Who came first goes first.
    const bool is_free = flow.waiting.empty() && has_seat(flow);
    if (is_free) take(flow);
    forget_if_idle(name);
    return is_free;
  }

  bool enter(const std::string& name) {
    std::unique_lock lock(mutex);
    Flow& flow = flows[name];  // stays where it is while somebody runs or waits
    if (flow.waiting.empty() && has_seat(flow)) {
      take(flow);
      return true;
    }
    if (stats.waiting >= limits.waiting || flow.waiting.size() >= limits.flow_waiting) {
      ++stats.rejected_full;
      forget_if_idle(name);
      return false;
    }
    return wait(lock, name, flow);
  }

  bool wait(std::unique_lock<std::mutex>& lock, const std::string& name, Flow& flow) {
    Waiter self;
    flow.waiting.push_back(&self);
    ++stats.waiting;
    lock.unlock();
    const Clock::TimerId timer = clock.call_after(wait_max, [&] {
      const std::lock_guard inner(mutex);
      self.is_late = true;
      self.turn.notify_one();
    });
    lock.lock();
    self.turn.wait(lock, [&] { return self.is_granted || self.is_late; });
    if (!self.is_granted) {
      std::erase(flow.waiting, &self);
      --stats.waiting;
      ++stats.rejected_late;
      forget_if_idle(name);
    }
    lock.unlock();
    clock.cancel(timer);  // it locks the mutex itself
    return self.is_granted;
  }

  void leave(const std::string& name) {
    const std::lock_guard lock(mutex);
    --stats.running;
    --flows.find(name)->second.running;
    forget_if_idle(name);
    while (grant_next()) {
    }
  }

  // The next flow in the round that waits and may run.
  bool grant_next() {
    if (stats.waiting == 0 || stats.running >= limits.seats) return false;
    auto at = flows.upper_bound(last_served);
    for (std::size_t seen = 0; seen < flows.size(); ++seen, ++at) {
      if (at == flows.end()) at = flows.begin();
      Flow& flow = at->second;
      if (flow.waiting.empty() || !has_seat(flow)) continue;
      Waiter& next = *flow.waiting.front();
      flow.waiting.pop_front();
      --stats.waiting;
      take(flow);
      last_served = at->first;
      next.is_granted = true;
      next.turn.notify_one();
      return true;
    }
    return false;
  }

  const Fairness::Limits limits;
  const Duration wait_max;
  Clock& clock;
  std::mutex mutex;  // guards the fields below
  std::map<std::string, Flow> flows;
  std::string last_served;
  Fairness::Stats stats;
};

std::string_view Fairness::name_of(Level level) {
  return kNames[static_cast<std::size_t>(level)];
}

Fairness::Level Fairness::level_of(const Caller& caller, const RequestInfo& info) {
  constexpr std::string_view kAccounts = "system:serviceaccount:";
  if (caller.in_group("system:masters")) return Level::Exempt;
  const std::string_view first =
      info.parts.empty() ? std::string_view() : std::string_view(info.parts.front());
  if (first == "healthz" || first == "livez" || first == "readyz") return Level::Exempt;
  if (!caller.in_group("system:authenticated")) return Level::CatchAll;
  if (caller.in_group("system:nodes") || caller.in_group("system:serviceaccounts:kube-system")) {
    return Level::System;
  }
  const bool is_component =
      caller.user.starts_with("system:") && !caller.user.starts_with(kAccounts);
  return is_component ? Level::System : Level::Workload;
}

Fairness::Fairness(Options options, Clock& clock)
    : levels_{std::make_unique<Queues>(options.system, options.wait_max, clock),
              std::make_unique<Queues>(options.workload, options.wait_max, clock),
              std::make_unique<Queues>(options.catch_all, options.wait_max, clock)} {}

Fairness::~Fairness() = default;

Queues* Fairness::queues_of(Level level) const {
  return level == Level::Exempt ? nullptr : levels_[static_cast<std::size_t>(level) - 1].get();
}

Fairness::Seat::Seat(Seat&& other) noexcept
    : queues_(std::exchange(other.queues_, nullptr)), flow_(std::move(other.flow_)) {}

Fairness::Seat& Fairness::Seat::operator=(Seat&& other) noexcept {
  std::swap(queues_, other.queues_);
  std::swap(flow_, other.flow_);
  return *this;
}

Fairness::Seat::~Seat() {
  if (queues_ != nullptr) queues_->leave(flow_);
}

std::optional<Fairness::Seat> Fairness::try_enter(const Caller& caller, const RequestInfo& info) {
  Seat seat;
  Queues* queues = queues_of(level_of(caller, info));
  if (queues == nullptr) return seat;
  if (!queues->try_enter(caller.user)) return std::nullopt;
  seat.queues_ = queues;
  seat.flow_ = caller.user;
  return seat;
}

std::optional<Fairness::Seat> Fairness::enter(const Caller& caller, const RequestInfo& info) {
  Seat seat;
  Queues* queues = queues_of(level_of(caller, info));
  if (queues == nullptr) return seat;
  if (!queues->enter(caller.user)) return std::nullopt;
  seat.queues_ = queues;
  seat.flow_ = caller.user;
  return seat;
}

Fairness::Stats Fairness::stats(Level level) const {
  Queues* queues = queues_of(level);
  if (queues == nullptr) return {};
  const std::lock_guard lock(queues->mutex);
  return queues->stats;
}

std::string Fairness::metrics() const {
  std::string gauges;
  std::string waiting;
  std::string dispatched;
  std::string rejected;
  for (const Level level : {Level::System, Level::Workload, Level::CatchAll}) {
    const Stats now = stats(level);
    const std::string_view name = name_of(level);
    gauges += fmt::format(
        "apiserver_flowcontrol_current_executing_requests{{priority_level=\"{}\"}} {}\n", name,
        now.running);
    waiting +=
        fmt::format("apiserver_flowcontrol_current_inqueue_requests{{priority_level=\"{}\"}} {}\n",
                    name, now.waiting);
    dispatched +=
        fmt::format("apiserver_flowcontrol_dispatched_requests_total{{priority_level=\"{}\"}} {}\n",
                    name, now.dispatched);
    rejected += fmt::format(
        "apiserver_flowcontrol_rejected_requests_total{{priority_level=\"{0}\","
        "reason=\"queue-full\"}} {1}\n"
        "apiserver_flowcontrol_rejected_requests_total{{priority_level=\"{0}\","
        "reason=\"time-out\"}} {2}\n",
        name, now.rejected_full, now.rejected_late);
  }
  return fmt::format(
      "# TYPE apiserver_flowcontrol_current_executing_requests gauge\n{}"
      "# TYPE apiserver_flowcontrol_current_inqueue_requests gauge\n{}"
      "# TYPE apiserver_flowcontrol_dispatched_requests_total counter\n{}"
      "# TYPE apiserver_flowcontrol_rejected_requests_total counter\n{}",
      gauges, waiting, dispatched, rejected);
}

}  // namespace gp::api
