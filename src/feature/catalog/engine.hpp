#pragma once
// The catalog at work: takes entities through the processor on a few threads, keeps the state, the
// store and the served index in step, and answers the questions of the HTTP handlers.
//
// Two lanes: local files on one thread, in order, so that what comes first is always the same; URLs
// on others, so that a slow host holds up nobody. Changes are stitched, stored and served in
// batches. Dying at any moment is harmless: everything is read again at the next start, and the
// store's objects lend their uids and last good forms.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/worker_pool.hpp"
#include "feature/catalog/port.hpp"
#include "feature/catalog/processor.hpp"
#include "feature/catalog/serving.hpp"
#include "feature/catalog/state.hpp"

namespace gp::catalog {

// What went through, for the status board.
struct Summary {
  std::size_t entities = 0;
  std::size_t sources = 0;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::string first_error;  // "catalog/all.yaml:12: …"
  bool is_settled = false;  // everything has been read at least once
};

struct EngineOptions {
  std::vector<LocationRef> configured;
  Rules rules;
  std::string root;  // of the platform repository; files below it are named relative to it
  Duration processing_interval = std::chrono::seconds(100);  // of what was read by URL
  Duration orphan_interval = std::chrono::seconds(30);
  std::size_t batch = 2'000;         // entities processed between two stitches, at most
  std::size_t problems_max = 1'000;  // kept for one source
  std::function<void(const Summary&)> on_summary;
};

struct Ancestor {
  Value entity;
  std::vector<std::string> parents;
};

struct DryRun {
  bool exists = false;
  std::vector<Value> entities;
};

class Engine {
 public:
  Engine(EngineOptions options, Source& source, Port& port, Clock& clock, Random& random);
  ~Engine();  // stop()
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Loads what the store has, then reads everything in the background.
  Result<> start();
  void stop();
  // Nothing queued or running, and everything done so far is served. Real time; for tests.
  bool wait_idle(Duration real_timeout);
  // What the timer asked for so far has run; for tests with a fake clock.
  void wait_ticks() { local_.wait_idle(); }

  const Serving& serving() const { return serving_; }

  bool refresh(std::string_view ref);
  void remove(const Uuid& uid);
  // Paths below a watched folder changed: whatever reads them is read again.
  void files_changed(const std::vector<std::string>& paths);
  // The entity and everything above it, breadth first; empty when it is unknown.
  std::vector<Ancestor> ancestry(std::string_view ref) const;
  // Processes without touching anything; errors as in validate-entity.
  Outcome process(const Value& entity) const { return processor_.process(entity); }

  // --- registered locations
  std::vector<SourceRecord> registered() const;  // in the order they were made
  std::optional<SourceRecord> registered(std::string_view id) const;
  std::optional<SourceRecord> registered(const LocationRef& location) const;
  // AlreadyExists (ConflictError) when the target is registered or configured already.
  Result<SourceRecord> add(const LocationRef& location);
  Result<SourceRecord> change(std::string_view id, const LocationRef& location);
  Result<> remove(std::string_view id);  // the tree below it goes at once
  // A source whose object others have written: new, or changed. ConflictError when its place is
  // read already.
  Result<> adopt(const SourceRecord& source);
  // Its object is gone. One of the configuration comes back.
  void forget(std::string_view id);
  Result<DryRun> dry_run(const LocationRef& location) const;

 private:
  enum Lane { kLocal = 0, kRemote = 1 };

  void begin();
  void kick();
  void run(Lane lane);
  void flush();
  void settle();
  void report();
  void schedule();
  void tick();
  std::string shown(const LocationRef& file) const;
  Value status_value(RefId root, const std::vector<Problem>& problems, std::size_t entities) const;
  Result<> process_below(const Value& entity, int depth, std::vector<Value>& entities) const;
  void drop_root(const SourceRecord& source);
  Error unknown_id(std::string_view id) const;

  EngineOptions options_;
  Source& source_;
  Port& port_;
  Clock& clock_;
  Random& random_;
  Processor processor_;
  Serving serving_;

  mutable std::mutex mutex_;  // guards the fields below
  std::condition_variable idle_;
  State state_;
  std::vector<SourceRecord> sources_;
  std::map<RefId, std::string> reported_;  // digest of each source's last status
  std::size_t running_lanes_[2] = {0, 0};
  std::size_t since_flush_ = 0;
  bool is_started_ = false, is_stopping_ = false;
  bool has_settled_ = false;
  bool needs_flush_ = false;
  int settling_ = 0;  // lanes that have run dry and now flush and report
  Duration last_refresh_{0}, last_sweep_{0};
  Clock::TimerId timer_ = 0;

  std::mutex flush_mutex_;         // one flush at a time; guards the field below
  std::vector<Change> unwritten_;  // that the store did not take yet

  WorkerPool local_{{.name = "catalog", .threads = 1, .queue_max = 64}};
  WorkerPool remote_{{.name = "catalog-url", .threads = 2, .queue_max = 64}};
};

}  // namespace gp::catalog
