#include "platform/object/rules_builtin.hpp"

#include <array>

namespace gp::object {
namespace {

struct Entry {
  std::string_view group;
  std::string_view kind;
  Rule rule;
};

constexpr std::array kRules = {
    Entry{"", "ConfigMap", check_config_map},
    Entry{"", "Secret", check_secret},
    Entry{"", "Event", check_event},
    Entry{"", "Pod", check_pod},
    Entry{"", "Service", check_service},
    Entry{"", "ReplicationController", check_replication_controller},
    Entry{"", "ResourceQuota", check_quota},
    Entry{"", "PersistentVolumeClaim", check_claim},
    Entry{"", "PersistentVolume", check_volume},
    Entry{"apps", "Deployment", check_deployment},
    Entry{"apps", "ReplicaSet", check_replica_set},
    Entry{"apps", "DaemonSet", check_daemon_set},
    Entry{"apps", "StatefulSet", check_stateful_set},
    Entry{"batch", "Job", check_job},
    Entry{"batch", "CronJob", check_cron_job},
    Entry{"networking.k8s.io", "Ingress", check_ingress},
    Entry{"networking.k8s.io", "NetworkPolicy", check_network_policy},
    Entry{"rbac.authorization.k8s.io", "Role", check_role},
    Entry{"rbac.authorization.k8s.io", "ClusterRole", check_cluster_role},
    Entry{"rbac.authorization.k8s.io", "RoleBinding", check_role_binding},
    Entry{"rbac.authorization.k8s.io", "ClusterRoleBinding", check_cluster_role_binding},
    Entry{"policy", "PodDisruptionBudget", check_budget},
    Entry{"autoscaling", "HorizontalPodAutoscaler", check_autoscaler},
    Entry{"scheduling.k8s.io", "PriorityClass", check_priority_class},
    Entry{"storage.k8s.io", "StorageClass", check_storage_class},
    Entry{"coordination.k8s.io", "Lease", check_lease},
    Entry{"apiextensions.k8s.io", "CustomResourceDefinition", check_definition},
    Entry{"admissionregistration.k8s.io", "ValidatingWebhookConfiguration", check_webhooks},
    Entry{"admissionregistration.k8s.io", "MutatingWebhookConfiguration", check_webhooks},
    Entry{"apiregistration.k8s.io", "APIService", check_api_service},
};

}  // namespace

Rule rule_of(std::string_view group, std::string_view kind) {
  for (const Entry& entry : kRules) {
    if (entry.group == group && entry.kind == kind) return entry.rule;
  }
  return nullptr;
}

}  // namespace gp::object
