// What the API server's strategies do to built-in kinds before they are stored.

#include <algorithm>
#include <array>

#include "base/digest.hpp"
#include "platform/object/defaults_builtin.hpp"
#include "platform/object/defaults_of_types.hpp"
#include "platform/object/quantity.hpp"

namespace gp::object {
namespace {

// Addresses of Services that nothing routes to: drawn from the object's name, so that they need no
// ledger. Two Services may share one; no controller of the platform minds.
std::uint32_t drawn_number(const Value& object, std::string_view salt) {
  const std::string seed = fmt::format("{}/{}/{}", object["metadata"]["namespace"].text(),
                                       object["metadata"]["name"].text(), salt);
  const std::string digest = sha256(seed);
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8U | static_cast<unsigned char>(digest[i]);
  }
  return number;
}

// 10.96.0.10 to 10.111.255.250, as kubeadm's default range.
std::string drawn_address(const Value& service) {
  const std::uint32_t number = drawn_number(service, "address");
  return fmt::format("10.{}.{}.{}", 96 + number % 16, number / 16 % 256, 10 + number / 4096 % 241);
}

std::int64_t drawn_node_port(const Value& service, std::string_view port) {
  return 30000 + drawn_number(service, port) % 2768;
}

void give_node_ports(Value& service) {
  if (!service["spec"]["ports"].is_array()) return;
  Value ports = service["spec"]["ports"];
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (ports.at(i)["nodePort"].integer() != 0) continue;
    const std::string label = fmt::format("{}/{}", ports.at(i)["port"].integer(), i);
    ports.item(i).set("nodePort", drawn_node_port(service, label));
  }
  service.edit("spec").set("ports", std::move(ports));
}

// A port that was there before keeps its number on the node.
void keep_node_ports(Value& service, const Value& before) {
  if (!service["spec"]["ports"].is_array()) return;
  Value& ports = service.edit("spec").edit("ports");
  for (std::size_t i = 0; i < ports.size(); ++i) {
    if (ports.at(i)["nodePort"].integer() != 0) continue;
    for (const Value& old : before["spec"]["ports"].items()) {
      if (old["port"] == ports.at(i)["port"] && old["protocol"] == ports.at(i)["protocol"] &&
          old["nodePort"].integer() != 0) {
        ports.item(i).set("nodePort", old["nodePort"]);
      }
    }
  }
}

void prepare_service(Value& service, const Value* before) {
  const std::string type = service["spec"]["type"].string();
  if (type == "ExternalName") return;
  Value& spec = service.edit("spec");
  if (before != nullptr && (*before)["spec"]["type"].text() != "ExternalName") {
    for (const std::string_view name :
         {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"}) {
      if (spec[name].empty() && !(*before)["spec"][name].empty()) {
        spec.set(name, (*before)["spec"][name]);
      }
    }
    if (type != "ClusterIP") keep_node_ports(service, *before);
  }
  Value& filled = service.edit("spec");
  set_if_unset(filled, "clusterIP", drawn_address(service));
  if (filled["clusterIPs"].empty()) filled.set("clusterIPs", Value::array({filled["clusterIP"]}));
  if (filled["ipFamilies"].empty()) {
    const bool is_six = filled["clusterIP"].text().contains(':');
    filled.set("ipFamilies", Value::array({is_six ? "IPv6" : "IPv4"}));
  }
  set_if_unset(filled, "ipFamilyPolicy", "SingleStack");
  const bool needs_ports =
      type == "NodePort" ||
      (type == "LoadBalancer" && filled["allocateLoadBalancerNodePorts"].boolean(true));
  if (needs_ports) give_node_ports(service);
}

void prepare_job(Value& job) {
  if (job["spec"]["manualSelector"].boolean()) return;
  const Value uid = job["metadata"]["uid"];
  const Value name = job["metadata"]["name"];
  if (uid.empty()) return;
  Value& labels = job.edit("spec").edit("template").edit("metadata").edit("labels");
  labels.set("batch.kubernetes.io/controller-uid", uid);
  labels.set("batch.kubernetes.io/job-name", name);
  labels.set("controller-uid", uid);
  labels.set("job-name", name);
  const Value all = labels;
  job.edit("spec")
      .edit("selector")
      .edit("matchLabels")
      .set("batch.kubernetes.io/controller-uid", uid);
  if (job["metadata"]["labels"].empty()) job.edit("metadata").set("labels", all);
}

std::string_view quality_of(const Value& spec) {
  bool asks = false;
  bool is_guaranteed = true;
  for (const std::string_view list : {"containers", "initContainers"}) {
    for (const Value& container : spec[list].items()) {
      const Value& limits = container["resources"]["limits"];
      const Value& requests = container["resources"]["requests"];
      asks = asks || !limits.empty() || !requests.empty();
      for (const std::string_view name : {"cpu", "memory"}) {
        is_guaranteed = is_guaranteed && !limits[name].empty() &&
                        (requests[name].empty() || requests[name] == limits[name]);
      }
    }
  }
  if (!asks) return "BestEffort";
  return is_guaranteed ? "Guaranteed" : "Burstable";
}

// A pod's toleration of nodes that are away for a moment.
void tolerate(Value& spec, std::string_view key) {
  for (const Value& present : spec["tolerations"].items()) {
    if (present["key"].text() == key || present["key"].empty()) return;
  }
  spec.edit("tolerations")
      .push_back(Value::object({{"effect", "NoExecute"},
                                {"key", key},
                                {"operator", "Exists"},
                                {"tolerationSeconds", 300}}));
}

void prepare_pod(Value& pod) {
  Value& spec = pod.edit("spec");
  set_if_unset(spec, "serviceAccountName", "default");
  set_if_unset(spec, "serviceAccount", spec["serviceAccountName"]);
  set_if_unset(spec, "priority", 0);
  set_if_unset(spec, "preemptionPolicy", "PreemptLowerPriority");
  tolerate(spec, "node.kubernetes.io/not-ready");
  tolerate(spec, "node.kubernetes.io/unreachable");
  const std::string_view quality = quality_of(spec);
  Value& status = pod.edit("status");
  status.set("phase", "Pending");
  status.set("qosClass", quality);
}

// The version that objects are stored in joins those that they were stored in before.
void prepare_definition(Value& definition) {
  Value stored = definition["status"]["storedVersions"];
  if (!stored.is_array()) stored = Value::array();
  for (const Value& version : definition["spec"]["versions"].items()) {
    if (!version["storage"].boolean()) continue;
    const auto known = stored.items();
    const bool is_known = std::ranges::find(known, version["name"]) != known.end();
    if (!is_known) stored.push_back(version["name"]);
  }
  definition.edit("status").set("storedVersions", std::move(stored));
}

}  // namespace

void prepare_builtin(const Kind& kind, Value& object, const Value* before) {
  if (kind.group.empty() && kind.kind == "Service") {
    prepare_service(object, before);
    return;
  }
  if (kind.kind == "CustomResourceDefinition") prepare_definition(object);
  if (before != nullptr) return;
  if (kind.kind == "Pod") {
    prepare_pod(object);
  } else if (kind.kind == "Job") {
    prepare_job(object);
  } else if (kind.kind == "PersistentVolumeClaim" || kind.kind == "PersistentVolume") {
    object.edit("status").set("phase", "Pending");
  }
}

}  // namespace gp::object
