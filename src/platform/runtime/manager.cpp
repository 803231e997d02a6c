#include "platform/runtime/manager.hpp"

#include <mutex>

#include "base/log.hpp"
#include "platform/cluster/informer.hpp"
#include "platform/runtime/runner.hpp"

namespace gp::runtime {

namespace {

constexpr Duration kFirstListsTimeout = std::chrono::seconds(30);
constexpr Duration kCallTimeout = std::chrono::seconds(10);

// Real time, also under a fake clock: for waiting on threads, not for anything that is decided.
class RealDeadline {
 public:
  explicit RealDeadline(Duration timeout) : end_(system_clock().monotonic() + timeout) {}
  Duration remaining() const {
    return std::max(end_ - system_clock().monotonic(), Duration::zero());
  }

 private:
  Duration end_;
};

}  // namespace

struct Manager::Impl {
  Impl(cluster::Cluster& the_cluster, Clock& the_clock, Random& the_random, bool is_alone)
      : cluster(the_cluster),
        clock(the_clock),
        random(the_random),
        informers(the_cluster, the_clock, the_random),
        events(the_cluster, the_clock),
        gate(is_alone) {}

  std::vector<Runner*> all() const {
    const std::lock_guard lock(mutex);
    std::vector<Runner*> pointers;
    for (const auto& runner : runners) pointers.push_back(runner.get());
    return pointers;
  }

  Result<object::Revision> newest_revision() const {
    cluster::ListOptions options;
    options.resource = "namespaces";
    options.limit = 1;
    for (const auto& informer : informers.stats()) {
      if (informer.error.empty() && !informer.resource.empty())
        options.resource = informer.resource;
    }
    const cluster::Listed listed = TRY(cluster.list(Context(clock, kCallTimeout), options));
    return listed.revision;
  }

  cluster::Cluster& cluster;
  Clock& clock;
  Random& random;
  cluster::Informers informers;
  EventRecorder events;
  Gate gate;
  std::unique_ptr<LeaderLease> lease;

  mutable std::mutex mutex;  // guards the fields below
  std::vector<std::unique_ptr<Runner>> runners;
  bool is_started = false;
  bool is_stopped = false;
};

Manager::Manager(cluster::Cluster& cluster, Clock& clock, Random& random)
    : impl_(std::make_unique<Impl>(cluster, clock, random, true)) {}

Manager::Manager(cluster::Cluster& cluster, Clock& clock, Random& random, LeaseOptions lease)
    : impl_(std::make_unique<Impl>(cluster, clock, random, false)) {
  impl_->lease = std::make_unique<LeaderLease>(
      cluster, clock, std::move(lease),
      [this](bool is_leading) { is_leading ? impl_->gate.open() : impl_->gate.close(); });
}

Manager::~Manager() {
  stop();
}

void Manager::add(ControllerOptions options, std::unique_ptr<Controller> controller) {
  const Runner::Ground ground{impl_->cluster,   impl_->clock,  impl_->random,
                              impl_->informers, impl_->events, impl_->gate};
  auto runner = std::make_unique<Runner>(ground, std::move(options), std::move(controller));
  const std::lock_guard lock(impl_->mutex);
  if (impl_->is_started) runner->start();
  impl_->runners.push_back(std::move(runner));
}

Result<> Manager::start() {
  impl_->informers.start();
  if (!impl_->informers.wait_tried(kFirstListsTimeout)) {
    return fail(deadline_exceeded("cluster \"{}\" did not list everything within {}",
                                  impl_->cluster.name(), human_duration(kFirstListsTimeout)));
  }
  for (const auto& informer : impl_->informers.stats()) {
    if (informer.error.empty()) continue;
    log::warn("controllers", "cannot list a resource yet; trying again",
              {{"resource", informer.resource}, {"error", informer.error}});
  }
  const std::lock_guard lock(impl_->mutex);
  impl_->is_started = true;
  for (const auto& runner : impl_->runners) runner->start();
  if (impl_->lease) impl_->lease->start();
  return {};
}

void Manager::stop() {
  // First of all it stops working, then it says so to the others.
  impl_->gate.shut_down();
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_stopped = true;
  }
  for (Runner* runner : impl_->all()) runner->stop();
  if (impl_->lease) impl_->lease->stop();
  impl_->informers.stop();
}

bool Manager::wait_quiet(Duration real_timeout) {
  const RealDeadline deadline(real_timeout);
  while (deadline.remaining() > Duration::zero()) {
    const auto revision = impl_->newest_revision();
    if (!revision || !impl_->informers.wait_position(*revision, deadline.remaining())) return false;
    const std::vector<Runner*> runners = impl_->all();
    for (Runner* runner : runners) {
      if (!runner->queue().wait_idle(deadline.remaining())) return false;
    }
    // What one controller wrote may have woken another: only a round without a write is quiet.
    const bool is_idle =
        std::ranges::all_of(runners, [](Runner* r) { return r->queue().is_idle(); });
    const auto after = impl_->newest_revision();
    if (is_idle && after && *after == *revision) return true;
  }
  return false;
}

void Manager::enqueue(std::string_view controller, const object::Key& key) {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->is_stopped) return;  // a file watcher may call until its controller is destroyed
  for (const auto& runner : impl_->runners) {
    if (runner->name() == controller) runner->queue().add(key);
  }
}

LeaderLease* Manager::lease() {
  return impl_->lease.get();
}

std::vector<ControllerStats> Manager::stats() const {
  std::vector<ControllerStats> all;
  for (const Runner* runner : impl_->all()) all.push_back(runner->stats());
  return all;
}

}  // namespace gp::runtime
