// Tables of services, endpoints, ingresses and policies.

#include <algorithm>

#include "platform/object/columns.hpp"
#include "platform/object/columns_builtin.hpp"

namespace gp::object {
namespace {

// Long lists are cut: "a,b,c + 2 more...".
std::string some_of(const std::vector<std::string>& words, std::size_t most) {
  if (words.empty()) return "<none>";
  if (words.size() <= most) return joined(words);
  const std::vector<std::string> first(words.begin(),
                                       words.begin() + static_cast<std::ptrdiff_t>(most));
  return fmt::format("{} + {} more...", joined(first), words.size() - most);
}

std::vector<std::string> balancer_addresses(const Value& object) {
  std::vector<std::string> words;
  for (const Value& ingress : object["status"]["loadBalancer"]["ingress"].items()) {
    words.push_back(ingress["ip"].empty() ? ingress["hostname"].string() : ingress["ip"].string());
  }
  return words;
}

Value service_outside(const Value& service, TimePoint) {
  const Value& spec = service["spec"];
  const std::string_view type = spec["type"].text();
  std::vector<std::string> words;
  for (const Value& address : spec["externalIPs"].items()) words.push_back(address.string());
  if (type == "ExternalName") return or_none(spec["externalName"]);
  if (type != "LoadBalancer") return joined(words);
  std::vector<std::string> balanced = balancer_addresses(service);
  if (balanced.empty() && words.empty()) return "<pending>";
  balanced.insert(balanced.end(), words.begin(), words.end());
  return joined(balanced);
}

Value service_ports(const Value& service, TimePoint) {
  std::vector<std::string> words;
  for (const Value& port : service["spec"]["ports"].items()) {
    const std::string_view protocol = port["protocol"].text("TCP");
    if (port["nodePort"].integer() != 0) {
      words.push_back(
          fmt::format("{}:{}/{}", port["port"].integer(), port["nodePort"].integer(), protocol));
    } else {
      words.push_back(fmt::format("{}/{}", port["port"].integer(), protocol));
    }
  }
  return joined(words);
}

std::vector<Column> service_columns() {
  return {text_column("Type", "Who can reach it.",
                      [](const Value& object, TimePoint) { return object["spec"]["type"]; }),
          text_column(
              "Cluster-IP", "Its address inside.",
              [](const Value& object, TimePoint) { return or_none(object["spec"]["clusterIP"]); }),
          text_column("External-IP", "Its addresses outside.", service_outside),
          text_column("Port(s)", "Its ports.", service_ports),
          age_last(),
          text_column(
              "Selector", "Which pods answer.",
              [](const Value& object, TimePoint) {
                return Value(labels_text(object["spec"]["selector"]));
              },
              1)};
}

Value endpoints_text(const Value& endpoints, TimePoint) {
  std::vector<std::string> words;
  for (const Value& subset : endpoints["subsets"].items()) {
    for (const Value& address : subset["addresses"].items()) {
      if (subset["ports"].empty()) words.push_back(address["ip"].string());
      for (const Value& port : subset["ports"].items()) {
        words.push_back(fmt::format("{}:{}", address["ip"].text(), port["port"].integer()));
      }
    }
  }
  return some_of(words, 3);
}

Value slice_ports(const Value& slice, TimePoint) {
  std::vector<std::string> words;
  for (const Value& port : slice["ports"].items()) {
    words.push_back(port["port"].is_null() ? "*" : std::to_string(port["port"].integer()));
  }
  return words.empty() ? Value("<unset>") : Value(some_of(words, 3));
}

Value slice_endpoints(const Value& slice, TimePoint) {
  std::vector<std::string> words;
  for (const Value& endpoint : slice["endpoints"].items()) {
    for (const Value& address : endpoint["addresses"].items()) words.push_back(address.string());
  }
  return words.empty() ? Value("<unset>") : Value(some_of(words, 3));
}

Value ingress_class(const Value& ingress, TimePoint) {
  const Value& name = ingress["spec"]["ingressClassName"];
  if (!name.empty()) return name;
  return or_none(ingress["metadata"]["annotations"]["kubernetes.io/ingress.class"]);
}

Value ingress_hosts(const Value& ingress, TimePoint) {
  std::vector<std::string> words;
  for (const Value& rule : ingress["spec"]["rules"].items()) {
    if (!rule["host"].empty()) words.push_back(rule["host"].string());
  }
  return words.empty() ? Value("*") : Value(some_of(words, 3));
}

}  // namespace

std::vector<Column> network_columns(std::string_view kind) {
  if (kind == "Service") return service_columns();
  if (kind == "Endpoints") {
    return {text_column("Endpoints", "Addresses that answer.", endpoints_text), age_last()};
  }
  if (kind == "EndpointSlice") {
    return {text_column("AddressType", "IPv4, IPv6 or names.",
                        [](const Value& object, TimePoint) { return object["addressType"]; }),
            text_column("Ports", "Ports that answer.", slice_ports),
            text_column("Endpoints", "Addresses that answer.", slice_endpoints), age_last()};
  }
  if (kind == "Ingress") {
    return {text_column("Class", "Who carries it out.", ingress_class),
            text_column("Hosts", "Names it answers to.", ingress_hosts),
            text_column("Address", "Where it can be reached.",
                        [](const Value& object, TimePoint) {
                          return Value(joined(balancer_addresses(object), ""));
                        }),
            text_column("Ports", "80, and 443 with TLS.",
                        [](const Value& object, TimePoint) {
                          return Value(object["spec"]["tls"].empty() ? "80" : "80, 443");
                        }),
            age_last()};
  }
  if (kind == "IngressClass") {
    return {
        text_column("Controller", "Who carries its ingresses out.",
                    [](const Value& object, TimePoint) { return object["spec"]["controller"]; }),
        text_column("Parameters", "Where its settings are.",
                    [](const Value& object, TimePoint) {
                      const Value& to = object["spec"]["parameters"];
                      if (to.is_null()) return Value("<none>");
                      const std::string_view group = to["apiGroup"].text();
                      return Value(fmt::format("{}{}{}/{}", to["kind"].text(),
                                               group.empty() ? "" : ".", group, to["name"].text()));
                    }),
        age_last()};
  }
  if (kind == "NetworkPolicy") {
    return {text_column("Pod-Selector", "Which pods it is about.",
                        [](const Value& object, TimePoint) {
                          return Value(selector_text(object["spec"]["podSelector"]));
                        }),
            age_last()};
  }
  return {};
}

}  // namespace gp::object
