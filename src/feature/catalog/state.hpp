#pragma once
// The catalog's state: which source brings which entity, what each was last time it was well, and
// who is related to whom.
//
// Sources (roots) are Location entities; each entity hangs below the Locations that emit it. The
// engine takes work, has it processed (processor.hpp), and hands back the outcome; stitch() then
// gives the entities whose visible form changed. Pure and single-threaded: the engine holds a lock.
//
// Rules (Backstage's): a ref belongs to the location that had it first; a failing entity keeps its
// last good form and shows the error; a failing Location keeps what it emitted; what no source
// emits any more is marked as orphan and swept; uids survive everything but deletion.

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/ids.hpp"
#include "feature/catalog/processor.hpp"
#include "feature/catalog/ref_table.hpp"

namespace gp::catalog {

constexpr std::size_t kEntitiesMax = 200'000;
constexpr int kDepthMax = 10;  // Locations below Locations

// An entity as the store kept it from an earlier run.
struct Seed {
  Uuid uid{};
  std::string etag;      // of the visible form
  Value entity;          // without uid, etag, relations and status
  bool is_free = false;  // its location no longer brings it: any other may
};

struct Work {
  RefId id = 0;
  Value entity;
  std::uint64_t ticket = 0;
};

// A visible change. `entity` is null when the entity is gone.
struct Change {
  RefId id = 0;
  std::string ref;
  Uuid uid{};
  Value entity;
  Value previous;          // of what is gone: its last form, perhaps unstitched
  bool is_stored = false;  // the store has exactly this from an earlier run
};

// Something a person should know about a file of the catalog.
struct Problem {
  RefId root = 0;  // the source it belongs to
  LocationRef file;
  int document_line = 0;  // 0: `line` is known already, or nothing is
  int line = 0;
  std::string path;  // in the document, to find the line
  std::string ref;
  std::string message;
  std::string cause;     // the innermost message alone, for one line; empty: `message`
  bool is_error = true;  // false: a warning (dangling reference)
};

class State {
 public:
  explicit State(Random& random) : random_(random) {}

  // Entities of an earlier run: they lend their uid, their last good form and their right to the
  // ref to the first outcome that claims them. Before anything else.
  void add_seed(std::string ref, Seed seed);
  // Forgets the seeds that nobody claimed and gives them back as changes to remove.
  std::vector<Change> drop_seeds();

  RefId add_root(const LocationRef& location, std::string_view name);
  // Removes the root and what is reachable only through it, at once.
  void remove_root(RefId root);

  // --- work
  std::optional<Work> take(bool is_remote);
  bool has_work(bool is_remote) const { return !queue_[is_remote ? 1 : 0].empty(); }
  std::size_t running() const { return running_; }
  void complete(const Work& work, Outcome outcome);
  void set_remote_test(std::function<bool(const LocationRef&)> is_remote) {
    is_remote_ = std::move(is_remote);
  }

  // The entity and everything between it and its sources is read again. False if it is unknown.
  bool refresh(std::string_view ref);
  // Everything whose reads satisfy the test is read again.
  void refresh_reading(const std::function<bool(const LocationRef&)>& test);

  bool remove(RefId id);  // comes back with a new uid when its parent is processed
  std::size_t sweep_orphans();

  // --- results
  std::vector<Change> stitch();
  // The store gave another uid than was asked for.
  void set_uid(RefId id, const Uuid& uid);

  // --- questions
  std::optional<RefId> find(std::string_view ref) const;
  std::string_view ref(RefId id) const { return refs_.text(id); }
  Value final_entity(RefId id) const;  // null when it was never valid
  std::vector<RefId> parents(RefId id) const;
  std::vector<Problem> problems() const;  // errors first, then by place
  std::unordered_map<RefId, std::size_t> entities_per_root() const;
  std::size_t size() const { return nodes_.size(); }
  bool is_root(RefId id) const { return roots_.contains(id); }
  std::optional<RefId> root_of(RefId id) const;

 private:
  using LocationId = std::uint32_t;
  struct Edge {  // what an entity's spec states
    const ReferenceField* field = nullptr;
    int index = -1;
    RefId target = 0;
    friend bool operator==(const Edge&, const Edge&) = default;
  };
  struct Stated {  // what is stated about an entity, by itself or by `origin`
    std::string_view type;
    RefId target = 0;
    RefId origin = 0;
  };
  struct Claim {  // a second definition of a ref, which is not in force
    RefId parent = 0;
    LocationId location = 0;
    int line = 0;
  };
  struct Node {
    Value unprocessed;
    Value processed;  // last good form; null: never valid
    Value visible;    // with uid, etag, relations, status; null: never valid
    LocationId location = 0;
    int line = 0;
    Uuid uid{};
    std::vector<RefId> children, parents;
    std::vector<Edge> relations;
    std::vector<Error> errors;
    std::vector<LocationRef> reads;
    std::uint64_t ticket = 0;  // of the newest request
    bool is_queued = false, is_running = false, is_processed = false, is_orphan = false;
  };

  Node* node(RefId id);
  const Node* node(RefId id) const;
  Node& create(RefId id);
  void request(RefId id);
  bool is_remote(const Node& node) const;
  int depth(RefId id) const;
  LocationId location_id(const LocationRef& location) { return locations_.id_of(location.text()); }

  void emit_all(RefId parent, std::vector<Emitted> emitted);
  bool may_take(RefId id, RefId parent, LocationId location,
                const std::unordered_set<std::uint64_t>& offered) const;
  Result<> adopt(RefId id, RefId parent, Emitted emitted);
  void adopt_seeds(RefId parent, const Outcome& outcome);
  void release(RefId child, RefId parent);
  void drop_claims_of(RefId parent);
  bool reaches_root(RefId id) const;
  void erase_unreachable(std::vector<RefId> candidates);
  void erase(RefId id);

  void set_relations(RefId id, const std::vector<StatedRelation>& relations);
  void replace_relations(RefId id, std::vector<Edge> edges);
  void mark(RefId id) { dirty_.insert(id); }
  Value compose(RefId id, const Node& node) const;
  Value composed_relations(RefId id) const;
  const Value& shared_ref(RefId id) const;
  void add_node_problems(RefId id, const Node& node, std::vector<Problem>& problems) const;

  Random& random_;
  TextTable refs_;
  TextTable locations_;
  mutable std::vector<Value> shared_refs_;  // by RefId, so that relations share their texts
  std::unordered_map<RefId, Node> nodes_;
  std::set<RefId> roots_;
  std::unordered_map<RefId, std::vector<Stated>> stated_;
  std::unordered_map<RefId, std::vector<Claim>> claims_;
  std::unordered_map<RefId, Seed> seeds_;
  std::unordered_map<RefId, std::string> stored_etags_;  // of claimed seeds, until first stitched
  std::unordered_set<RefId> dirty_;
  std::vector<Change> gone_;
  std::deque<RefId> queue_[2];  // local, remote
  std::size_t running_ = 0;
  std::uint64_t tickets_ = 0;
  std::function<bool(const LocationRef&)> is_remote_;
};

}  // namespace gp::catalog
