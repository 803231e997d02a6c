#pragma once
// One controller at work: its queue, its threads, and what happens around each reconcile. Private
// to the frame.
//
// For a key: find the object → put the finalizer on, or finalize → skip when suspended → reconcile
// under a deadline → write status once, if it changed → record events → decide when the key comes
// again.

#include <atomic>
#include <memory>
#include <stop_token>

#include "base/worker_pool.hpp"
#include "platform/cluster/informer.hpp"
#include "platform/runtime/event_recorder.hpp"
#include "platform/runtime/gate.hpp"
#include "platform/runtime/manager.hpp"
#include "platform/runtime/own_writes.hpp"
#include "platform/runtime/work_queue.hpp"

namespace gp::runtime {

class Run;

class Runner {
 public:
  struct Ground {  // what all controllers of a manager share
    cluster::Cluster& cluster;
    Clock& clock;
    Random& random;
    cluster::Informers& informers;
    EventRecorder& events;
    Gate& gate;
  };
  // Subscribes to the informers at once; works after start().
  Runner(const Ground& ground, ControllerOptions options, std::unique_ptr<Controller> controller);
  ~Runner();  // stop()

  void start();
  void stop();
  WorkQueue& queue() { return queue_; }
  const std::string& name() const { return options_.name; }
  ControllerStats stats() const;

 private:
  struct Outcome {
    Next next;
    std::optional<Error> error;
  };

  void subscribe();
  void work();
  void process(const object::Key& key, const std::stop_token& term);
  void give_back(const object::Key& key, const Outcome& outcome);
  Result<object::ObjectRef> find(const Context& context, const object::Key& key);
  Result<Next> run_gone(const Context& context, const object::Key& key);
  Outcome run_object(const Context& context, object::ObjectRef object);
  Outcome run_living(Run& run);
  Outcome run_deleting(Run& run);
  Outcome call(Run& run, const std::function<Result<Next>()>& action);
  bool hold_if_suspended(Run& run);
  Result<object::ObjectRef> add_finalizer(const Context& context, const object::ObjectRef& object);
  Result<> remove_finalizer(Run& run);
  void report_ready(Run& run, const Outcome& outcome);
  Result<> write_status(Run& run);
  void record_events(Run& run);

  const Ground ground_;
  const ControllerOptions options_;
  const std::string manager_;  // field manager and event component: "goldenpath-<name>"
  const std::unique_ptr<Controller> controller_;
  cluster::Informer* informer_ = nullptr;  // of the primary resource; null: there is none
  WorkQueue queue_;
  OwnWrites own_writes_;
  std::atomic<std::uint64_t> reconciles_ = 0, errors_ = 0, retries_ = 0;
  std::unique_ptr<WorkerPool> pool_;
};

}  // namespace gp::runtime
