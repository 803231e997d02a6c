#pragma once
// What every blocking call is given: when to give up, and whether somebody asked it to stop.

#include <atomic>
#include <memory>
#include <stop_token>

#include "base/clock.hpp"

namespace gp {

class Context {
 public:
  explicit Context(Clock& clock) : clock_(&clock) {}
  Context(Clock& clock, Duration timeout, std::stop_token stop = {})
      : clock_(&clock), deadline_(clock.monotonic() + timeout), stop_(std::move(stop)) {}

  Clock& clock() const { return *clock_; }
  bool has_deadline() const { return deadline_ != Duration::max(); }
  Duration remaining() const {
    return has_deadline() ? deadline_ - clock_->monotonic() : Duration::max();
  }
  bool is_done() const { return stop_.stop_requested() || remaining() <= Duration::zero(); }
  const std::stop_token& stop() const { return stop_; }

  // DeadlineExceeded or Cancelled; ok while neither.
  Result<> check() const;

 private:
  Clock* clock_;
  Duration deadline_ = Duration::max();
  std::stop_token stop_;
};

}  // namespace gp
