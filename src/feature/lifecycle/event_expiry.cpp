#include "feature/lifecycle/event_expiry.hpp"

namespace gp::lifecycle {

namespace {

using runtime::Next;

// The newest of the times an Event may carry; clients fill in different ones.
TimePoint last_seen(const Value& event) {
  TimePoint newest{};
  const Value& metadata = event["metadata"];
  for (const Value* text : {&event["lastTimestamp"], &event["eventTime"], &event["firstTimestamp"],
                            &event["series"]["lastObservedTime"], &metadata["creationTimestamp"]}) {
    if (const auto time = parse_time(text->text())) newest = std::max(newest, *time);
  }
  return newest;
}

class EventExpiry final : public runtime::Controller {
 public:
  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Duration left = last_seen(run.document()) + kEventLifetime - run.context().clock().now();
    if (left > Duration::zero()) return Next::in(left);

    // Not when it was counted again meanwhile.
    cluster::DeleteOptions options;
    options.caller = api::Caller::system("goldenpath-event-expiry");
    options.precondition_resource_version = std::to_string(run.object()->revision());
    const auto removed = run.cluster().remove(run.context(), run.key(), options);
    if (!removed && removed.error().code != Code::NotFound) return fail(removed.error());
    return Next::done();
  }
};

}  // namespace

void add_event_expiry(runtime::Manager& manager) {
  runtime::ControllerOptions options;
  options.name = "event-expiry";
  options.resource = "events";
  options.reports_ready = false;
  manager.add(std::move(options), std::make_unique<EventExpiry>());
}

}  // namespace gp::lifecycle
