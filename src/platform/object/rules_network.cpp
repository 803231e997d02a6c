// Services, ingresses, network policies.

#include <set>

#include "engine/selector/names.hpp"
#include "platform/object/rules_builtin.hpp"
#include "platform/object/rules_pods.hpp"

namespace gp::object {
namespace {

// Dotted decimals or colons: whether it is really an address is for those who would route to it.
bool looks_like_address(std::string_view text) {
  const bool is_six = text.contains(':');
  return !text.empty() &&
         text.find_first_not_of(is_six ? "0123456789abcdefABCDEF:." : "0123456789.") == text.npos &&
         (is_six || std::ranges::count(text, '.') == 3);
}

void check_service_port(const Value& port, const std::string& path, bool is_only,
                        bool has_node_ports, std::set<std::string>& names, Report& report) {
  const Value& name = port["name"];
  if (name.empty()) {
    if (!is_only) report.required(child(path, "name"));
  } else {
    report.invalid_all(child(path, "name"), name, selector::dns_label_errors(name.text()));
    if (!names.insert(name.string()).second) report.duplicate(child(path, "name"), name);
  }
  check_port_number(port["port"], child(path, "port"), report);
  check_port_reference(port["targetPort"], child(path, "targetPort"), report);
  const Value& node_port = port["nodePort"];
  if (node_port.integer() == 0) return;
  if (!has_node_ports) {
    report.forbidden(child(path, "nodePort"), "may not be used when `type` is 'ClusterIP'");
  } else if (node_port.integer() < 30000 || node_port.integer() > 32767) {
    report.invalid(child(path, "nodePort"), node_port,
                   "provided port is not in the valid range. The range of valid ports is "
                   "30000-32767");
  }
}

void check_service_ports(const Value& spec, Report& report) {
  const std::string_view type = spec["type"].text();
  const Value& ports = spec["ports"];
  if (ports.empty() && type != "ExternalName" && spec["clusterIP"].text() != "None") {
    report.required("spec.ports");
  }
  std::set<std::string> names;
  std::set<std::pair<std::int64_t, std::string>> numbers;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const Value& port = ports.at(i);
    check_service_port(port, element("spec.ports", i), ports.size() == 1,
                       type == "NodePort" || type == "LoadBalancer", names, report);
    if (!numbers.emplace(port["port"].integer(), port["protocol"].string()).second) {
      report.duplicate(element("spec.ports", i), port);
    }
  }
}

void check_addresses(const Value& spec, const Value* before, Report& report) {
  const Value& address = spec["clusterIP"];
  if (!address.empty() && address.text() != "None" && !looks_like_address(address.text())) {
    report.invalid("spec.clusterIPs[0]", address,
                   "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
  }
  if (before == nullptr) return;
  const Value& then = (*before)["spec"];
  const bool was_inside = then["type"].text() != "ExternalName";
  const bool is_inside = spec["type"].text() != "ExternalName";
  if (was_inside && is_inside && !then["clusterIP"].empty() && address != then["clusterIP"]) {
    report.invalid_printed("spec.clusterIPs[0]", fmt::format("[]string{{\"{}\"}}", address.text()),
                           "may not change once set");
  }
}

void check_backend(const Value& backend, const std::string& path, Report& report) {
  const Value& service = backend["service"];
  if (service.is_null() && backend["resource"].is_null()) {
    report.required(path, "resource or service backend is required");
    return;
  }
  if (!service.is_null() && !backend["resource"].is_null()) {
    report.invalid(path, "", "cannot set both resource and service backends");
    return;
  }
  if (service.is_null()) return;
  const std::string at = child(path, "service");
  if (service["name"].empty()) {
    report.required(child(at, "name"));
  } else {
    report.invalid_all(child(at, "name"), service["name"],
                       selector::dns1035_label_errors(service["name"].text()));
  }
  const Value& port = service["port"];
  const bool has_number = port["number"].integer() != 0;
  if (port["name"].empty() && !has_number) {
    report.required(at, "port name or number is required");
  } else if (has_number && !port["name"].empty()) {
    report.invalid(at, "", "cannot set both port name & port number");
  } else if (has_number) {
    check_port_number(port["number"], child(at, "port.number"), report);
  }
}

void check_host(const Value& host, const std::string& path, Report& report) {
  if (host.empty()) return;
  std::string_view name = host.text();
  if (name.starts_with("*.")) {
    name.remove_prefix(2);
  } else if (name.contains('*')) {
    report.invalid(path, host,
                   "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS "
                   "subdomain, which must consist of lower case alphanumeric characters, '-' or "
                   "'.' and end with an alphanumeric character");
    return;
  }
  report.invalid_all(path, host, selector::dns_subdomain_errors(name));
}

void check_paths(const Value& paths, const std::string& path, Report& report) {
  if (paths.empty()) report.required(path);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Value& entry = paths.at(i);
    const std::string at = element(path, i);
    const std::string_view type = entry["pathType"].text();
    if (entry["pathType"].empty()) {
      report.required(child(at, "pathType"), "pathType must be specified");
    } else if ((type == "Exact" || type == "Prefix") && !entry["path"].text().starts_with('/')) {
      report.invalid(child(at, "path"), entry["path"].is_null() ? Value("") : entry["path"],
                     "must be an absolute path");
    }
    check_backend(entry["backend"], child(at, "backend"), report);
  }
}

}  // namespace

