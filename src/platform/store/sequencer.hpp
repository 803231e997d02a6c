#pragma once
// The one thread that writes: takes what is queued, checks it in order, commits it with one fsync,
// publishes it, wakes watchers, answers callers. Private to the store.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/store/staging.hpp"

namespace gp::store {

class Sequencer {
 public:
  using Done = std::function<void(Result<Committed>)>;

  // `disk` is null for a store that lives in memory alone.
  Sequencer(const StoreOptions& options, std::shared_ptr<Memory> memory,
            std::shared_ptr<WatchSignals> signals, std::unique_ptr<Disk> disk, SlotSource slots);
  ~Sequencer();  // finishes what is queued

  // `done` is always called: on the sequencer's thread, or here when the queue is full.
  void submit(Transaction transaction, Done done);

  std::uint64_t commits() const { return commits_; }
  std::uint64_t writes() const { return writes_; }

 private:
  struct Pending {
    Transaction transaction;
    Done done;
    std::size_t writes() const { return transaction.writes.size(); }
  };

  void run();
  void run_batch(std::vector<Pending>& batch);
  Result<> make_durable(const Staging& staging);
  void publish(std::vector<Change> changes, Revision revision);

  const std::size_t batch_writes_max_;
  const std::size_t queued_max_;
  const std::shared_ptr<Memory> memory_;
  const std::shared_ptr<WatchSignals> signals_;
  const std::unique_ptr<Disk> disk_;
  SlotSource slots_;
  std::atomic<std::uint64_t> commits_ = 0;
  std::atomic<std::uint64_t> writes_ = 0;

  std::mutex mutex_;  // guards the fields below
  std::condition_variable queued_;
  std::deque<Pending> queue_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace gp::store
