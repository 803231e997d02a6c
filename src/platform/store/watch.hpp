#pragma once
// Watchers: cursors into the history, and waking them. Private to the store.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "platform/store/index.hpp"
#include "platform/store/rw_lock.hpp"

namespace gp::store {

// The memory of the store: what one lock guards.
struct Memory {
  explicit Memory(const StoreOptions& options)
      : history(options.history_events_max, options.history_bytes_max) {}

  mutable RwLock lock;  // guards the fields below
  Index index;
  History history;
  Revision revision = 0;
};

// What a watcher and the one who wakes it share.
struct WatchSignal {
  const Table* table = nullptr;  // null: every resource
  std::string ns;                // empty: all namespaces

  std::atomic<bool> is_waiting{true};  // its last poll found nothing more
  std::mutex mutex;                    // held while `wake` runs; guards `wake`
  std::function<void()> wake;
  std::size_t position = 0;  // in WatchSignals; guarded by its lock
};

// Who wants to be woken.
class WatchSignals {
 public:
  void add(const std::shared_ptr<WatchSignal>& signal);
  void remove(WatchSignal& signal);
  // Wakes those that wait for any of these; called without the store's lock.
  void notify(std::span<const Record> records);

 private:
  std::mutex mutex_;  // guards the field below
  std::vector<std::shared_ptr<WatchSignal>> signals_;
};

// Which objects a list or watch shows.
class Filter {
 public:
  Filter(std::string ns, selector::LabelSelector labels, selector::FieldSelector fields)
      : ns_(std::move(ns)), labels_(std::move(labels)), fields_(std::move(fields)) {}

  bool has_selectors() const { return !labels_.empty() || !fields_.empty(); }
  bool is_in_namespace(const Object& object) const { return ns_.empty() || object.ns() == ns_; }
  bool selects(const Object& object) const;
  const std::string& ns() const { return ns_; }
  const selector::LabelSelector& labels() const { return labels_; }
  const selector::FieldSelector& fields() const { return fields_; }

  // What a watcher sees of a change; nothing when it is not its business.
  std::optional<Event> event_of(const Record& record) const;

 private:
  std::string ns_;
  selector::LabelSelector labels_;
  selector::FieldSelector fields_;
};

Result<std::unique_ptr<Watcher>> make_watcher(const std::shared_ptr<Memory>& memory,
                                              const std::shared_ptr<WatchSignals>& signals,
                                              const WatchOptions& options);

}  // namespace gp::store
