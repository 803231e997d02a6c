#include "base/clock.hpp"

#include <pthread.h>

namespace gp {
namespace {

class SystemClock final : public Clock {
 public:
  ~SystemClock() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  TimePoint now() const override { return std::chrono::system_clock::now(); }
  Duration monotonic() const override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }

  TimerId call_after(Duration delay, std::function<void()> action) override {
    const Duration start = monotonic();
    const Duration due = delay > Duration::max() - start ? Duration::max() : start + delay;
    const std::lock_guard lock(mutex_);
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    const TimerId id = next_id_++;
    timers_.emplace(std::pair(due, id), std::move(action));
    due_of_.emplace(id, due);
    changed_.notify_all();
    return id;
  }

  bool cancel(TimerId id) override {
    std::function<void()> action;  // destroyed after the lock is gone
    std::unique_lock lock(mutex_);
    const auto known = due_of_.find(id);
    if (known != due_of_.end()) {
      const auto timer = timers_.find({known->second, id});
      action = std::move(timer->second);
      timers_.erase(timer);
      due_of_.erase(known);
      return true;
    }
    if (std::this_thread::get_id() != thread_.get_id()) {
      action_done_.wait(lock, [&] { return running_ != id; });
    }
    return false;
  }

 private:
  void run() {
    pthread_setname_np(pthread_self(), "clock");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      if (timers_.empty()) {
        changed_.wait(lock);
        continue;
      }
      const auto first = timers_.begin();
      const auto [due, id] = first->first;
      if (due > monotonic()) {
        // Capped, as some clocks overflow on the far future.
        const Duration wait = std::min<Duration>(due - monotonic(), std::chrono::hours(1));
        changed_.wait_for(lock, wait);
        continue;
      }
      fire(lock, first, id);
    }
  }

  void fire(std::unique_lock<std::mutex>& lock,
            std::map<std::pair<Duration, TimerId>, std::function<void()>>::iterator timer,
            TimerId id) {
    auto action = std::move(timer->second);
    timers_.erase(timer);
    due_of_.erase(id);
    running_ = id;
    lock.unlock();
    action();
    action = nullptr;
    lock.lock();
    running_ = 0;
    action_done_.notify_all();
  }

  std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  std::condition_variable action_done_;
  std::map<std::pair<Duration, TimerId>, std::function<void()>> timers_;
  std::unordered_map<TimerId, Duration> due_of_;
  TimerId next_id_ = 1;
  TimerId running_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

TimePoint FakeClock::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

Duration FakeClock::monotonic() const {
  const std::lock_guard lock(mutex_);
  return elapsed_;
}

Clock::TimerId FakeClock::call_after(Duration delay, std::function<void()> action) {
  const std::lock_guard lock(mutex_);
  delay = std::max(delay, Duration::zero());
  const Duration due = delay > Duration::max() - elapsed_ ? Duration::max() : elapsed_ + delay;
  const TimerId id = next_id_++;
  timers_.emplace(std::pair(due, id), std::move(action));
  return id;
}

bool FakeClock::cancel(TimerId id) {
  std::function<void()> action;  // destroyed after the lock is gone
  std::unique_lock lock(mutex_);
  const auto timer =
      std::ranges::find_if(timers_, [id](const auto& t) { return t.first.second == id; });
  if (timer != timers_.end()) {
    action = std::move(timer->second);
    timers_.erase(timer);
    return true;
  }
  if (std::this_thread::get_id() != running_on_) {
    action_done_.wait(lock, [&] { return running_ != id; });
  }
  return false;
}

void FakeClock::advance(Duration by) {
  std::unique_lock lock(mutex_);
  const Duration target = elapsed_ + by;
  while (!timers_.empty() && timers_.begin()->first.first <= target) {
    const auto timer = timers_.begin();
    const auto [due, id] = timer->first;
    if (due > elapsed_) {
      now_ += due - elapsed_;
      elapsed_ = due;
    }
    auto action = std::move(timer->second);
    timers_.erase(timer);
    running_ = id;
    running_on_ = std::this_thread::get_id();
    lock.unlock();
    action();
    action = nullptr;
    lock.lock();
    running_ = 0;
    running_on_ = {};
    action_done_.notify_all();
  }
  if (target > elapsed_) {  // an action may itself have advanced the clock
    now_ += target - elapsed_;
    elapsed_ = target;
  }
}

std::size_t FakeClock::pending_timers() const {
  const std::lock_guard lock(mutex_);
  return timers_.size();
}

}  // namespace gp
