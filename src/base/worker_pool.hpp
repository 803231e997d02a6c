#pragma once
// A small, bounded, named pool of threads for blocking work. The queue is bounded: submit() refuses
// when full.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gp {

class WorkerPool {
 public:
  struct Options {
    std::string name;  // thread name, at most 15 bytes are shown
    std::size_t threads = 2;
    std::size_t queue_max = 1024;
  };

  explicit WorkerPool(Options options);
  ~WorkerPool();  // stop()
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full or the pool is stopping; the task is then not run.
  // An exception that leaves a task is logged and swallowed: the pool lives on.
  [[nodiscard]] bool submit(std::move_only_function<void()> task);

  void stop();       // runs what is queued, then joins; safe to call twice
  void wait_idle();  // returns when nothing is queued or running (for tests and shutdown)
  std::size_t queued() const;

 private:
  void run();

  Options options_;
  mutable std::mutex mutex_;  // guards the fields below
  std::condition_variable work_;
  std::condition_variable idle_;
  std::deque<std::move_only_function<void()>> queue_;
  std::size_t running_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace gp
