#include "platform/store/watch.hpp"

#include <shared_mutex>

namespace gp::store {
namespace {

constexpr std::size_t kScanMax = 1024;  // records looked at under one lock

class HistoryWatcher final : public Watcher {
 public:
  HistoryWatcher(std::shared_ptr<Memory> memory, std::shared_ptr<WatchSignals> signals,
                 const Table* table, Filter filter)
      : shared_memory_(std::move(memory)),
        memory_(*shared_memory_),
        signals_(std::move(signals)),
        table_(table),
        filter_(std::move(filter)) {
    signal_->table = table;
    signal_->ns = filter_.ns();
  }

  // Under the memory's lock.
  void start(Revision after) {
    const History& history = memory_.history;
    cursor_ = table_ != nullptr ? history.ordinal_behind(table_->chain, after)
                                : history.number_behind(after);
    position_ = after;
  }

  void join() { signals_->add(signal_); }

  ~HistoryWatcher() override {
    signals_->remove(*signal_);
    const std::lock_guard lock(signal_->mutex);  // waits for a wake that runs now
    signal_->wake = nullptr;
  }

  Result<> poll(std::vector<Event>& out, std::size_t max) override {
    const std::size_t limit = out.size() + max;
    while (out.size() < limit) {
      const std::shared_lock lock(memory_.lock);
      if (cursor_ < begin()) return fail(too_late());
      const std::uint64_t stop = std::min<std::uint64_t>(end(), cursor_ + kScanMax);
      while (cursor_ < stop && out.size() < limit) {
        const Record& record = at(cursor_++);
        position_.store(record.revision, std::memory_order_relaxed);
        if (auto event = filter_.event_of(record)) out.push_back(*std::move(event));
      }
      if (cursor_ == end()) {
        position_.store(memory_.revision, std::memory_order_relaxed);
        // Under the lock, so that the sequencer's next publication sees it.
        signal_->is_waiting = true;
        break;
      }
    }
    return {};
  }

  Revision position() const override { return position_.load(std::memory_order_relaxed); }

  void on_ready(std::function<void()> wake) override {
    const std::lock_guard lock(signal_->mutex);
    signal_->wake = std::move(wake);
  }

 private:
  // The cursor is an ordinal in the resource's chain, or a number in the whole history.
  std::uint64_t begin() const {
    return table_ != nullptr ? table_->chain.trimmed : memory_.history.begin();
  }
  std::uint64_t end() const {
    return table_ != nullptr ? table_->chain.trimmed + table_->chain.numbers.size()
                             : memory_.history.end();
  }
  const Record& at(std::uint64_t cursor) const {
    const History& history = memory_.history;
    return table_ != nullptr ? history[table_->chain.numbers[cursor - table_->chain.trimmed]]
                             : history[cursor];
  }
  Error too_late() const {
    return gone("this watch is at revision {}, and what came next is no longer retained",
                position())
        .with_hint("list again, and watch from there");
  }

  const std::shared_ptr<Memory> shared_memory_;  // a watcher may outlive its store
  Memory& memory_;
  const std::shared_ptr<WatchSignals> signals_;
  const Table* const table_;
  const Filter filter_;
  const std::shared_ptr<WatchSignal> signal_ = std::make_shared<WatchSignal>();
  std::uint64_t cursor_ = 0;  // of the polling thread
  std::atomic<Revision> position_ = 0;
};

}  // namespace

bool Filter::selects(const Object& object) const {
  // Of an object that is older than the wish to find it by a field: read again, with that field.
  ObjectRef read_again;
  const auto field = [&](std::string_view path) -> std::optional<std::string_view> {
    if (object.knows_field(path)) return object.field(path);
    const std::string wanted(path);
    auto loaded = Object::load_verified(object.resource(), object.json(), {&wanted, 1});
    if (!loaded) return std::nullopt;
    read_again = std::move(*loaded);
    return read_again->field(path);
  };
  return labels_.matches([&](std::string_view name) { return object.label(name); }) &&
         fields_.matches(field);
}

std::optional<Event> Filter::event_of(const Record& record) const {
  if (!is_in_namespace(*record.object)) return std::nullopt;
  Event event{record.type, record.object, record.previous, record.revision};
  if (!has_selectors()) return event;
  const bool is_in = record.type != Event::Type::Deleted && selects(*record.object);
  const bool was_in = record.previous && selects(*record.previous);
  if (!is_in && !was_in) return std::nullopt;
  if (is_in && !was_in) {
    event.type = Event::Type::Added;
    event.previous = ObjectRef();
  }
  if (!is_in && record.type != Event::Type::Deleted) {
    // It left the selection: to this watcher it is gone, and this is how it last looked.
    event.type = Event::Type::Deleted;
    event.object = Object::with_revision(*record.previous, record.revision);
  }
  return event;
}

void WatchSignals::add(const std::shared_ptr<WatchSignal>& signal) {
  const std::lock_guard lock(mutex_);
  signal->position = signals_.size();
  signals_.push_back(signal);
}

void WatchSignals::remove(WatchSignal& signal) {
  const std::lock_guard lock(mutex_);
  signals_.back()->position = signal.position;
  std::swap(signals_[signal.position], signals_.back());
  signals_.pop_back();
}

void WatchSignals::notify(std::span<const Record> records) {
  using Touched = std::pair<const Table*, std::string_view>;
  std::vector<Touched> touched;  // with and without the namespace
  for (const Record& record : records) {
    touched.emplace_back(record.table, record.object->ns());
    touched.emplace_back(record.table, std::string_view());
    touched.emplace_back(nullptr, record.object->ns());
  }
  touched.emplace_back(nullptr, std::string_view());
  std::ranges::sort(touched);
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());

  std::vector<std::shared_ptr<WatchSignal>> woken;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& signal : signals_) {
      if (!signal->is_waiting.load()) continue;
      if (!std::ranges::binary_search(touched, Touched(signal->table, signal->ns))) continue;
      if (signal->is_waiting.exchange(false)) woken.push_back(signal);
    }
  }
  for (const auto& signal : woken) {
    const std::lock_guard lock(signal->mutex);
    if (signal->wake) signal->wake();
  }
}

Result<std::unique_ptr<Watcher>> make_watcher(const std::shared_ptr<Memory>& shared_memory,
                                              const std::shared_ptr<WatchSignals>& signals,
                                              const WatchOptions& options) {
  Memory& memory = *shared_memory;
  std::unique_lock lock(memory.lock);
  const Table* table = nullptr;
  if (!options.resource.empty()) table = &memory.index.ensure_table(options.resource);
  const Revision after = options.after == 0 ? memory.revision : options.after;
  if (after > memory.revision) {
    return fail(
        invalid_argument("revision {} is in the future, the newest is {}", after, memory.revision));
  }
  const Revision oldest =
      table != nullptr ? memory.history.oldest(table->chain) : memory.history.oldest();
  if (after < oldest) {
    return fail(gone("revision {} is no longer retained, the oldest is {}", after, oldest)
                    .with_hint("list again, and watch from there"));
  }
  auto watcher = std::make_unique<HistoryWatcher>(
      shared_memory, signals, table, Filter(options.ns, options.labels, options.fields));
  watcher->start(after);
  lock.unlock();
  watcher->join();
  return watcher;
}

}  // namespace gp::store
