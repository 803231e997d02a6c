#include "platform/object/rules_pods.hpp"

#include <set>

#include "engine/selector/names.hpp"
#include "platform/object/quantity.hpp"
#include "platform/object/rules_builtin.hpp"
#include "platform/object/types.hpp"

namespace gp::object {
namespace {

using Names = std::set<std::string, std::less<>>;

void check_env(const Value& env, const std::string& path, Report& report) {
  for (std::size_t i = 0; i < env.size(); ++i) {
    const Value& variable = env.at(i);
    const std::string at = element(path, i);
    if (variable["name"].empty()) {
      report.required(child(at, "name"));
    } else if (variable["name"].text().contains('=')) {
      report.invalid(child(at, "name"), variable["name"],
                     "a valid environment variable name must consist only of printable ASCII "
                     "characters other than '='");
    }
    if (!variable["valueFrom"].is_null() && !variable["value"].empty()) {
      report.invalid(child(at, "valueFrom"), "", "may not be specified when `value` is not empty");
    }
  }
}

void check_ports(const Value& ports, const std::string& path, Report& report) {
  Names names;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const Value& port = ports.at(i);
    const std::string at = element(path, i);
    if (const Value& name = port["name"]; !name.empty()) {
      check_port_reference(name, child(at, "name"), report);
      if (!names.insert(name.string()).second) report.duplicate(child(at, "name"), name);
    }
    if (port["containerPort"].integer() == 0) {
      report.required(child(at, "containerPort"));
    } else {
      check_port_number(port["containerPort"], child(at, "containerPort"), report);
    }
    if (port["hostPort"].integer() != 0) {
      check_port_number(port["hostPort"], child(at, "hostPort"), report);
    }
  }
}

void check_mounts(const Value& mounts, const Names& volumes, const std::string& path,
                  Report& report) {
  Names paths;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const Value& mount = mounts.at(i);
    const std::string at = element(path, i);
    if (mount["name"].empty()) {
      report.required(child(at, "name"));
    } else if (!volumes.contains(mount["name"].text())) {
      report.not_found(child(at, "name"), mount["name"]);
    }
    const Value& mount_path = mount["mountPath"];
    if (mount_path.empty()) {
      report.required(child(at, "mountPath"));
    } else if (!paths.insert(mount_path.string()).second) {
      report.invalid(child(at, "mountPath"), mount_path, "must be unique");
    }
  }
}

void check_amount(const Value& text, const std::string& path, Report& report) {
  const auto amount = Quantity::parse(text.text());
  if (amount && amount->is_negative()) {
    report.invalid(path, text, "must be greater than or equal to 0");
  }
}

void check_resources(const Value& resources, const std::string& path, Report& report) {
  for (const Value::Member& limit : resources["limits"].members()) {
    check_amount(limit.value, key_of(child(path, "limits"), limit.key()), report);
  }
  for (const Value::Member& request : resources["requests"].members()) {
    check_amount(request.value, key_of(child(path, "requests"), request.key()), report);
    const Value& limit = resources["limits"][request.key()];
    const auto wanted = Quantity::parse(request.value.text());
    const auto allowed = Quantity::parse(limit.text());
    if (wanted && allowed && *wanted > *allowed) {
      report.invalid(
          child(path, "requests"), request.value,
          fmt::format("must be less than or equal to {} limit of {}", request.key(), limit.text()));
    }
  }
}

void check_probe(const Value& probe, const std::string& path, Report& report) {
  if (probe.is_null()) return;
  int handlers = 0;
  for (const std::string_view name : {"exec", "httpGet", "tcpSocket", "grpc"}) {
    if (probe[name].is_null()) continue;
    if (++handlers > 1) {
      report.forbidden(child(path, name), "may not specify more than 1 handler type");
    }
  }
  if (handlers == 0) report.required(path, "must specify a handler type");
  for (const std::string_view name : {"httpGet", "tcpSocket"}) {
    if (!probe[name].is_null()) {
      check_port_reference(probe[name]["port"], child(child(path, name), "port"), report);
    }
  }
  for (const std::string_view name : {"initialDelaySeconds", "timeoutSeconds", "periodSeconds",
                                      "successThreshold", "failureThreshold"}) {
    check_not_negative(probe[name], child(path, name), report);
  }
}

