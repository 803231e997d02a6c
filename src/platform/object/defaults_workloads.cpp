// Pods and what makes them.

#include "platform/object/defaults_of_types.hpp"

namespace gp::object {
namespace {

// "nginx", "nginx:latest" and "host:5000/nginx" follow a moving tag; anything pinned does not.
bool is_latest(std::string_view image) {
  if (image.contains('@')) return false;
  const std::size_t slash = image.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? image : image.substr(slash + 1);
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos || name.substr(colon + 1) == "latest";
}

// On the host's network a port is the same inside and outside.
void default_host_ports(Value& spec, std::string_view list) {
  if (!spec[list].is_array()) return;
  Value& containers = spec.edit(list);
  for (std::size_t i = 0; i < containers.size(); ++i) {
    if (containers.at(i)["ports"].empty()) continue;
    Value& ports = containers.item(i).edit("ports");
    for (std::size_t j = 0; j < ports.size(); ++j) {
      Value& port = ports.item(j);
      if (port["hostPort"].integer() == 0) port.set("hostPort", port["containerPort"]);
    }
  }
}

// A limit without a request asks for what it allows.
void default_requests(Value& spec, std::string_view list) {
  if (!spec[list].is_array()) return;
  Value& containers = spec.edit(list);
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Value limits = containers.at(i)["resources"]["limits"];
    for (const Value::Member& limit : limits.members()) {
      Value& requests = containers.item(i).edit("resources").edit("requests");
      if (!requests.contains(limit.key())) requests.set(limit.key(), limit.value);
    }
  }
}

}  // namespace

void set_if_unset(Value& object, std::string_view name, const Value& value) {
  const Value& present = object[name];
  if (present.is_null() || (present.is_string() && present.empty())) object.set(name, value);
}

void default_container(Value& container) {
  set_if_unset(container, "imagePullPolicy",
               is_latest(container["image"].text()) ? "Always" : "IfNotPresent");
}

void default_pod_spec(Value& spec) {
  if (spec["hostNetwork"].boolean()) {
    default_host_ports(spec, "containers");
    default_host_ports(spec, "initContainers");
  }
  // The old name of the field follows the new one, and stands in for it.
  if (spec["serviceAccountName"].empty() && !spec["serviceAccount"].empty()) {
    spec.set("serviceAccountName", spec["serviceAccount"]);
  } else if (!spec["serviceAccountName"].empty()) {
    spec.set("serviceAccount", spec["serviceAccountName"]);
  }
}

void default_pod(Value& pod) {
  Value& spec = pod.edit("spec");
  default_requests(spec, "containers");
  default_requests(spec, "initContainers");
  set_if_unset(spec, "enableServiceLinks", true);
}

void default_replication_controller(Value& controller) {
  const Value labels = controller["spec"]["template"]["metadata"]["labels"];
  if (labels.empty()) return;
  if (controller["spec"]["selector"].empty()) controller.edit("spec").set("selector", labels);
  if (controller["metadata"]["labels"].empty()) controller.edit("metadata").set("labels", labels);
}

void default_deployment_spec(Value& spec) {
  Value& strategy = spec.edit("strategy");
  set_if_unset(strategy, "type", "RollingUpdate");
  if (strategy["type"].text() != "RollingUpdate") return;
  Value& rolling = strategy.edit("rollingUpdate");
  set_if_unset(rolling, "maxUnavailable", "25%");
  set_if_unset(rolling, "maxSurge", "25%");
}

void default_daemon_set_spec(Value& spec) {
  Value& strategy = spec.edit("updateStrategy");
  set_if_unset(strategy, "type", "RollingUpdate");
  if (strategy["type"].text() != "RollingUpdate") return;
  Value& rolling = strategy.edit("rollingUpdate");
  set_if_unset(rolling, "maxUnavailable", 1);
  set_if_unset(rolling, "maxSurge", 0);
}

void default_stateful_set_spec(Value& spec) {
  Value& strategy = spec.edit("updateStrategy");
  set_if_unset(strategy, "type", "RollingUpdate");
  if (strategy["type"].text() == "RollingUpdate") {
    set_if_unset(strategy.edit("rollingUpdate"), "partition", 0);
  }
  Value& retention = spec.edit("persistentVolumeClaimRetentionPolicy");
  set_if_unset(retention, "whenDeleted", "Retain");
  set_if_unset(retention, "whenScaled", "Retain");
  if (spec["volumeClaimTemplates"].empty()) return;
  Value& claims = spec.edit("volumeClaimTemplates");
  for (std::size_t i = 0; i < claims.size(); ++i) {
    claims.item(i).set("apiVersion", "v1");
    claims.item(i).set("kind", "PersistentVolumeClaim");
  }
}

void default_job(Value& job) {
  Value& spec = job.edit("spec");
  if (spec["completions"].is_null() && spec["parallelism"].is_null()) spec.set("completions", 1);
  set_if_unset(spec, "parallelism", 1);
  set_if_unset(spec, "backoffLimit", spec["backoffLimitPerIndex"].is_null() ? 6 : 2147483647);
  set_if_unset(spec, "completionMode", "NonIndexed");
  set_if_unset(spec, "suspend", false);
  set_if_unset(spec, "manualSelector", false);
  set_if_unset(spec, "podReplacementPolicy",
               spec["podFailurePolicy"].is_null() ? "TerminatingOrFailed" : "Failed");
  const Value labels = spec["template"]["metadata"]["labels"];
  if (!labels.empty() && job["metadata"]["labels"].empty()) {
    job.edit("metadata").set("labels", labels);
  }
}

}  // namespace gp::object