void check_service(const Value& object, const Value* before, Report& report) {
  const Value& spec = object["spec"];
  check_service_ports(spec, report);
  check_label_map(spec["selector"], "spec.selector", report);
  check_addresses(spec, before, report);
  if (spec["type"].text() == "ExternalName") {
    if (spec["externalName"].empty()) {
      report.required("spec.externalName");
    } else {
      report.invalid_all("spec.externalName", spec["externalName"],
                         selector::dns_subdomain_errors(spec["externalName"].text()));
    }
    if (!spec["clusterIP"].empty() && spec["clusterIP"].text() != "None") {
      report.forbidden("spec.clusterIPs[0]", "may not be set for ExternalName services");
    }
  }
}

void check_ingress(const Value& object, const Value* /*before*/, Report& report) {
  const Value& spec = object["spec"];
  const Value& rules = spec["rules"];
  if (rules.empty() && spec["defaultBackend"].is_null()) {
    report.invalid_printed("spec", "[]networking.IngressRule(nil)",
                           "either `defaultBackend` or `rules` must be specified");
  }
  if (!spec["defaultBackend"].is_null()) {
    check_backend(spec["defaultBackend"], "spec.defaultBackend", report);
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string at = element("spec.rules", i);
    check_host(rules.at(i)["host"], child(at, "host"), report);
    const Value& http = rules.at(i)["http"];
    if (!http.is_null()) check_paths(http["paths"], child(at, "http.paths"), report);
  }
  for (std::size_t i = 0; i < spec["tls"].size(); ++i) {
    const Value& hosts = spec["tls"].at(i)["hosts"];
    for (std::size_t j = 0; j < hosts.size(); ++j) {
      check_host(hosts.at(j), element(child(element("spec.tls", i), "hosts"), j), report);
    }
  }
}

void check_network_policy(const Value& object, const Value* /*before*/, Report& report) {
  const Value& spec = object["spec"];
  check_selector(spec["podSelector"], "spec.podSelector", report);
  for (const std::string_view list : {"ingress", "egress"}) {
    const std::string_view peers = list == "ingress" ? "from" : "to";
    for (std::size_t i = 0; i < spec[list].size(); ++i) {
      const Value& rule = spec[list].at(i);
      const std::string at = element(child("spec", list), i);
      for (std::size_t j = 0; j < rule[peers].size(); ++j) {
        const Value& peer = rule[peers].at(j);
        const std::string peer_at = element(child(at, peers), j);
        if (peer.empty()) report.required(peer_at, "must specify a peer");
        if (!peer["ipBlock"].is_null() && peer.size() > 1) {
          report.forbidden(peer_at, "may not specify both ipBlock and another peer");
        }
      }
      for (std::size_t j = 0; j < rule["ports"].size(); ++j) {
        const Value& port = rule["ports"].at(j)["port"];
        if (!port.is_null()) {
          check_port_reference(port, child(element(child(at, "ports"), j), "port"), report);
        }
      }
    }
  }
}

}  // namespace gp::object