void check_container(const Value& container, const Names& volumes, const std::string& path,
                     Report& report) {
  const Value& image = container["image"];
  if (image.empty()) {
    report.required(child(path, "image"));
  } else if (image.text().front() == ' ' || image.text().back() == ' ') {
    report.invalid(child(path, "image"), image, "must not have leading or trailing whitespace");
  }
  check_ports(container["ports"], child(path, "ports"), report);
  check_env(container["env"], child(path, "env"), report);
  check_mounts(container["volumeMounts"], volumes, child(path, "volumeMounts"), report);
  check_resources(container["resources"], child(path, "resources"), report);
  for (const std::string_view probe : {"livenessProbe", "readinessProbe", "startupProbe"}) {
    check_probe(container[probe], child(path, probe), report);
  }
}

void check_containers(const Value& containers, const Names& volumes, Names& names,
                      const std::string& path, Report& report) {
  for (std::size_t i = 0; i < containers.size(); ++i) {
    const Value& container = containers.at(i);
    const std::string at = element(path, i);
    check_dns_label(container["name"], child(at, "name"), report);
    if (!container["name"].empty() && !names.insert(container["name"].string()).second) {
      report.duplicate(child(at, "name"), container["name"]);
    }
    check_container(container, volumes, at, report);
  }
}

Names check_volumes(const Value& volumes, const std::string& path, Report& report) {
  Names names;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const Value& volume = volumes.at(i);
    const std::string at = element(path, i);
    check_dns_label(volume["name"], child(at, "name"), report);
    if (!volume["name"].empty() && !names.insert(volume["name"].string()).second) {
      report.duplicate(child(at, "name"), volume["name"]);
    }
    const std::size_t sources = volume.size() - (volume.contains("name") ? 1 : 0);
    if (sources == 0) report.required(at, "must specify a volume type");
    std::size_t seen = 0;
    for (const Value::Member& member : volume.members()) {
      if (member.key() == "name" || ++seen < 2) continue;
      report.forbidden(child(at, member.key()), "may not specify more than 1 volume type");
    }
  }
  return names;
}

// Everything but what a running pod lets be changed.
Value frozen_part(const Value& spec) {
  Value frozen = spec;
  for (const std::string_view name :
       {"activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"}) {
    frozen.erase(name);
  }
  for (const std::string_view list : {"containers", "initContainers"}) {
    if (!frozen[list].is_array()) continue;
    Value& containers = frozen.edit(list);
    for (std::size_t i = 0; i < containers.size(); ++i) containers.item(i).erase("image");
  }
  for (const std::string_view drawn : {"nodeName", "ephemeralContainers", "schedulingGates"}) {
    frozen.erase(drawn);
  }
  return frozen;
}

}  // namespace

void check_pod_spec(const Value& spec, const std::string& path, Report& report) {
  const Names volumes = check_volumes(spec["volumes"], child(path, "volumes"), report);
  Names names;
  if (spec["containers"].empty()) report.required(child(path, "containers"));
  check_containers(spec["containers"], volumes, names, child(path, "containers"), report);
  check_containers(spec["initContainers"], volumes, names, child(path, "initContainers"), report);
  check_containers(spec["ephemeralContainers"], volumes, names, child(path, "ephemeralContainers"),
                   report);
  check_label_map(spec["nodeSelector"], child(path, "nodeSelector"), report);
  check_not_negative(spec["terminationGracePeriodSeconds"],
                     child(path, "terminationGracePeriodSeconds"), report);
  if (const Value& account = spec["serviceAccountName"]; !account.empty()) {
    report.invalid_all(child(path, "serviceAccountName"), account,
                       selector::dns_subdomain_errors(account.text()));
  }
}

void check_pod_template(const Value& pod, const std::string& path, Report& report) {
  check_label_map(pod["metadata"]["labels"], child(path, "labels"), report);
  check_pod_spec(pod["spec"], child(path, "spec"), report);
}

void check_pod(const Value& object, const Value* before, Report& report) {
  check_pod_spec(object["spec"], "spec", report);
  if (before == nullptr) return;
  if (frozen_part(object["spec"]) != frozen_part((*before)["spec"])) {
    report.forbidden(
        "spec",
        "pod updates may not change fields other than "
        "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
        "`spec.tolerations` (only additions to existing tolerations),"
        "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously "
        "negative)");
  }
}

}  // namespace gp::object
