#pragma once
// A cluster for tests: objects in memory, and faults on demand. It passes the same contract suite
// as the real ones (cluster_contract.hpp), but knows no kinds: anything is accepted, the plural is
// the lower-case kind with "s", and every kind has a status subresource.

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "platform/cluster/cluster.hpp"

namespace gp::cluster {

class FakeCluster final : public Cluster {
 public:
  FakeCluster(Clock& clock, Random& random) : clock_(clock), random_(random) {}
  ~FakeCluster() override;

  // --- faults
  void fail_next_writes(std::size_t count, Error error);
  void conflict_next_writes(std::size_t count);
  void fail_next_lists(std::size_t count, Error error);
  void refuse_next_watches(std::size_t count, Error error);
  // Open watches answer Unavailable from now on.
  void disconnect_watches();
  // History up to now is forgotten: watches that have not read it, or resume within it, get Gone.
  void forget_history();

  // --- what came out
  std::size_t writes() const;  // that succeeded
  std::size_t open_watches() const;
  ObjectRef peek(const Key& key) const;  // or null; never fails
  std::vector<ObjectRef> all(std::string_view resource) const;
  Revision revision() const;

  // --- by the side door: no faults
  ObjectRef put(Value document);  // create or replace, status included
  void erase(const Key& key);     // finalizers or not

  static Key key_of(const Value& document);

  // --- Cluster
  std::string_view name() const override { return "fake"; }
  Result<KindInfo> kind_of(const Context& context, std::string_view api_version,
                           std::string_view kind) override;
  Result<ObjectRef> get(const Context& context, const Key& key) override;
  Result<Listed> list(const Context& context, const ListOptions& options) override;
  Result<std::unique_ptr<Watcher>> watch(const Context& context,
                                         const WatchOptions& options) override;
  Result<ObjectRef> create(const Context& context, const Value& document,
                           std::string_view manager) override;
  Result<ObjectRef> update(const Context& context, const Value& document,
                           std::string_view manager) override;
  Result<ObjectRef> update_status(const Context& context, const Value& document,
                                  std::string_view manager) override;
  // Merge patches only.
  Result<ObjectRef> patch(const Context& context, const Key& key, PatchType type,
                          const Value& patch, std::string_view manager,
                          std::string_view subresource = {}) override;
  Result<ObjectRef> preview(const Context& context, const Key& key, const Value& applied,
                            std::string_view manager) override;
  Result<api::Deleted> remove(const Context& context, const Key& key,
                              const DeleteOptions& options) override;
  std::vector<Result<ObjectRef>> write_all(const Context& context, std::vector<Value> documents,
                                           std::string_view manager) override;

 private:
  class FakeWatcher;
  enum class Part { Main, Status };
  struct Fault {
    std::size_t count = 0;
    Error error;
    Result<> take();
  };

  Result<ObjectRef> replace(const Value& document, Part part);
  Result<ObjectRef> create_locked(Value document);
  Result<ObjectRef> replace_locked(const Value& document, Part part);
  ObjectRef store(Value document);
  ObjectRef drop(const Key& key);
  void record(Event event);
  void wake_all();

  Clock& clock_;
  Random& random_;

  mutable std::mutex mutex_;  // guards the fields below
  std::map<Key, ObjectRef> objects_;
  std::deque<Event> history_;
  Revision revision_ = 0;
  Revision oldest_ = 0;  // the oldest revision that a watch may start behind
  std::size_t writes_ = 0;
  Fault write_fault_, list_fault_, watch_fault_;
  std::vector<FakeWatcher*> watchers_;
};

}  // namespace gp::cluster
