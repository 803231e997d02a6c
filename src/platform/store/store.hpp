#pragma once
// The object store: every object of the platform, one revision counter, one watch, durable in
// SQLite.
//
// Writes: callers hand over transactions of compare-and-set operations; one sequencer thread checks
// them in order against the newest state, gives each write its own revision, and commits whole
// batches with one fsync (group commit). A call returns when its writes are on disk; only then do
// readers and watchers see them. A transaction happens entirely or not at all. An acknowledged
// write survives kill -9 and power loss.
//
// Reads: from memory, never from disk; lists and watches share the objects' bytes. Past states are
// served from the retained history (bounded by count and bytes); an older revision is answered with
// Code::Gone.
//
// Any thread may call anything. One process owns the data folder; a second one is told the first
// one's pid.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "engine/selector/selector.hpp"
#include "platform/object/object.hpp"

namespace gp::store {

using object::Draft;
using object::Key;
using object::ObjectRef;
using object::Revision;

struct Write {
  enum class Op { Create, Update, Delete };
  Op op = Op::Create;
  Key key;
  std::optional<Draft> draft;  // Create and Update
  // Update, Delete: the revision the caller saw; 0 takes any. Otherwise Conflict when it has moved.
  Revision expected = 0;
};

struct Transaction {
  std::vector<Write> writes;  // at most 10,000; each key at most once
  // Objects that must still be at these revisions (0: must not exist) for the transaction to
  // happen.
  std::vector<std::pair<Key, Revision>> preconditions;
};

struct Committed {
  Revision revision = 0;  // of the last write
  std::vector<ObjectRef>
      objects;  // one a write: the new object, or the deleted one at the deletion's revision
};

struct ListOptions {
  std::string resource;
  std::string ns;  // empty: all namespaces
  selector::LabelSelector labels;
  selector::FieldSelector fields;
  std::size_t limit = 0;       // 0: no limit
  std::string continue_after;  // "ns/name" of the last object seen; continues behind it
  Revision at = 0;             // 0: newest; else exactly this revision
};

struct Listed {
  std::vector<ObjectRef> objects;  // by namespace, then name (bytes)
  Revision revision = 0;           // the snapshot that `objects` show
  bool has_more = false;
  std::size_t remaining = 0;  // behind this page, when no selector was given
};

struct Event {
  enum class Type { Added, Modified, Deleted, Bookmark };
  Type type = Type::Added;
  ObjectRef object;  // null for a Bookmark
  // What it was before; null for Added. Filtered watches turn transitions into Added and Deleted
  // (the latter with the last matching state at the new revision).
  ObjectRef previous;
  Revision revision = 0;
};

struct WatchOptions {
  std::string resource;  // empty: every resource
  std::string ns;        // empty: all namespaces
  selector::LabelSelector labels;
  selector::FieldSelector fields;
  Revision after = 0;  // events behind this revision; 0: from the newest on
};

// A cursor into the shared history: nothing is queued for a watcher, so a slow one costs nothing;
// one that falls out of the retained history gets Gone.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // Appends up to `max` events; none when there is nothing new. Gone: list again.
  virtual Result<> poll(std::vector<Event>& out, std::size_t max) = 0;
  // Everything up to here has been seen (also what the filter hid): the revision for a bookmark.
  virtual Revision position() const = 0;
  // `wake` is called (from the sequencer's thread; must be quick) when poll() may have news. Set
  // before first poll.
  virtual void on_ready(std::function<void()> wake) = 0;
};

struct StoreOptions {
  std::string path;  // of the SQLite file; ":memory:" for tests: nothing is durable
  std::size_t history_events_max = 200'000;
  std::size_t history_bytes_max = 64U << 20U;  // of objects that only the history keeps alive
  std::size_t batch_writes_max = 1024;
  std::size_t queued_transactions_max = 65'536;  // more are refused with ResourceExhausted
  std::size_t file_bytes_max =
      0;  // the file grows no further, as if the disk were full; 0: no bound
  // Which document paths field selectors of a resource may use.
  std::function<std::vector<std::string>(std::string_view resource)> selectable_fields;
};

struct StoreStats {
  std::size_t objects = 0;
  std::size_t object_bytes = 0;  // documents and headers
  Revision revision = 0;
  Revision oldest_revision = 0;  // oldest `after` that a watch may ask for
  std::uint64_t commits = 0, writes = 0;
};

class Store {
 public:
  // Opens or creates. Damage is DataLoss and names the object and file; a second process is
  // FailedPrecondition.
  static Result<std::unique_ptr<Store>> open(StoreOptions options, Clock& clock);
  virtual ~Store() = default;  // finishes queued writes

  // Blocks until durable. AlreadyExists, NotFound and Conflict name the key; error.details["write"]
  // is the index. A full disk is Unavailable, nothing is lost, and later writes work again once
  // there is room.
  virtual Result<Committed> commit(Transaction transaction) = 0;
  // As commit, but `done` is called on the sequencer's thread (must be quick).
  virtual void commit_async(Transaction transaction,
                            std::function<void(Result<Committed>)> done) = 0;

  virtual ObjectRef get(std::string_view resource, std::string_view ns,
                        std::string_view name) const = 0;  // or null
  virtual ObjectRef get_by_uid(const Uuid& uid) const = 0;
  virtual Result<Listed> list(const ListOptions& options) const = 0;
  virtual Result<std::unique_ptr<Watcher>> watch(const WatchOptions& options) = 0;

  // Objects whose ownerReferences name this uid.
  virtual std::vector<ObjectRef> dependents(const Uuid& owner) const = 0;
  virtual std::size_t count(std::string_view resource, std::string_view ns = {}) const = 0;
  // Resources that hold objects in the namespace: what its deletion must empty.
  virtual std::vector<std::string> resources_in(std::string_view ns) const = 0;

  virtual Revision revision() const = 0;
  // Forgets history up to the revision (tests, `goldenpath store compact`).
  virtual void compact(Revision up_to) = 0;
  virtual StoreStats stats() const = 0;
};

}  // namespace gp::store
