#include "feature/workloads/endpoints.hpp"

#include <map>

#include "feature/workloads/dependents.hpp"
#include "feature/workloads/pods.hpp"
#include "feature/workloads/template_hash.hpp"

namespace gp::workloads {
namespace {

using runtime::Next;

constexpr std::string_view kManager = "goldenpath-endpoints";
constexpr std::string_view kServices = "services";
constexpr std::string_view kEndpoints = "endpoints";
constexpr std::string_view kSlices = "endpointslices.discovery.k8s.io";
constexpr std::string_view kServiceLabel = "kubernetes.io/service-name";
constexpr std::string_view kManagedBy = "endpointslice.kubernetes.io/managed-by";
constexpr std::string_view kOwnManager = "endpointslice-controller.k8s.io";
constexpr std::size_t kEndpointsMax = 100;  // of one slice

selector::LabelSelector selector_of(const Value& service) {
  if (service["spec"]["selector"].empty()) return selector::LabelSelector::nothing();
  const auto parsed = selector::LabelSelector::from_object(
      Value::object({{"matchLabels", service["spec"]["selector"]}}));
  return parsed ? *parsed : selector::LabelSelector::nothing();
}

bool is_ours(const Value& service) {
  return !service["spec"]["selector"].empty() && service["spec"]["type"].text() != "ExternalName";
}

// The number behind a name, of one of the pod's containers; 0 when there is none.
std::int64_t port_number(const Value& port, const Value& pod) {
  const Value& target = port["targetPort"];
  if (target.is_integer() && target.integer() != 0) return target.integer();
  if (!target.is_string()) return port["port"].integer();
  for (const Value& container : pod["spec"]["containers"].items()) {
    for (const Value& known : container["ports"].items()) {
      const bool is_it =
          known["name"] == target && known["protocol"].text("TCP") == port["protocol"].text("TCP");
      if (is_it) return known["containerPort"].integer();
    }
  }
  return 0;
}

// Ports as this pod has them: pods of one Service may differ.
Value ports_of(const Value& service, const Value& pod) {
  Value ports = Value::array();
  for (const Value& port : service["spec"]["ports"].items()) {
    const std::int64_t number = port_number(port, pod);
    if (number == 0) continue;
    Value entry = Value::object({{"port", number}, {"protocol", port["protocol"].text("TCP")}});
    for (const std::string_view field : {"name", "appProtocol"}) {
      if (!port[field].empty()) entry.set(field, port[field]);
    }
    ports.push_back(std::move(entry));
  }
  return ports;
}

struct Behind {
  Value ports;
  std::vector<Value> pods;
};

// Pods with an address, by equal ports.
std::vector<Behind> group(const Value& service, const std::vector<Value>& pods) {
  std::vector<Behind> groups;
  for (const Value& pod : pods) {
    if (pod["status"]["podIP"].empty() || is_ended(pod)) continue;
    Value ports = ports_of(service, pod);
    const auto same =
        std::ranges::find_if(groups, [&](const Behind& known) { return known.ports == ports; });
    if (same == groups.end()) {
      groups.push_back({std::move(ports), {pod}});
    } else {
      same->pods.push_back(pod);
    }
  }
  return groups;
}

Value reference_to(const Value& pod) {
  return Value::object({{"kind", "Pod"},
                        {"name", pod["metadata"]["name"]},
                        {"namespace", pod["metadata"]["namespace"]},
                        {"uid", pod["metadata"]["uid"]}});
}

bool counts_as_ready(const Value& service, const Value& pod) {
  return service["spec"]["publishNotReadyAddresses"].boolean() ||
         (is_ready(pod) && !is_deleting(pod));
}

Value address_of(const Value& pod) {
  Value address = Value::object({{"ip", pod["status"]["podIP"]}, {"targetRef", reference_to(pod)}});
  if (!pod["spec"]["nodeName"].empty()) address.set("nodeName", pod["spec"]["nodeName"]);
  return address;
}

Value subsets_of(const Value& service, const std::vector<Behind>& groups) {
  Value subsets = Value::array();
  for (const Behind& behind : groups) {
    Value subset = Value::object();
    for (const Value& pod : behind.pods) {
      const bool is_in = counts_as_ready(service, pod);
      if (!is_in && is_deleting(pod)) continue;
      subset.edit(is_in ? "addresses" : "notReadyAddresses").push_back(address_of(pod));
    }
    if (subset.empty()) continue;
    if (!behind.ports.empty()) subset.set("ports", behind.ports);
    subsets.push_back(std::move(subset));
  }
  return subsets;
}

Value endpoint_of(const Value& service, const Value& pod) {
  Value endpoint =
      Value::object({{"addresses", Value::array({pod["status"]["podIP"]})},
                     {"conditions", Value::object({{"ready", counts_as_ready(service, pod)},
                                                   {"serving", is_ready(pod)},
                                                   {"terminating", is_deleting(pod)}})},
                     {"targetRef", reference_to(pod)}});
  if (!pod["spec"]["nodeName"].empty()) endpoint.set("nodeName", pod["spec"]["nodeName"]);
  return endpoint;
}

Value metadata_of(const Value& service, std::string_view name) {
  Value labels = service["metadata"]["labels"];
  Value metadata = Value::object({{"name", name}, {"namespace", service["metadata"]["namespace"]}});
  if (service["spec"]["clusterIP"].text() == "None") {
    labels.set("service.kubernetes.io/headless", "");
  }
  if (!labels.empty()) metadata.set("labels", std::move(labels));
  return metadata;
}

// One slice for each kind of ports and hundred pods; one without endpoints when there is none.
std::map<std::string, Value> slices_of(const Value& service, std::vector<Behind> groups) {
  if (groups.empty()) groups.push_back({ports_of(service, Value()), {}});
  std::map<std::string, Value> slices;
  for (const Behind& behind : groups) {
    for (std::size_t begin = 0, part = 0; part == 0 || begin < behind.pods.size();
         begin += kEndpointsMax, ++part) {
      Value endpoints = Value::array();
      const std::size_t end = std::min(begin + kEndpointsMax, behind.pods.size());
      for (std::size_t i = begin; i < end; ++i)
        endpoints.push_back(endpoint_of(service, behind.pods[i]));
      const std::string suffix =
          template_hash(behind.ports, static_cast<std::int64_t>(part)).substr(0, 5);
      const std::string name = fmt::format("{}-{}", service["metadata"]["name"].text(), suffix);
      Value metadata = metadata_of(service, name);
      metadata.edit("labels").set(kServiceLabel, service["metadata"]["name"]);
      metadata.edit("labels").set(kManagedBy, kOwnManager);
      metadata.set("ownerReferences", Value::array({owner_reference(service)}));
      const bool is_v6 = service["spec"]["ipFamilies"].at(0).text() == "IPv6";
      Value slice = Value::object({{"apiVersion", "discovery.k8s.io/v1"},
                                   {"kind", "EndpointSlice"},
                                   {"metadata", std::move(metadata)},
                                   {"addressType", is_v6 ? "IPv6" : "IPv4"},
                                   {"endpoints", std::move(endpoints)}});
      if (!behind.ports.empty()) slice.set("ports", behind.ports);
      slices.emplace(name, std::move(slice));
    }
  }
  return slices;
}

// Writes only what differs in the fields that are ours.
Result<> ensure(runtime::Reconcile& run, std::string_view resource, const Value& wanted,
                std::initializer_list<std::string_view> fields) {
  const object::Key key{std::string(resource), run.key().ns, wanted["metadata"]["name"].string()};
  const auto present = run.cluster().get(run.context(), key);
  if (!present && present.error().code != Code::NotFound) return fail(present.error());
  if (!present) {
    const auto created = run.cluster().create(run.context(), wanted, kManager);
    if (created || created.error().code == Code::AlreadyExists) return {};
    return fail(created.error());
  }
  Value next = (*present)->parse();
  for (const std::string_view field : fields) {
    if (wanted[field].empty()) {
      next.erase(field);
    } else {
      next.set(field, wanted[field]);
    }
  }
  next.edit("metadata").set("labels", wanted["metadata"]["labels"]);
  TRY(run.cluster().update(run.context(), next, kManager));  // the API knows when nothing differs
  return {};
}

class EndpointsController final : public runtime::Controller {
 public:
  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Value& service = run.document();
    if (run.object()->is_deleting() || !is_ours(service)) return Next::done();
    std::vector<Value> pods = TRY(list(run, kPods, run.key().ns));
    const auto selector = selector_of(service);
    std::erase_if(pods, [&](const Value& pod) {
      return !selector.matches_labels(pod["metadata"]["labels"]);
    });
    const std::vector<Behind> groups = group(service, pods);

