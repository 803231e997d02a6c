// Tables of nodes, volumes, quotas, policies, roles, webhooks and definitions.

#include <algorithm>

#include "platform/object/columns.hpp"
#include "platform/object/columns_builtin.hpp"

namespace gp::object {
namespace {

Value count_or_percent(const Value& value) {
  if (value.is_null()) return "N/A";
  return value.is_string() ? value : Value(std::to_string(value.integer()));
}

std::string bool_text(const Value& value) {
  return value.boolean() ? "true" : "false";
}

Value node_status(const Value& node, TimePoint) {
  std::vector<std::string> words;
  for (const Value& condition : node["status"]["conditions"].items()) {
    if (condition["type"].text() != "Ready") continue;
    words.emplace_back(condition["status"].text() == "True" ? "Ready" : "NotReady");
  }
  if (words.empty()) words.emplace_back("Unknown");
  if (node["spec"]["unschedulable"].boolean()) words.emplace_back("SchedulingDisabled");
  return joined(words);
}

Value node_roles(const Value& node, TimePoint) {
  constexpr std::string_view kPrefix = "node-role.kubernetes.io/";
  std::vector<std::string> roles;
  for (const Value::Member& label : node["metadata"]["labels"].members()) {
    if (label.key().starts_with(kPrefix) && label.key().size() > kPrefix.size()) {
      roles.emplace_back(label.key().substr(kPrefix.size()));
    } else if (label.key() == "kubernetes.io/role" && !label.value.empty()) {
      roles.push_back(label.value.string());
    }
  }
  std::ranges::sort(roles);
  return joined(roles);
}

template <bool is_external>
Value node_address(const Value& node, TimePoint) {
  for (const Value& address : node["status"]["addresses"].items()) {
    if (address["type"].text() == (is_external ? "ExternalIP" : "InternalIP")) {
      return address["address"];
    }
  }
  return "<none>";
}

std::vector<Column> node_columns() {
  return {text_column("Status", "Whether it takes pods.", node_status),
          text_column("Roles", "What it is for.", node_roles),
          age_last(),
          text_column("Version", "The kubelet's version.",
                      [](const Value& node, TimePoint) {
                        return or_none(node["status"]["nodeInfo"]["kubeletVersion"], "");
                      }),
          text_column("Internal-IP", "Its address inside.", node_address<false>, 1),
          text_column("External-IP", "Its address outside.", node_address<true>, 1),
          text_column(
              "OS-Image", "Its system.",
              [](const Value& node, TimePoint) {
                return or_none(node["status"]["nodeInfo"]["osImage"], "<unknown>");
              },
              1),
          text_column(
              "Kernel-Version", "Its kernel.",
              [](const Value& node, TimePoint) {
                return or_none(node["status"]["nodeInfo"]["kernelVersion"], "<unknown>");
              },
              1),
          text_column(
              "Container-Runtime", "What runs its containers.",
              [](const Value& node, TimePoint) {
                return or_none(node["status"]["nodeInfo"]["containerRuntimeVersion"], "<unknown>");
              },
              1)};
}

Value access_modes(const Value& modes) {
  std::vector<std::string> words;
  for (const Value& mode : modes.items()) {
    const std::string_view name = mode.text();
    words.emplace_back(name == "ReadWriteOnce"      ? "RWO"
                       : name == "ReadOnlyMany"     ? "ROX"
                       : name == "ReadWriteMany"    ? "RWX"
                       : name == "ReadWriteOncePod" ? "RWOP"
                                                    : name);
  }
  return joined(words, "");
}

// Being deleted shows before the phase.
Value phase(const Value& object, TimePoint) {
  if (!object["metadata"]["deletionTimestamp"].is_null()) return "Terminating";
  return or_none(object["status"]["phase"], "");
}

Value attributes_class(const Value& object, TimePoint) {
  return or_none(object["spec"]["volumeAttributesClassName"], "<unset>");
}

Value volume_mode(const Value& object, TimePoint) {
  return or_none(object["spec"]["volumeMode"], "<unset>");
}

std::vector<Column> volume_columns() {
  return {text_column("Capacity", "Its size.",
                      [](const Value& object, TimePoint) {
                        return or_none(object["spec"]["capacity"]["storage"], "");
                      }),
          text_column("Access Modes", "Who may mount it.",
                      [](const Value& object, TimePoint) {
                        return access_modes(object["spec"]["accessModes"]);
                      }),
          text_column("Reclaim Policy", "What happens to it afterwards.",
                      [](const Value& object, TimePoint) {
                        return object["spec"]["persistentVolumeReclaimPolicy"];
                      }),
          text_column("Status", "Whether it is taken.", phase),
          text_column("Claim", "Who has taken it.",
                      [](const Value& object, TimePoint) {
                        const Value& claim = object["spec"]["claimRef"];
                        if (claim.is_null()) return Value("");
                        return Value(
                            fmt::format("{}/{}", claim["namespace"].text(), claim["name"].text()));
                      }),
          text_column("StorageClass", "What kind of storage it is.",
                      [](const Value& object, TimePoint) {
                        return or_none(object["spec"]["storageClassName"], "");
                      }),
          text_column("VolumeAttributesClass", "Its performance.", attributes_class),
          text_column("Reason", "Why it is as it is.",
                      [](const Value& object, TimePoint) {
                        return or_none(object["status"]["reason"], "");
                      }),
          age_last(),
          text_column("VolumeMode", "Files or blocks.", volume_mode, 1)};
}

std::vector<Column> claim_columns() {
  return {text_column("Status", "Whether it has a volume.", phase),
          text_column("Volume", "The volume.",
                      [](const Value& object, TimePoint) {
                        return or_none(object["spec"]["volumeName"], "");
                      }),
          text_column("Capacity", "The volume's size.",
                      [](const Value& object, TimePoint) {
                        if (object["spec"]["volumeName"].empty()) return Value("");
                        return or_none(object["status"]["capacity"]["storage"], "");
                      }),
          text_column("Access Modes", "Who may mount it.",
                      [](const Value& object, TimePoint) {
                        if (object["spec"]["volumeName"].empty()) return Value("");
                        return access_modes(object["status"]["accessModes"]);
                      }),
          text_column("StorageClass", "What kind of storage it is.",
                      [](const Value& object, TimePoint) {
                        return or_none(object["spec"]["storageClassName"], "");
                      }),
          text_column("VolumeAttributesClass", "Its performance.", attributes_class),
          age_last(),
          text_column("VolumeMode", "Files or blocks.", volume_mode, 1)};
}

// "cpu: 1/2, pods: 0/4": what is used, of what is allowed; requests and limits apart.
template <bool is_limits>
Value quota_text(const Value& quota, TimePoint) {
  std::vector<std::string> words;
  for (const Value::Member& hard : quota["status"]["hard"].members()) {
    if (hard.key().starts_with("limits.") != is_limits) continue;
    const Value& used = quota["status"]["used"][hard.key()];
    words.push_back(fmt::format("{}: {}/{}", hard.key(), used.text("0"), hard.value.text()));
  }
  std::ranges::sort(words);
  return fmt::format("{}", fmt::join(words, ", "));
}

Value autoscaler_reference(const Value& object, TimePoint) {
  const Value& target = object["spec"]["scaleTargetRef"];
  return fmt::format("{}/{}", target["kind"].text(), target["name"].text());
}

std::string metric_text(const Value& metric, const Value& current) {
  const Value& resource = metric["resource"];
  const Value& target = resource["target"];
  const std::string_view name = resource["name"].text("metric");
  if (target["averageUtilization"].is_integer()) {
    const Value& now = current["resource"]["current"]["averageUtilization"];
    return fmt::format("{}: {}/{}%", name,
                       now.is_integer() ? fmt::format("{}%", now.integer()) : "<unknown>",
                       target["averageUtilization"].integer());
  }
  return fmt::format("{}: <unknown>/{}", name,
                     target["averageValue"].text(target["value"].text("<auto>")));
}

Value autoscaler_targets(const Value& object, TimePoint) {
  const Value& spec = object["spec"];
  if (spec["targetCPUUtilizationPercentage"].is_integer()) {
    return fmt::format("cpu: <unknown>/{}%", spec["targetCPUUtilizationPercentage"].integer());
  }
  std::vector<std::string> words;
  for (std::size_t i = 0; i < spec["metrics"].size(); ++i) {
    words.push_back(metric_text(spec["metrics"].at(i), object["status"]["currentMetrics"].at(i)));
  }
  return words.empty() ? Value("<none>") : Value(fmt::format("{}", fmt::join(words, ", ")));
}

std::vector<Column> autoscaler_columns() {
  return {
      text_column("Reference", "What it scales.", autoscaler_reference),
      text_column("Targets", "What it watches, and what it aims at.", autoscaler_targets),
      text_column("MinPods", "At least so many.",
                  [](const Value& object, TimePoint) {
                    const Value& least = object["spec"]["minReplicas"];
                    return least.is_integer() ? Value(std::to_string(least.integer()))
                                              : Value("<unset>");
                  }),
      integer_column("MaxPods", "At most so many.",
                     [](const Value& object, TimePoint) { return object["spec"]["maxReplicas"]; }),
      integer_column("Replicas", "How many there are.",
                     [](const Value& object, TimePoint) {
                       return Value(object["status"]["currentReplicas"].integer());
                     }),
      age_last()};
}

template <std::size_t N>
struct Word {
  char text[N] = {};
  consteval Word(const char (&from)[N]) {  // NOLINT(google-explicit-constructor)
    for (std::size_t i = 0; i < N; ++i) text[i] = from[i];
  }
};

// Names of a binding's subjects of one kind.
template <Word kind>
Value subjects_of(const Value& binding, TimePoint) {
  std::vector<std::string> names;
  for (const Value& subject : binding["subjects"].items()) {
    if (subject["kind"].text() != std::string_view(kind.text)) continue;
    names.push_back(subject["namespace"].empty() ? subject["name"].string()
                                                 : fmt::format("{}/{}", subject["namespace"].text(),
                                                               subject["name"].text()));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

Value service_of(const Value& object, TimePoint) {
  const Value& service = object["spec"]["service"];
  if (service.is_null()) return "Local";
  return fmt::format("{}/{}", service["namespace"].text(), service["name"].text());
}

Value available(const Value& object, TimePoint) {
  for (const Value& condition : object["status"]["conditions"].items()) {
    if (condition["type"].text() != "Available") continue;
    if (condition["status"].text() == "True") return "True";
    return fmt::format("{} ({})", condition["status"].text(), condition["reason"].text());
  }
  return "Unknown";
}

std::vector<Column> budget_columns() {
  return {text_column("Min Available", "Pods that must stay.",
                      [](const Value& object, TimePoint) {
                        return count_or_percent(object["spec"]["minAvailable"]);
                      }),
          text_column("Max Unavailable", "Pods that may go.",
                      [](const Value& object, TimePoint) {
                        return count_or_percent(object["spec"]["maxUnavailable"]);
                      }),
          integer_column("Allowed Disruptions", "Pods that may go now.",
                         [](const Value& object, TimePoint) {
                           return Value(object["status"]["disruptionsAllowed"].integer());
                         }),
          age_last()};
}

std::vector<Column> role_binding_columns() {
  return {text_column("Role", "The role that is given.",
                      [](const Value& object, TimePoint) {
                        return Value(fmt::format("{}/{}", object["roleRef"]["kind"].text(),
                                                 object["roleRef"]["name"].text()));
                      }),
          age_last(), text_column("Users", "Users who have it.", subjects_of<"User">, 1),
          text_column("Groups", "Groups that have it.", subjects_of<"Group">, 1),
          text_column("ServiceAccounts", "Service accounts that have it.",
                      subjects_of<"ServiceAccount">, 1)};
}

std::vector<Column> storage_class_columns() {
  return {text_column("Provisioner", "Who makes volumes.",
                      [](const Value& object, TimePoint) { return object["provisioner"]; }),
          text_column("ReclaimPolicy", "What happens to them afterwards.",
                      [](const Value& object, TimePoint) {
                        return or_none(object["reclaimPolicy"], "Delete");
                      }),
          text_column("VolumeBindingMode", "When they are made.",
                      [](const Value& object, TimePoint) {
                        return or_none(object["volumeBindingMode"], "Immediate");
                      }),
          text_column("AllowVolumeExpansion", "Whether they may grow.",
                      [](const Value& object, TimePoint) {
                        return Value(bool_text(object["allowVolumeExpansion"]));
                      }),
          age_last()};
}

// "standard (default)"
Column class_name_column() {
  Column column = name_first();
  column.cell = [](const Value& object, TimePoint) {
    const std::string name = object["metadata"]["name"].string();
    const bool is_default =
        object["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"].text() ==
        "true";
    return Value(is_default ? name + " (default)" : name);
  };
  return column;
}

std::vector<Column> policy_columns() {
  return {integer_column("Validations", "Rules that must hold.",
                         [](const Value& object, TimePoint) {
                           return Value(
                               static_cast<std::int64_t>(object["spec"]["validations"].size()));
                         }),
          text_column("ParamKind", "The kind of its parameters.",
                      [](const Value& object, TimePoint) {
                        const Value& kind = object["spec"]["paramKind"];
                        if (kind.is_null()) return Value("<unset>");
                        return Value(
                            fmt::format("{}/{}", kind["apiVersion"].text(), kind["kind"].text()));
                      }),
          age_last()};
}

Column webhooks_column() {
  return integer_column("Webhooks", "How many webhooks there are.",
                        [](const Value& object, TimePoint) {
                          return Value(static_cast<std::int64_t>(object["webhooks"].size()));
                        });
}

}  // namespace

std::vector<Column> cluster_columns(std::string_view kind) {
  if (kind == "Node") return node_columns();
  if (kind == "PersistentVolume") return volume_columns();
  if (kind == "PersistentVolumeClaim") return claim_columns();
  if (kind == "ResourceQuota") {
    return {text_column("Request", "Used of what may be requested.", quota_text<false>),
            text_column("Limit", "Used of what limits may add up to.", quota_text<true>),
            age_last()};
  }
  if (kind == "LimitRange") {
    return {text_column("Created At", "When it was created.", [](const Value& object, TimePoint) {
      return object["metadata"]["creationTimestamp"];
    })};
  }
  if (kind == "HorizontalPodAutoscaler") return autoscaler_columns();
  if (kind == "PodDisruptionBudget") return budget_columns();
  if (kind == "Role" || kind == "ClusterRole") {
    return {text_column("Created At", "When it was created.", [](const Value& object, TimePoint) {
      return object["metadata"]["creationTimestamp"];
    })};
  }
  if (kind == "RoleBinding" || kind == "ClusterRoleBinding") return role_binding_columns();
  if (kind == "StorageClass") {
    std::vector<Column> columns = storage_class_columns();
    columns.insert(columns.begin(), class_name_column());
    return columns;
  }
  if (kind == "PriorityClass") {
    return {
        integer_column(
            "Value", "Higher comes first.",
            [](const Value& object, TimePoint) { return Value(object["value"].integer()); }),
        text_column("Global-Default", "Whether pods without a class have it.",
                    [](const Value& object, TimePoint) {
                      return Value(bool_text(object["globalDefault"]));
                    }),
        age_last(),
        text_column(
            "PreemptionPolicy", "Whether it may push others out.",
            [](const Value& object, TimePoint) { return or_none(object["preemptionPolicy"], ""); },
            1)};
  }
  if (kind == "Lease") {
    return {text_column("Holder", "Who holds it.",
                        [](const Value& object, TimePoint) {
                          return or_none(object["spec"]["holderIdentity"], "");
                        }),
            age_last()};
  }
  if (kind == "CustomResourceDefinition") {
    return {text_column("Created At", "When it was created.", [](const Value& object, TimePoint) {
      return object["metadata"]["creationTimestamp"];
    })};
  }
  if (kind == "ValidatingWebhookConfiguration" || kind == "MutatingWebhookConfiguration") {
    return {webhooks_column(), age_last()};
  }
  if (kind == "ValidatingAdmissionPolicy") return policy_columns();
  if (kind == "APIService") {
    return {text_column("Service", "Who answers.", service_of),
            text_column("Available", "Whether it can be reached.", available), age_last()};
  }
  return {};
}

}  // namespace gp::object
