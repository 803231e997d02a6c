// Which computed default belongs to which type. The constant ones stand in types/.

#include "platform/object/defaults_builtin.hpp"

#include <array>
#include <unordered_map>

#include "platform/object/defaults_of_types.hpp"

namespace gp::object {
namespace {

struct Entry {
  std::string_view type;
  ComputedDefault computed;
};

constexpr std::array kComputed = {
    Entry{"io.k8s.api.core.v1.Container", default_container},
    Entry{"io.k8s.api.core.v1.EphemeralContainer", default_container},
    Entry{"io.k8s.api.core.v1.PodSpec", default_pod_spec},
    Entry{"io.k8s.api.core.v1.Pod", default_pod},
    Entry{"io.k8s.api.core.v1.ReplicationController", default_replication_controller},
    Entry{"io.k8s.api.core.v1.ServiceSpec", default_service_spec},
    Entry{"io.k8s.api.core.v1.PersistentVolumeClaim", default_pending},
    Entry{"io.k8s.api.core.v1.PersistentVolume", default_pending},
    Entry{"io.k8s.api.core.v1.LimitRangeItem", default_limit_range_item},
    Entry{"io.k8s.api.apps.v1.DeploymentSpec", default_deployment_spec},
    Entry{"io.k8s.api.apps.v1.DaemonSetSpec", default_daemon_set_spec},
    Entry{"io.k8s.api.apps.v1.StatefulSetSpec", default_stateful_set_spec},
    Entry{"io.k8s.api.batch.v1.Job", default_job},
    Entry{"io.k8s.api.networking.v1.NetworkPolicySpec", default_network_policy_spec},
    Entry{"io.k8s.api.rbac.v1.Subject", default_subject},
    Entry{"io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec", default_autoscaler_spec},
    Entry{"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."
          "CustomResourceDefinitionSpec",
          default_definition_spec},
};

}  // namespace

ComputedDefault computed_default(const Type& type) {
  static const std::unordered_map<const Type*, ComputedDefault> by_type = [] {
    std::unordered_map<const Type*, ComputedDefault> map;
    for (const Entry& entry : kComputed) {
      if (const Type* found = builtin_types().find(entry.type)) map.emplace(found, entry.computed);
    }
    return map;
  }();
  const auto found = by_type.find(&type);
  return found == by_type.end() ? nullptr : found->second;
}

}  // namespace gp::object
