#include "base/worker_pool.hpp"

#include <pthread.h>

#include <exception>

#include "base/log.hpp"
#include "base/result.hpp"

namespace gp {

WorkerPool::WorkerPool(Options options) : options_(std::move(options)) {
  GP_CHECK(options_.threads > 0, "a pool has at least one thread");
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::submit(std::move_only_function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= options_.queue_max) return false;
    queue_.push_back(std::move(task));
  }
  work_.notify_one();
  return true;
}

void WorkerPool::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  work_.notify_all();
  for (std::thread& thread : threads) {
    GP_CHECK(thread.get_id() != std::this_thread::get_id(),
             "a pool is not stopped by its own task");
    thread.join();
  }
}

void WorkerPool::wait_idle() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return queue_.empty() && running_ == 0; });
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::run() {
  pthread_setname_np(pthread_self(), options_.name.substr(0, 15).c_str());
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;  // stopping, and everything queued is done
    auto task = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    lock.unlock();
    try {
      task();
    } catch (const std::exception& problem) {
      log::error("worker_pool", "a task threw",
                 {{"pool", options_.name}, {"what", problem.what()}});
    } catch (...) {
      log::error("worker_pool", "a task threw something unknown", {{"pool", options_.name}});
    }
    task = nullptr;  // what it holds is let go before wait_idle() returns
    lock.lock();
    --running_;
    if (queue_.empty() && running_ == 0) idle_.notify_all();
  }
}

}  // namespace gp
