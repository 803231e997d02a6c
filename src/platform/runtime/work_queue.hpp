#pragma once
// The keys that a controller has yet to look at.
//
// A key stands in the queue at most once however often it is added; a key that is being worked on
// is handed to no second worker, and comes again when it was added meanwhile. Keys come out in the
// order they came in, so a busy one cannot starve the others. Delays run on the injected clock.
//
// Any thread may call anything. Keys that are neither queued, running, delayed nor failing cost
// nothing.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "platform/object/object.hpp"

namespace gp::runtime {

struct KeyHash {
  std::size_t operator()(const object::Key& key) const noexcept {
    const std::hash<std::string_view> hash;
    std::size_t h = hash(key.resource);
    h = h * 31U + hash(key.ns);
    return h * 31U + hash(key.name);
  }
};

class WorkQueue {
 public:
  struct Backoff {
    Duration min = std::chrono::milliseconds(50);
    Duration max = std::chrono::minutes(5);
    int jitter_percent = 10;  // a delay is shortened by up to this much
  };

  WorkQueue(Clock& clock, Random& random, Backoff backoff);
  ~WorkQueue();  // shut_down()
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  void add(const object::Key& key);
  // An earlier time that is already set stays.
  void add_after(const object::Key& key, Duration delay);

  // Waits for a key; empty after shut_down(). What was delayed for the key is forgotten: whoever
  // takes it decides anew when it comes again. Each key taken must be given back with one of the
  // four below.
  std::optional<object::Key> take();
  void done(const object::Key& key);
  void done_after(const object::Key& key, Duration delay);
  // Comes again after min, 2 min, 4 min, … max, less the jitter; done() and done_after() start
  // anew.
  void failed(const object::Key& key);

  void shut_down();  // take() returns at once; nothing is added any more

  std::size_t queued() const;
  std::size_t running() const;
  std::size_t delayed() const;
  bool is_idle() const;  // nothing queued, running, or delayed to a time that has come
  // True once is_idle(); false after the time-out, which is real time.
  bool wait_idle(Duration real_timeout) const;

 private:
  struct Entry {
    bool is_queued = false;
    bool is_running = false;
    bool is_dirty = false;  // added while running
    std::uint32_t failures = 0;
    Duration due = Duration::max();
  };
  using Entries = std::unordered_map<object::Key, Entry, KeyHash>;
  using Node = Entries::value_type;

  void enqueue(Node& node);
  void delay_until(Node& node, Duration due);
  void undelay(Node& node);
  void give_back(Node& node);
  void drop_if_unused(Node& node);
  void release_due(std::uint64_t generation);
  bool is_idle_locked() const;
  std::optional<Clock::TimerId> arm();  // the timer that became superfluous; cancel it unlocked
  void finish(const object::Key& key, std::optional<Duration> delay, bool has_failed);

  Clock& clock_;
  Random& random_;
  const Backoff backoff_;

  mutable std::mutex mutex_;  // guards the fields below
  mutable std::condition_variable work_;
  mutable std::condition_variable idle_;
  Entries entries_;
  std::deque<Node*> queue_;
  std::set<std::pair<Duration, Node*>> delayed_;
  std::size_t running_ = 0;
  bool is_shut_down_ = false;
  Clock::TimerId timer_ =
      0;  // the last one set, also when it has fired: cancel() waits for its end
  std::uint64_t timer_generation_ = 0;  // a timer that was replaced while it fired does nothing
  Duration timer_due_ = Duration::max();
};

}  // namespace gp::runtime
