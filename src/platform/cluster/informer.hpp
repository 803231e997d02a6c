#pragma once
// Live local copies of a cluster's resources, kept by list and watch; what controllers read and are
// woken by.
//
// An informer lists its resource once, then follows the watch. A broken watch is resumed where it
// stopped, with backoff; when the cluster no longer has that revision (Gone), the resource is
// listed again and handlers get the difference. However often that happens, the copy ends equal to
// the cluster, and no handler sees the same state of an object twice or an older one after a newer
// one.
//
// One thread pumps all informers of a cluster; watches wake it, nothing polls. Handlers run on that
// thread after the copy was changed: they must be quick and must not wait for an informer.

#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "platform/cluster/cluster.hpp"

namespace gp::cluster {

using Handler = std::function<void(const Event&)>;

struct InformerStats {
  std::string resource;
  std::size_t objects = 0;
  Revision position = 0;  // everything up to here has been seen
  std::uint64_t lists = 0, watches = 0, events = 0;
  std::string error;  // why it is behind, when it is
};

// Reading is open to any thread.
class Informer {
 public:
  ObjectRef get(std::string_view ns, std::string_view name) const;  // or null
  std::vector<ObjectRef> list(
      std::string_view ns = {}) const;  // all namespaces when empty; in no order
  std::size_t size() const;
  bool has_synced() const;  // the first list has been seen
  InformerStats stats() const;
  const std::string& resource() const { return resource_; }

 private:
  friend class Informers;
  struct Name {
    std::string_view ns, name;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const Name& key) const noexcept {
      const std::hash<std::string_view> hash;
      return hash(key.ns) * 31U + hash(key.name);
    }
    std::size_t operator()(const ObjectRef& object) const noexcept {
      return (*this)(Name{object->ns(), object->name()});
    }
  };
  struct Equal {
    using is_transparent = void;
    static Name name(const ObjectRef& object) { return {object->ns(), object->name()}; }
    static const Name& name(const Name& key) { return key; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const noexcept {
      return name(a).ns == name(b).ns && name(a).name == name(b).name;
    }
  };
  using Index = std::unordered_set<ObjectRef, Hash, Equal>;
  struct Listener {
    Handler handler;
    std::function<void()> resync;
  };

  std::string resource_;

  mutable std::shared_mutex mutex_;  // guards the fields below; only the pump writes them
  Index index_;
  Revision position_ = 0;
  bool has_synced_ = false;
  bool has_tried_ = false;  // the first list was answered, or refused
  std::uint64_t lists_ = 0, watches_ = 0, events_ = 0;
  std::string error_;
  std::vector<Listener> new_listeners_;  // not yet told of what is there

  // Of the pump's thread alone.
  std::vector<Listener> listeners_;
  std::unique_ptr<Watcher> watcher_;
  bool needs_list_ = true;
  std::uint32_t failures_ = 0;
  bool is_waiting_ = false;  // for its retry timer
  Clock::TimerId timer_ = 0;
  std::shared_ptr<std::atomic<bool>> retry_due_ = std::make_shared<std::atomic<bool>>(false);
};

class Informers {
 public:
  struct Options {
    Duration backoff_min = std::chrono::milliseconds(100);
    Duration backoff_max = std::chrono::seconds(30);
    std::size_t batch_events_max = 256;  // of one informer before the next one's turn
  };

  Informers(Cluster& cluster, Clock& clock, Random& random)
      : Informers(cluster, clock, random, Options()) {}
  Informers(Cluster& cluster, Clock& clock, Random& random, Options options);
  ~Informers();  // stop()

  // The informer of a resource ("deployments.apps"); asking again gives the same one. Before or
  // after start().
  //
  // The empty resource is the stream of every change in the cluster: it keeps no copy. Its
  // handlers' `resync` is called once it watches, and again whenever events may have been missed:
  // look at everything then.
  Informer& of(std::string_view resource);
  // A handler is first told of what is already there (as Added).
  void add_handler(std::string_view resource, Handler handler, std::function<void()> resync = {});

  void start();
  void stop();
  // Every informer has its first list, or was refused one (see stats). Real time.
  bool wait_tried(Duration real_timeout);
  // Every informer that has synced has told its handlers of everything up to the revision. Real
  // time.
  bool wait_position(Revision revision, Duration real_timeout);
  std::vector<InformerStats> stats() const;

 private:
  // What wakes the pump; outlives it, as watches and timers may still hold it.
  struct Wakeup {
    std::mutex mutex;  // guards the fields below
    std::condition_variable cv;
    std::vector<Informer*> ready;
    bool is_stopping = false;
    void mark(Informer* informer);
  };

  void run();
  void step(Informer& informer);
  void greet(Informer& informer);
  Result<> open(Informer& informer);
  Result<> open_watch(Informer& informer, Revision after);
  Result<> relist(Informer& informer);
  Result<bool> poll(Informer& informer);
  void absorb(Informer& informer, Listed listed);
  void apply(Informer& informer, Event event);
  void tell(Informer& informer, const Event& event);
  void back_off(Informer& informer, const Error& error);
  void mark_all();
  bool wait_for_all(Duration real_timeout, const std::function<bool(const Informer&)>& is_there);

  Cluster& cluster_;
  Clock& clock_;
  Random& random_;
  const Options options_;
  std::stop_source stop_;  // ends the pump's calls
  const std::shared_ptr<Wakeup> wakeup_ = std::make_shared<Wakeup>();

  mutable std::mutex mutex_;  // guards the fields below
  std::condition_variable stepped_;
  std::vector<std::unique_ptr<Informer>> informers_;
  std::thread thread_;
  bool is_started_ = false;
};

}  // namespace gp::cluster
