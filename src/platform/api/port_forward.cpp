#include "platform/api/port_forward.hpp"

#include "base/log.hpp"
#include "platform/api/port_forward_session.hpp"

namespace gp::api {
namespace {

constexpr std::string_view kListenerLabel = "goldenpath.dev/listener";

Value metadata_of(const ForwardTarget& target) {
  return Value::object(
      {{"name", target.name},
       {"namespace", kPlatformNamespace},
       {"labels", Value::object({{std::string(kListenerLabel), target.name}})},
       {"annotations",
        Value::object({{"goldenpath.dev/description",
                        "a listener of this platform, for kubectl port-forward"}})}});
}

Value pod_of(const ForwardTarget& target) {
  Value port = Value::object({{"name", target.name}, {"containerPort", target.port}});
  Value container = Value::object(
      {{"name", target.name}, {"image", "goldenpath"}, {"ports", Value::array({port})}});
  return Value::object(
      {{"apiVersion", "v1"},
       {"kind", "Pod"},
       {"metadata", metadata_of(target)},
       {"spec", Value::object({{"nodeName", "goldenpath"},
                               {"enableServiceLinks", false},
                               {"automountServiceAccountToken", false},
                               {"containers", Value::array({std::move(container)})}})}});
}

Value service_of(const ForwardTarget& target) {
  Value port = Value::object(
      {{"name", target.name}, {"port", target.service_port}, {"targetPort", target.port}});
  return Value::object(
      {{"apiVersion", "v1"},
       {"kind", "Service"},
       {"metadata", metadata_of(target)},
       {"spec",
        Value::object({{"selector", Value::object({{std::string(kListenerLabel), target.name}})},
                       {"ports", Value::array({std::move(port)})}})}});
}

Value running_status(const ForwardTarget& target, TimePoint now) {
  const std::string time = format_time(now);
  Value conditions = Value::array();
  for (const char* type : {"Initialized", "Ready", "ContainersReady", "PodScheduled"}) {
    conditions.push_back(
        Value::object({{"type", type}, {"status", "True"}, {"lastTransitionTime", time}}));
  }
  Value container = Value::object(
      {{"name", target.name},
       {"ready", true},
       {"started", true},
       {"restartCount", 0},
       {"image", "goldenpath"},
       {"imageID", ""},
       {"state", Value::object({{"running", Value::object({{"startedAt", time}})}})}});
  return Value::object({{"phase", "Running"},
                        {"podIP", target.address},
                        {"podIPs", Value::array({Value::object({{"ip", target.address}})})},
                        {"hostIP", target.address},
                        {"startTime", time},
                        {"conditions", std::move(conditions)},
                        {"containerStatuses", Value::array({std::move(container)})}});
}

class Publisher {
 public:
  explicit Publisher(Verbs& verbs) : verbs_(verbs) {
    options_.caller = Caller::system("goldenpath");
    options_.field_manager = "goldenpath";
    options_.force = true;
    options_.is_admitted = true;  // what listens, listens, whatever a policy thinks of it
  }

  Result<> apply(std::string_view plural, const Value& document) {
    const Target target = target_of(plural, document["metadata"]["name"].text());
    TRY(verbs_.patch(target, PatchType::Apply, document, options_));
    return {};
  }

  // A pod's ports cannot change, so one of another port makes way.
  Result<> apply_pod(const ForwardTarget& listener) {
    Target target = target_of("pods", listener.name);
    const auto found = verbs_.get(target);
    const std::int64_t shown = found ? (*found)
                                           ->parse()["spec"]["containers"]
                                           .at(0)["ports"]
                                           .at(0)["containerPort"]
                                           .integer()
                                     : 0;
    // A pod's spec does not change: one that shows another port makes room for a new one.
    if (shown != listener.port) {
      if (found) {
        DeleteOptions deletion;
        deletion.caller = options_.caller;
        TRY(verbs_.remove(target, deletion));
      }
      TRY(apply("pods", pod_of(listener)));
    }
    Value status = Value::object({{"apiVersion", "v1"},
                                  {"kind", "Pod"},
                                  {"metadata", Value::object({{"name", listener.name}})},
                                  {"status", running_status(listener, verbs_.clock().now())}});
    target.subresource = "status";
    TRY(verbs_.patch(target, PatchType::Merge, status, options_));
    return {};
  }

 private:
  Target target_of(std::string_view plural, std::string_view name) const {
    const KindPtr kind = verbs_.kinds().find("", "v1", plural);
    GP_CHECK(kind != nullptr, "the core kinds are there");
    return {kind,
            kind->is_namespaced ? std::string(kPlatformNamespace) : std::string(),
            std::string(name),
            {}};
  }

  Verbs& verbs_;
  WriteOptions options_;
};

}  // namespace

void PortForwards::add(ForwardTarget target) {
  std::string name = target.name;
  const std::lock_guard lock(mutex_);
  targets_.insert_or_assign(std::move(name), std::move(target));
}

Result<> PortForwards::publish(Verbs& verbs) const {
  Publisher publisher(verbs);
  TRY(publisher.apply(
      "namespaces", Value::object({{"apiVersion", "v1"},
                                   {"kind", "Namespace"},
                                   {"metadata", Value::object({{"name", kPlatformNamespace}})}})));
  std::map<std::string, ForwardTarget, std::less<>> targets;
  {
    const std::lock_guard lock(mutex_);
    targets = targets_;
  }
  for (const auto& [name, target] : targets) {
    TRY(publisher.apply_pod(target));
    TRY(publisher.apply("services", service_of(target)));
  }
  return {};
}

std::optional<ForwardTarget> PortForwards::find(std::string_view ns, std::string_view pod) const {
  if (ns != kPlatformNamespace) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = targets_.find(pod);
  if (found == targets_.end()) return std::nullopt;
  return found->second;
}

void PortForwards::serve(const ForwardTarget& target, std::shared_ptr<net::WebSocket> socket) {
  if (++sessions_ > kSessionsMax) {
    --sessions_;
    socket->start({});
    socket->close(1013, "too many port-forwards are open");
    return;
  }
  const auto session =
      std::make_shared<ForwardSession>(target, std::move(socket), relay_, [this] { --sessions_; });
  session->start();
}

}  // namespace gp::api
