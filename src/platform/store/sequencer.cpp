#include "platform/store/sequencer.hpp"

#include <pthread.h>

#include <shared_mutex>

namespace gp::store {

Sequencer::Sequencer(const StoreOptions& options, std::shared_ptr<Memory> memory,
                     std::shared_ptr<WatchSignals> signals, std::unique_ptr<Disk> disk,
                     SlotSource slots)
    : batch_writes_max_(options.batch_writes_max),
      queued_max_(options.queued_transactions_max),
      memory_(std::move(memory)),
      signals_(std::move(signals)),
      disk_(std::move(disk)),
      slots_(std::move(slots)),
      thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "store-sequencer");
}

Sequencer::~Sequencer() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  queued_.notify_all();
  thread_.join();
}

void Sequencer::submit(Transaction transaction, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < queued_max_) {
      queue_.push_back({std::move(transaction), std::move(done)});
      if (queue_.size() == 1) queued_.notify_one();
      return;
    }
  }
  done(fail(resource_exhausted("the store has {} transactions waiting already", queued_max_)
                .with_hint("try again later")));
}

void Sequencer::run() {
  std::vector<Pending> batch;
  while (true) {
    batch.clear();
    {
      std::unique_lock lock(mutex_);
      queued_.wait(lock, [this] { return !queue_.empty() || is_stopping_; });
      if (queue_.empty()) return;
      std::size_t writes = 0;
      while (!queue_.empty() &&
             (batch.empty() || writes + queue_.front().writes() <= batch_writes_max_)) {
        writes += queue_.front().writes();
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
    }
    run_batch(batch);
  }
}

void Sequencer::run_batch(std::vector<Pending>& batch) {
  std::vector<Result<Committed>> results;
  results.reserve(batch.size());
  // Only this thread changes the memory, so it may read it without the lock.
  Staging staging(memory_->index, slots_, memory_->revision);
  for (const Pending& pending : batch) results.push_back(staging.add(pending.transaction));

  if (!staging.changes().empty()) {
    if (auto durable = make_durable(staging); !durable) {
      // Also who was refused is told: the refusal may have been for a write that did not happen.
      staging.abandon();
      for (auto& result : results) result = fail(durable.error());
    } else {
      ++commits_;
      writes_ += staging.changes().size();
      const Revision revision = staging.revision();
      publish(staging.take_changes(), revision);
    }
  }
  for (std::size_t i = 0; i < batch.size(); ++i) batch[i].done(std::move(results[i]));
}

Result<> Sequencer::make_durable(const Staging& staging) {
  if (!disk_) return {};
  std::vector<RowChange> rows;
  rows.reserve(staging.changes().size());
  for (const Change& change : staging.changes()) {
    const bool is_gone = change.type == Event::Type::Deleted;
    rows.push_back({change.slot, is_gone ? ObjectRef() : change.object, change.previous});
  }
  auto written = disk_->write(rows, staging.revision());
  if (written) return written;
  // Whatever it was, to the callers it means: not written, and it may work later.
  Error error = std::move(written).error();
  error.code = Code::Unavailable;
  error.message = "could not store the write: " + error.message;
  return fail(std::move(error));
}

void Sequencer::publish(std::vector<Change> changes, Revision revision) {
  std::vector<Record> records;  // what watchers will find
  std::vector<Record> garbage;  // freed when the lock is gone
  records.reserve(changes.size());
  {
    const std::unique_lock lock(memory_->lock);
    for (const Change& change : changes) {
      switch (change.type) {
        case Event::Type::Added: memory_->index.insert(change.slot, change.object); break;
        case Event::Type::Modified: memory_->index.replace(change.slot, change.object); break;
        case Event::Type::Deleted:
          memory_->index.erase(change.slot);
          slots_.give_back(change.slot);
          break;
        case Event::Type::Bookmark: break;
      }
      Table* table = memory_->index.table(change.object->resource());
      records.push_back(
          {change.object, change.previous, change.object->revision(), table, change.type});
      memory_->history.append(records.back());
    }
    memory_->history.trim(garbage);
    memory_->revision = revision;
  }
  signals_->notify(records);
}

}  // namespace gp::store
