// Services, policies, autoscalers, definitions.

#include "base/text.hpp"
#include "platform/object/defaults_of_types.hpp"

namespace gp::object {
namespace {

constexpr std::string_view kRbac = "rbac.authorization.k8s.io";

void fill_from(Value& item, std::string_view name, const Value& source) {
  for (const Value::Member& member : source.members()) {
    Value& map = item.edit(name);
    if (!map.contains(member.key())) map.set(member.key(), member.value);
  }
}

Value scaling_policy(std::string_view type, int value) {
  return Value::object({{"type", type}, {"value", value}, {"periodSeconds", 15}});
}

void default_scaling_rules(Value& rules, Value policies) {
  set_if_unset(rules, "selectPolicy", "Max");
  if (rules["policies"].empty()) rules.set("policies", std::move(policies));
}

}  // namespace

void default_service_spec(Value& spec) {
  const std::string type = spec["type"].string();
  if (spec["sessionAffinity"].text() == "ClientIP") {
    set_if_unset(spec.edit("sessionAffinityConfig").edit("clientIP"), "timeoutSeconds", 10800);
  }
  if (spec["ports"].is_array()) {
    Value& ports = spec.edit("ports");
    for (std::size_t i = 0; i < ports.size(); ++i) {
      Value& port = ports.item(i);
      const Value& target = port["targetPort"];
      const bool is_unset = target.is_string() ? target.empty() : target.integer() == 0;
      if (is_unset) port.set("targetPort", port["port"]);
    }
  }
  const bool is_outside = type == "NodePort" || type == "LoadBalancer";
  if (is_outside || !spec["externalIPs"].empty()) {
    set_if_unset(spec, "externalTrafficPolicy", "Cluster");
  }
  if (type != "ExternalName") set_if_unset(spec, "internalTrafficPolicy", "Cluster");
  if (type == "LoadBalancer") set_if_unset(spec, "allocateLoadBalancerNodePorts", true);
}

void default_pending(Value& volume) {
  set_if_unset(volume.edit("status"), "phase", "Pending");
}

void default_limit_range_item(Value& item) {
  if (item["type"].text() != "Container") return;
  const Value most = item["max"];
  fill_from(item, "default", most);
  const Value usual = item["default"];
  fill_from(item, "defaultRequest", usual);
  const Value least = item["min"];
  fill_from(item, "defaultRequest", least);
}

void default_network_policy_spec(Value& spec) {
  if (!spec["policyTypes"].empty()) return;
  Value types = Value::array({"Ingress"});
  if (!spec["egress"].empty()) types.push_back("Egress");
  spec.set("policyTypes", std::move(types));
}

void default_subject(Value& subject) {
  const std::string_view kind = subject["kind"].text();
  if (kind == "User" || kind == "Group") set_if_unset(subject, "apiGroup", kRbac);
}

void default_autoscaler_spec(Value& spec) {
  if (spec["metrics"].empty()) {
    Value target = Value::object({{"type", "Utilization"}, {"averageUtilization", 80}});
    Value resource = Value::object({{"name", "cpu"}, {"target", std::move(target)}});
    spec.set(
        "metrics",
        Value::array({Value::object({{"type", "Resource"}, {"resource", std::move(resource)}})}));
  }
  if (spec["behavior"].is_null()) return;
  Value& up = spec.edit("behavior").edit("scaleUp");
  set_if_unset(up, "stabilizationWindowSeconds", 0);
  default_scaling_rules(up,
                        Value::array({scaling_policy("Pods", 4), scaling_policy("Percent", 100)}));
  default_scaling_rules(spec.edit("behavior").edit("scaleDown"),
                        Value::array({scaling_policy("Percent", 100)}));
}

void default_definition_spec(Value& spec) {
  Value& names = spec.edit("names");
  set_if_unset(names, "singular", lower(names["kind"].text()));
  if (!names["kind"].empty()) set_if_unset(names, "listKind", names["kind"].string() + "List");
  set_if_unset(spec.edit("conversion"), "strategy", "None");
}

}  // namespace gp::object
