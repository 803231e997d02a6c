#pragma once
// Time as a parameter. Nothing outside base/ calls now() or sleeps; tests hand in a FakeClock.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.hpp"

namespace gp {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::nanoseconds>;

class Clock {
 public:
  using TimerId = std::uint64_t;

  virtual ~Clock() = default;

  virtual TimePoint now() const = 0;       // wall clock, UTC
  virtual Duration monotonic() const = 0;  // since some fixed point; never goes back

  // Calls `action` once, on the clock's own thread (SystemClock) or inside advance() (FakeClock).
  // The action must be short: hand real work to a pool.
  virtual TimerId call_after(Duration delay, std::function<void()> action) = 0;
  // True if the timer had not fired. When it returns, the action is not running and will not run
  // (unless the action itself is the caller, which does not wait for its own end).
  virtual bool cancel(TimerId id) = 0;
};

// The machine's clock with one timer thread.
Clock& system_clock();

class FakeClock final : public Clock {
 public:
  explicit FakeClock(TimePoint start = TimePoint(std::chrono::seconds(1'700'000'000)))
      : now_(start) {}

  TimePoint now() const override;
  Duration monotonic() const override;
  TimerId call_after(Duration delay, std::function<void()> action) override;
  bool cancel(TimerId id) override;

  // Moves time on and fires due timers in order, each at its own time.
  void advance(Duration by);
  std::size_t pending_timers() const;

 private:
  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable action_done_;
  TimePoint now_;
  Duration elapsed_{0};
  TimerId next_id_ = 1;
  TimerId running_ = 0;         // the timer whose action runs now; 0: none
  std::thread::id running_on_;  // the thread it runs on
  std::map<std::pair<Duration, TimerId>, std::function<void()>> timers_;
};

// RFC 3339 in UTC: "2026-11-24T10:55:11Z", as metav1.Time; the micro form is metav1.MicroTime.
std::string format_time(TimePoint time);
std::string format_time_micro(TimePoint time);
Result<TimePoint> parse_time(std::string_view text);

// Go's duration syntax: "1h30m", "5m", "300ms", "1.5s".
Result<Duration> parse_duration(std::string_view text);
// As kubectl prints ages: "5s", "3m20s", "47h", "12d", "3y".
std::string human_duration(Duration duration);

}  // namespace gp
