#include "platform/runtime/leader_lease.hpp"

#include "base/log.hpp"

namespace gp::runtime {
namespace {

constexpr std::string_view kLeases = "leases.coordination.k8s.io";
constexpr std::string_view kManager = "goldenpath-leader-lease";

std::int64_t seconds_of(Duration duration) {
  return std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::seconds>(duration).count(),
                                1);
}

}  // namespace

LeaderLease::LeaderLease(cluster::Cluster& cluster, Clock& clock, LeaseOptions options,
                         std::function<void(bool)> on_change)
    : cluster_(cluster),
      clock_(clock),
      options_(std::move(options)),
      on_change_(std::move(on_change)) {
  GP_CHECK(!options_.identity.empty(), "a lease needs to know who holds it");
  GP_CHECK(options_.renew_deadline < options_.duration, "others would take over too early");
}

LeaderLease::~LeaderLease() {
  stop();
}

void LeaderLease::start() {
  (void)pool_.submit([this] { turn(); });
}

void LeaderLease::stop() {
  Clock::TimerId timer = 0;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_stopping_, true)) return;
    timer = std::exchange(timer_, 0);
  }
  if (timer != 0) clock_.cancel(timer);
  pool_.stop();
  if (!is_leading()) return;
  set_leading(false);  // first: nothing is done any more when the next one begins
  give_back();
}

bool LeaderLease::is_leading() const {
  const std::lock_guard lock(mutex_);
  return is_leading_;
}

std::string LeaderLease::holder() const {
  const std::lock_guard lock(mutex_);
  return holder_;
}

void LeaderLease::schedule() {
  const std::lock_guard lock(mutex_);
  if (is_stopping_) return;
  timer_ = clock_.call_after(options_.retry, [this] { (void)pool_.submit([this] { turn(); }); });
}

void LeaderLease::turn() {
  const auto held = try_to_hold();
  const Duration now = clock_.monotonic();
  if (held && *held) {
    renewed_at_ = now;
    set_leading(true);
  } else if (held) {
    set_leading(false);  // somebody else has it
  } else if (is_leading() && now - renewed_at_ >= options_.renew_deadline) {
    log::warn("leader", "could not renew the lease in time and stops leading",
              {{"lease", options_.name}, {"error", held.error().message}});
    set_leading(false);
  }
  schedule();
}

Result<bool> LeaderLease::try_to_hold() {
  const Context context(clock_, options_.retry * 2);
  const object::Key key{std::string(kLeases), options_.ns, options_.name};
  const auto present = cluster_.get(context, key);
  if (!present && present.error().code != Code::NotFound) return fail(present.error());
  const std::string now = format_time_micro(clock_.now());
  if (!present) {
    return write(
        Value::object(
            {{"apiVersion", "coordination.k8s.io/v1"},
             {"kind", "Lease"},
             {"metadata", Value::object({{"name", options_.name}, {"namespace", options_.ns}})},
             {"spec", Value::object({{"holderIdentity", options_.identity},
                                     {"leaseDurationSeconds", seconds_of(options_.duration)},
                                     {"acquireTime", now},
                                     {"renewTime", now},
                                     {"leaseTransitions", 0}})}}),
        true);
  }

  Value lease = (*present)->parse();
  note(lease);
  Value& spec = lease.edit("spec");
  const std::string holder = spec["holderIdentity"].string();
  const bool is_ours = holder == options_.identity;
  const Duration lifetime =
      std::chrono::seconds(spec["leaseDurationSeconds"].integer(seconds_of(options_.duration)));
  if (!is_ours && !holder.empty() && clock_.monotonic() - seen_at_ < lifetime) return false;

  spec.set("holderIdentity", options_.identity);
  spec.set("leaseDurationSeconds", seconds_of(options_.duration));
  spec.set("renewTime", now);
  if (!is_ours) {
    spec.set("acquireTime", now);
    spec.set("leaseTransitions", spec["leaseTransitions"].integer() + 1);
  }
  return write(std::move(lease), false);
}

// A compare-and-set: whoever loses looks again.
Result<bool> LeaderLease::write(Value lease, bool is_new) {
  const Context context(clock_, options_.retry * 2);
  const auto written = is_new ? cluster_.create(context, lease, kManager)
                              : cluster_.update(context, lease, kManager);
  if (written) {
    note((*written)->parse());
    return true;
  }
  const Code code = written.error().code;
  if (code == Code::AlreadyExists || code == Code::Conflict) {
    if (is_leading()) return fail(written.error());  // perhaps only touched: the next turn tells
    return false;
  }
  return fail(written.error());
}

void LeaderLease::note(const Value& lease) {
  const Value& spec = lease["spec"];
  if (spec != seen_) seen_at_ = clock_.monotonic();
  seen_ = spec;
  const std::lock_guard lock(mutex_);
  holder_ = spec["holderIdentity"].string();
}

void LeaderLease::set_leading(bool is_leading) {
  {
    const std::lock_guard lock(mutex_);
    if (is_leading_ == is_leading) return;
    is_leading_ = is_leading;
  }
  log::info("leader", is_leading ? "leads now" : "leads no longer",
            {{"lease", options_.name}, {"identity", options_.identity}});
  on_change_(is_leading);
}

void LeaderLease::give_back() {
  const Context context(clock_, options_.retry * 2);
  const auto present =
      cluster_.get(context, object::Key{std::string(kLeases), options_.ns, options_.name});
  if (!present) return;
  Value lease = (*present)->parse();
  if (lease["spec"]["holderIdentity"].text() != options_.identity) return;
  Value& spec = lease.edit("spec");
  spec.erase("holderIdentity");
  spec.set("leaseDurationSeconds", 1);
  spec.set("renewTime", format_time_micro(clock_.now()));
  (void)cluster_.update(context, lease, kManager);  // else it runs out by itself
}

}  // namespace gp::runtime