    Value endpoints = Value::object({{"apiVersion", "v1"},
                                     {"kind", "Endpoints"},
                                     {"metadata", metadata_of(service, run.key().name)},
                                     {"subsets", subsets_of(service, groups)}});
    TRY(ensure(run, kEndpoints, endpoints, {"subsets"}));
    const auto slices = slices_of(service, groups);
    for (const auto& [name, slice] : slices) {
      TRY(ensure(run, kSlices, slice, {"endpoints", "ports"}));
    }
    TRY(remove_others(run, slices));
    return Next::done();
  }

  // Slices belong to the Service and go with it; Endpoints only have its name.
  Result<> reconcile_deleted(const Context& context, cluster::Cluster& cluster,
                             const object::Key& key) override {
    cluster::DeleteOptions options;
    options.caller = api::Caller::system(kManager);
    const auto removed =
        cluster.remove(context, {std::string(kEndpoints), key.ns, key.name}, options);
    if (removed || removed.error().code == Code::NotFound) return {};
    return fail(removed.error());
  }

 private:
  static Result<> remove_others(runtime::Reconcile& run,
                                const std::map<std::string, Value>& wanted) {
    cluster::ListOptions options;
    options.resource = kSlices;
    options.ns = run.key().ns;
    options.labels = TRY(selector::LabelSelector::parse(
        fmt::format("{}={},{}={}", kServiceLabel, run.key().name, kManagedBy, kOwnManager)));
    const auto listed = TRY(run.cluster().list(run.context(), options));
    for (const auto& slice : listed.objects) {
      if (!wanted.contains(std::string(slice->name()))) TRY(remove(run, kSlices, slice->parse()));
    }
    return {};
  }
};

// Services that choose this pod, or did before the change.
std::vector<object::Key> services_of(const store::Event& event, cluster::Cluster& cluster,
                                     Clock& clock) {
  std::vector<object::Key> keys;
  cluster::ListOptions options;
  options.resource = kServices;
  options.ns = event.object->ns();
  const auto services = cluster.list(Context(clock, std::chrono::seconds(5)), options);
  if (!services) return keys;
  const auto chooses = [](const selector::LabelSelector& selector, const object::ObjectRef& pod) {
    return pod && selector.matches([&](std::string_view name) { return pod->label(name); });
  };
  for (const auto& service : services->objects) {
    const auto selector = selector_of(service->parse());
    if (chooses(selector, event.object) || chooses(selector, event.previous)) {
      keys.push_back(service->key());
    }
  }
  return keys;
}

}  // namespace

void add_endpoints(runtime::Mount& mount) {
  runtime::ControllerOptions options;
  options.name = "endpoints";
  options.component = "endpoint-slice-controller";
  options.resource = kServices;
  options.reports_ready = false;
  options.sees_deleted = true;
  options.watches.push_back(
      {.resource = std::string(kPods),
       .keys = [&cluster = mount.local, &clock = mount.clock](
                   const store::Event& event) { return services_of(event, cluster, clock); },
       .all_keys = {}});
  mount.controllers.add(std::move(options), std::make_unique<EndpointsController>());
}

}  // namespace gp::workloads
