#pragma once
// The controller frame: informers feed keys to a work queue, workers reconcile one object at a
// time, and what every controller would write for itself (deadlines, retries with backoff, status,
// conditions, events, metrics) is written once, here. A controller observes, decides, acts,
// reports: one page.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/context.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "platform/cluster/cluster.hpp"
#include "platform/runtime/leader_lease.hpp"

namespace gp::runtime {

// "true": the object is left as it is until the annotation goes; a condition says so. Deletion
// still runs.
inline constexpr std::string_view kSuspendAnnotation = "goldenpath.dev/suspend";

// What reconcile() wants next.
struct Next {
  enum class Kind { Done, After };
  Kind kind = Kind::Done;
  Duration delay{0};

  static Next done() { return {}; }  // until something changes
  static Next in(Duration delay) { return {Kind::After, delay}; }
};

// Handed to every reconcile: the object, the cluster, and the ways to report.
class Reconcile {
 public:
  virtual ~Reconcile() = default;
  virtual const Context& context() const = 0;  // deadline and stop
  virtual cluster::Cluster& cluster() = 0;
  virtual const object::Key& key() const = 0;
  virtual const object::ObjectRef& object() const = 0;  // from the informer; never null
  virtual const Value& document() = 0;                  // parsed once
  // A Kubernetes Event about the object: counted and deduplicated by the frame. `type`: "Normal" or
  // "Warning".
  virtual void event(std::string_view type, std::string_view reason, std::string message) = 0;
  // A condition for status.conditions; lastTransitionTime moves only when `status` changes.
  virtual void condition(std::string_view type, std::string_view status, std::string_view reason,
                         std::string message) = 0;
  // Sets status.<field>; written once, after reconcile returns, and only when something changed.
  virtual void status(std::string_view field, Value value) = 0;
};

class Controller {
 public:
  virtual ~Controller() = default;
  // Ok: Ready=True (unless the controller set that condition itself) and observedGeneration, if
  // `reports_ready`. Error: Ready=False with the error's message and hint, a Warning event (both
  // only if `reports_ready`), and a retry with exponential backoff. A lost compare-and-set
  // (Conflict) is only retried. An exception counts as an error.
  virtual Result<Next> reconcile(Reconcile& run) = 0;
  // For a key whose object is gone, with ControllerOptions::sees_deleted. An error is retried.
  virtual Result<> reconcile_deleted(const Context& context, cluster::Cluster& cluster,
                                     const object::Key& key);
};

struct ControllerOptions {
  std::string name;       // "external-secrets": also its field manager is "goldenpath-<name>"
  std::string component;  // whom its Events name; empty: its field manager
  // Primary: its keys are reconciled. Empty: none, all keys come from `watches`, may be of any
  // resource, and their objects are read from the cluster.
  std::string resource;
  // Which of the primary's events matter; empty: all.
  std::function<bool(const store::Event&)> wants;
  // Other resources whose events map to keys. `keys` runs on the informers' thread: quick, and no
  // waiting.
  struct Watch {
    std::string resource;  // empty: every resource
    std::function<std::vector<object::Key>(const store::Event&)> keys;
    // With the empty resource: all keys to look at, at start and whenever events may have been
    // missed.
    std::function<std::vector<object::Key>()> all_keys;
  };
  std::vector<Watch> watches;
  std::size_t workers = 1;
  bool reports_ready = true;  // write Ready and observedGeneration into status
  bool sees_deleted = false;  // call reconcile_deleted for keys that are gone
  Duration deadline = std::chrono::seconds(30);
  Duration backoff_min = std::chrono::milliseconds(50);
  Duration backoff_max = std::chrono::minutes(5);
  // When set and the object is being deleted, runs instead of reconcile; the frame adds and removes
  // this finalizer.
  std::string finalizer;
  std::function<Result<Next>(Reconcile&)> finalize;
};

struct ControllerStats {
  std::string name;
  std::size_t queued = 0, running = 0;
  std::uint64_t reconciles = 0, errors = 0, retries = 0;
};

class Manager {
 public:
  Manager(cluster::Cluster& cluster, Clock& clock, Random& random = system_random());
  // One of several over the same cluster: works only while it holds the lease. Informers run all
  // the time, so a follower takes over with warm copies.
  Manager(cluster::Cluster& cluster, Clock& clock, Random& random, LeaseOptions lease);
  ~Manager();  // stop()

  // Before start() or after.
  void add(ControllerOptions options, std::unique_ptr<Controller> controller);
  // Lists, waits until every informer has its first list (or was refused it, which is logged and
  // tried again), then starts the workers.
  Result<> start();
  void stop();
  // Nothing queued, running or due now, and informers have seen the store's newest revision. For
  // tests and `up`.
  bool wait_quiet(Duration real_timeout);
  // For what changes outside the cluster (files, timers): reconcile this key of this controller
  // now.
  void enqueue(std::string_view controller, const object::Key& key);
  std::vector<ControllerStats> stats() const;
  // Null when it works alone.
  LeaderLease* lease();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gp::runtime
