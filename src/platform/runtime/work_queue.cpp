#include "platform/runtime/work_queue.hpp"

namespace gp::runtime {

WorkQueue::WorkQueue(Clock& clock, Random& random, Backoff backoff)
    : clock_(clock), random_(random), backoff_(backoff) {}

WorkQueue::~WorkQueue() {
  shut_down();
}

void WorkQueue::add(const object::Key& key) {
  const std::lock_guard lock(mutex_);
  if (is_shut_down_) return;
  Node& node = *entries_.try_emplace(key).first;
  if (node.second.is_running) {
    node.second.is_dirty = true;
  } else {
    enqueue(node);
  }
}

void WorkQueue::add_after(const object::Key& key, Duration delay) {
  if (delay <= Duration::zero()) return add(key);

  std::optional<Clock::TimerId> superfluous;
  {
    const std::lock_guard lock(mutex_);
    if (is_shut_down_) return;
    Node& node = *entries_.try_emplace(key).first;
    delay_until(node, std::min(node.second.due, clock_.monotonic() + delay));
    superfluous = arm();
  }
  if (superfluous) clock_.cancel(*superfluous);
}

std::optional<object::Key> WorkQueue::take() {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [this] { return is_shut_down_ || !queue_.empty(); });
  if (is_shut_down_) return std::nullopt;

  Node& node = *queue_.front();
  queue_.pop_front();
  node.second.is_queued = false;
  node.second.is_running = true;
  undelay(node);
  ++running_;
  return node.first;
}

void WorkQueue::done(const object::Key& key) {
  finish(key, std::nullopt, false);
}

void WorkQueue::done_after(const object::Key& key, Duration delay) {
  finish(key, std::max(delay, Duration::zero()), false);
}

void WorkQueue::failed(const object::Key& key) {
  finish(key, std::nullopt, true);
}

void WorkQueue::finish(const object::Key& key, std::optional<Duration> delay, bool has_failed) {
  std::optional<Clock::TimerId> superfluous;
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found == entries_.end() || !found->second.is_running) return;
    Node& node = *found;

    if (has_failed) {
      Duration wait = backoff_.min;
      for (std::uint32_t i = 0; i < node.second.failures && wait < backoff_.max; ++i) wait *= 2;
      wait = std::min(wait, backoff_.max);
      const auto percent = random_.below(static_cast<std::uint64_t>(backoff_.jitter_percent) + 1);
      delay = wait - wait * static_cast<std::int64_t>(percent) / 100;
      ++node.second.failures;
    } else {
      node.second.failures = 0;
    }
    if (delay && !is_shut_down_) {
      delay_until(node, std::min(node.second.due, clock_.monotonic() + *delay));
    }
    give_back(node);
    superfluous = arm();
  }
  if (superfluous) clock_.cancel(*superfluous);
}

void WorkQueue::give_back(Node& node) {
  node.second.is_running = false;
  --running_;
  if (node.second.is_dirty && !is_shut_down_) {
    node.second.is_dirty = false;
    enqueue(node);
  }
  drop_if_unused(node);
  if (is_idle_locked()) idle_.notify_all();
}

void WorkQueue::shut_down() {
  Clock::TimerId timer = 0;
  {
    const std::lock_guard lock(mutex_);
    is_shut_down_ = true;
    timer = std::exchange(timer_, 0);
    for (Node* node : queue_) node->second.is_queued = false;
    queue_.clear();
    delayed_.clear();
    for (auto& [key, entry] : entries_) entry.due = Duration::max();
    work_.notify_all();
    idle_.notify_all();
  }
  if (timer != 0) clock_.cancel(timer);
}

void WorkQueue::enqueue(Node& node) {
  if (node.second.is_queued) return;
  node.second.is_queued = true;
  queue_.push_back(&node);
  work_.notify_one();
}

void WorkQueue::delay_until(Node& node, Duration due) {
  undelay(node);
  node.second.due = due;
  delayed_.emplace(due, &node);
}

void WorkQueue::undelay(Node& node) {
  if (node.second.due == Duration::max()) return;
  delayed_.erase({node.second.due, &node});
  node.second.due = Duration::max();
}

void WorkQueue::drop_if_unused(Node& node) {
  const Entry& entry = node.second;
  const bool is_used = entry.is_queued || entry.is_running || entry.due != Duration::max();
  if (is_used) return;
  const object::Key key = node.first;  // erase() must not be given a part of what it destroys
  entries_.erase(key);
}

// One timer for the earliest delayed key, set anew when that changes.
std::optional<Clock::TimerId> WorkQueue::arm() {
  const Duration due = delayed_.empty() ? Duration::max() : delayed_.begin()->first;
  if (due >= timer_due_) return std::nullopt;  // fires early at worst, and arms again

  const Clock::TimerId old = timer_;
  const std::uint64_t generation = ++timer_generation_;
  timer_due_ = due;
  timer_ =
      clock_.call_after(due - clock_.monotonic(), [this, generation] { release_due(generation); });
  return old == 0 ? std::nullopt : std::optional(old);
}

void WorkQueue::release_due(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (is_shut_down_ || generation != timer_generation_) return;
  timer_due_ = Duration::max();
  const Duration now = clock_.monotonic();
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    Node& node = *delayed_.begin()->second;
    undelay(node);
    if (node.second.is_running) {
      node.second.is_dirty = true;
    } else {
      enqueue(node);
    }
  }
  (void)arm();  // the superfluous timer is this one
}

bool WorkQueue::is_idle_locked() const {
  const bool has_due = !delayed_.empty() && delayed_.begin()->first <= clock_.monotonic();
  return queue_.empty() && running_ == 0 && !has_due;
}

bool WorkQueue::is_idle() const {
  const std::lock_guard lock(mutex_);
  return is_idle_locked();
}

bool WorkQueue::wait_idle(Duration real_timeout) const {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, real_timeout, [this] { return is_idle_locked(); });
}

std::size_t WorkQueue::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

std::size_t WorkQueue::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

std::size_t WorkQueue::delayed() const {
  const std::lock_guard lock(mutex_);
  return delayed_.size();
}

}  // namespace gp::runtime
