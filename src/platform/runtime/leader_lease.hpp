#pragma once
// Which of several processes over one store leads: whoever holds a Lease (coordination.k8s.io) and
// renews it in time. The others watch it and take over when it runs out or is given back.
//
// As client-go's leader election: a holder that cannot renew within `renew_deadline` stops leading
// before others may take the Lease, and clocks need not agree, because each process measures for
// itself how long the record has stood still.

#include <functional>
#include <mutex>
#include <string>

#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "platform/cluster/cluster.hpp"

namespace gp::runtime {

struct LeaseOptions {
  std::string ns = "kube-system";
  std::string name = "goldenpath-controllers";
  std::string identity;  // of this process: unique, "host_uuid"
  Duration duration = std::chrono::seconds(15);
  Duration renew_deadline = std::chrono::seconds(10);  // below `duration`
  Duration retry = std::chrono::seconds(2);            // between two tries
};

class LeaderLease {
 public:
  // `on_change` is told true when this process begins to lead, and false when it no longer does; on
  // the lease's own thread.
  LeaderLease(cluster::Cluster& cluster, Clock& clock, LeaseOptions options,
              std::function<void(bool)> on_change);
  ~LeaderLease();  // stop()

  void start();
  // Gives the Lease back, so that the next one need not wait.
  void stop();
  bool is_leading() const;
  std::string holder() const;  // who leads, as far as is known
  // For tests with a fake clock: what its timers asked for has been done.
  void wait_idle() { pool_.wait_idle(); }

 private:
  void schedule();
  void turn();
  Result<bool> try_to_hold();
  Result<bool> write(Value lease, bool is_new);
  void note(const Value& lease);
  void set_leading(bool is_leading);
  void give_back();

  cluster::Cluster& cluster_;
  Clock& clock_;
  const LeaseOptions options_;
  const std::function<void(bool)> on_change_;

  // Of the lease's thread.
  Value seen_;              // spec as last seen
  Duration seen_at_{0};     // when it last changed, by our own clock
  Duration renewed_at_{0};  // when we last held it for certain

  mutable std::mutex mutex_;  // guards the fields below
  bool is_leading_ = false;
  bool is_stopping_ = false;
  std::string holder_;
  Clock::TimerId timer_ = 0;

  WorkerPool pool_{{.name = "leader-lease", .threads = 1, .queue_max = 4}};
};

}  // namespace gp::runtime
