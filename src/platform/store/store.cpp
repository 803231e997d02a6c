#include "platform/store/store.hpp"

#include <shared_mutex>

#include "platform/store/list.hpp"
#include "platform/store/sequencer.hpp"

namespace gp::store {
namespace {

class DurableStore final : public Store {
 public:
  DurableStore(const StoreOptions& options, std::shared_ptr<Memory> memory,
               std::unique_ptr<Disk> disk, SlotSource slots)
      : memory_(std::move(memory)),
        sequencer_(options, memory_, signals_, std::move(disk), std::move(slots)) {}

  Result<Committed> commit(Transaction transaction) override {
    struct Answer {
      std::mutex mutex;
      std::condition_variable arrived;
      std::optional<Result<Committed>> result;
    } answer;
    commit_async(std::move(transaction), [&answer](Result<Committed> result) {
      const std::lock_guard lock(answer.mutex);
      answer.result = std::move(result);
      answer.arrived.notify_one();  // under the lock: the waiter owns the condition
    });
    std::unique_lock lock(answer.mutex);
    answer.arrived.wait(lock, [&] { return answer.result.has_value(); });
    return *std::move(answer.result);
  }

  void commit_async(Transaction transaction, std::function<void(Result<Committed>)> done) override {
    sequencer_.submit(std::move(transaction), std::move(done));
  }

  ObjectRef get(std::string_view resource, std::string_view ns,
                std::string_view name) const override {
    const std::shared_lock lock(memory_->lock);
    return memory_->index.find({resource, ns, name});
  }

  ObjectRef get_by_uid(const Uuid& uid) const override {
    const std::shared_lock lock(memory_->lock);
    return memory_->index.find_uid(uid);
  }

  Result<Listed> list(const ListOptions& options) const override {
    return list_objects(*memory_, options);
  }

  Result<std::unique_ptr<Watcher>> watch(const WatchOptions& options) override {
    return make_watcher(memory_, signals_, options);
  }

  std::vector<ObjectRef> dependents(const Uuid& owner) const override {
    const std::shared_lock lock(memory_->lock);
    return memory_->index.owned_by(owner);
  }

  std::size_t count(std::string_view resource, std::string_view ns) const override {
    const std::shared_lock lock(memory_->lock);
    const Table* table = memory_->index.table(resource);
    if (table == nullptr) return 0;
    if (ns.empty()) return table->objects.size();
    const auto found = table->in_namespace.find(ns);
    return found == table->in_namespace.end() ? 0 : found->second;
  }

  std::vector<std::string> resources_in(std::string_view ns) const override {
    std::vector<std::string> resources;
    const std::shared_lock lock(memory_->lock);
    for (const auto& table : memory_->index.tables()) {
      if (table->in_namespace.contains(ns)) resources.push_back(table->resource);
    }
    std::ranges::sort(resources);
    return resources;
  }

  Revision revision() const override {
    const std::shared_lock lock(memory_->lock);
    return memory_->revision;
  }

  void compact(Revision up_to) override {
    std::vector<Record> garbage;
    const std::unique_lock lock(memory_->lock);
    memory_->history.compact(std::min(up_to, memory_->revision), garbage);
  }

  StoreStats stats() const override {
    StoreStats stats;
    stats.commits = sequencer_.commits();
    stats.writes = sequencer_.writes();
    const std::shared_lock lock(memory_->lock);
    stats.objects = memory_->index.size();
    stats.object_bytes = memory_->index.object_bytes();
    stats.revision = memory_->revision;
    stats.oldest_revision = memory_->history.oldest();
    return stats;
  }

 private:
  const std::shared_ptr<Memory> memory_;
  const std::shared_ptr<WatchSignals> signals_ = std::make_shared<WatchSignals>();
  Sequencer sequencer_;  // last, so that its thread ends first
};

}  // namespace

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, Clock&) {
  auto memory = std::make_shared<Memory>(options);
  std::unique_ptr<Disk> disk;
  SlotSource slots;
  if (options.path != ":memory:") {
    disk = TRY(Disk::open(options.path, options.selectable_fields,
                          {.file_bytes_max = options.file_bytes_max}, memory->index));
    slots.start(memory->index.slots());
    memory->revision = disk->revision();
    memory->history.start_at(disk->revision());
  }
  return std::make_unique<DurableStore>(options, std::move(memory), std::move(disk),
                                        std::move(slots));
}

}  // namespace gp::store
