// The fields that kustomize knows of Kubernetes' own kinds (its builtinpluginconsts), as tables.

#include <array>
#include <string_view>

#include "engine/kustomize/field_spec.hpp"

namespace gp::kustomize {
namespace {

using Text = std::string_view;

struct Place {
  Text group, version, kind, path;
  bool create = false;
};

FieldSpec spec_of(const Place& place) {
  return {{std::string(place.group), std::string(place.version), std::string(place.kind)},
          std::string(place.path),
          place.create};
}

// Kinds with a pod template, and where the template lies.
struct Template {
  Text group, version, kind, path;
};
constexpr std::array kTemplates = std::to_array<Template>({
    {"", "v1", "ReplicationController", "spec/template"},
    {"", "", "Deployment", "spec/template"},
    {"", "", "ReplicaSet", "spec/template"},
    {"", "", "DaemonSet", "spec/template"},
    {"apps", "", "StatefulSet", "spec/template"},
    {"batch", "", "Job", "spec/template"},
    {"batch", "", "CronJob", "spec/jobTemplate/spec/template"},
});

constexpr std::array kSelectors = std::to_array<Place>({
    {"", "", "", "metadata/labels", true},
    {"", "v1", "Service", "spec/selector", true},
    {"", "v1", "ReplicationController", "spec/selector", true},
    {"", "", "Deployment", "spec/selector/matchLabels", true},
    {"", "", "ReplicaSet", "spec/selector/matchLabels", true},
    {"", "", "DaemonSet", "spec/selector/matchLabels", true},
    {"apps", "", "StatefulSet", "spec/selector/matchLabels", true},
    {"apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels", true},
    {"batch", "", "Job", "spec/selector/matchLabels"},
    {"batch", "", "CronJob", "spec/jobTemplate/spec/selector/matchLabels"},
    {"batch", "", "CronJob", "spec/jobTemplate/metadata/labels", true},
    {"policy", "", "PodDisruptionBudget", "spec/selector/matchLabels"},
    {"networking.k8s.io", "", "NetworkPolicy", "spec/podSelector/matchLabels"},
    {"networking.k8s.io", "", "NetworkPolicy", "spec/ingress/from/podSelector/matchLabels"},
    {"networking.k8s.io", "", "NetworkPolicy", "spec/egress/to/podSelector/matchLabels"},
});

// Below the template of Deployments and StatefulSets.
constexpr std::array<Text, 5> kAffinities = {
    "spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/"
    "labelSelector/matchLabels",
    "spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/"
    "matchLabels",
    "spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/"
    "podAffinityTerm/labelSelector/matchLabels",
    "spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/"
    "matchLabels",
    "spec/topologySpreadConstraints/labelSelector/matchLabels",
};

constexpr std::array kNamespaces = std::to_array<Place>({
    {"", "", "Namespace", "metadata/name", true},
    {"apiregistration.k8s.io", "", "APIService", "spec/service/namespace", true},
    {"apiextensions.k8s.io", "", "CustomResourceDefinition",
     "spec/conversion/webhook/clientConfig/service/namespace"},
});

constexpr std::array kReplicas = std::to_array<Place>({
    {"", "", "Deployment", "spec/replicas", true},
    {"", "", "ReplicationController", "spec/replicas", true},
    {"", "", "ReplicaSet", "spec/replicas", true},
    {"", "", "StatefulSet", "spec/replicas", true},
});

// References from pods: to what, and where below the pod's specification ("spec").
struct PodReference {
  Text kind, path;
};
constexpr std::array kPodReferences = std::to_array<PodReference>({
    {"ConfigMap", "volumes/configMap/name"},
    {"ConfigMap", "volumes/projected/sources/configMap/name"},
    {"ConfigMap", "containers/env/valueFrom/configMapKeyRef/name"},
    {"ConfigMap", "initContainers/env/valueFrom/configMapKeyRef/name"},
    {"ConfigMap", "containers/envFrom/configMapRef/name"},
    {"ConfigMap", "initContainers/envFrom/configMapRef/name"},
    {"Secret", "volumes/secret/secretName"},
    {"Secret", "volumes/projected/sources/secret/name"},
    {"Secret", "containers/env/valueFrom/secretKeyRef/name"},
    {"Secret", "initContainers/env/valueFrom/secretKeyRef/name"},
    {"Secret", "containers/envFrom/secretRef/name"},
    {"Secret", "initContainers/envFrom/secretRef/name"},
    {"Secret", "imagePullSecrets/name"},
    {"ServiceAccount", "serviceAccountName"},
    {"PersistentVolumeClaim", "volumes/persistentVolumeClaim/claimName"},
    {"PriorityClass", "priorityClassName"},
});

struct Reference {
  Text group, version, kind;  // what is referred to
  Place from;
};
constexpr Text kRbac = "rbac.authorization.k8s.io";
constexpr Text kAdmission = "admissionregistration.k8s.io";
constexpr std::array kReferences = std::to_array<Reference>({
    {"",
     "",
     "Deployment",
     {"autoscaling", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name"}},
    {"",
     "",
     "ReplicationController",
     {"autoscaling", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name"}},
    {"",
     "",
     "ReplicaSet",
     {"autoscaling", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name"}},
    {"",
     "",
     "StatefulSet",
     {"autoscaling", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name"}},
    {"", "v1", "ConfigMap", {"", "v1", "Node", "spec/configSource/configMap/name"}},
    {"", "v1", "ConfigMap", {kRbac, "", "Role", "rules/resourceNames"}},
    {"", "v1", "ConfigMap", {kRbac, "", "ClusterRole", "rules/resourceNames"}},
    {"",
     "v1",
     "ConfigMap",
     {"", "", "Ingress",
      "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap"}},
    {"", "v1", "Secret", {"", "v1", "ServiceAccount", "imagePullSecrets/name"}},
    {"", "v1", "Secret", {"", "v1", "ServiceAccount", "secrets/name"}},
    {"", "v1", "Secret", {"", "", "Ingress", "spec/tls/secretName"}},
    {"",
     "v1",
     "Secret",
     {"", "", "Ingress", "metadata/annotations/ingress.kubernetes.io\\/auth-secret"}},
    {"",
     "v1",
     "Secret",
     {"", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret"}},
    {"",
     "v1",
     "Secret",
     {"", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret"}},
    {"", "v1", "Secret", {"storage.k8s.io", "", "StorageClass", "parameters/secretName"}},
    {"", "v1", "Secret", {"storage.k8s.io", "", "StorageClass", "parameters/adminSecretName"}},
    {"", "v1", "Secret", {"storage.k8s.io", "", "StorageClass", "parameters/userSecretName"}},
    {"", "v1", "Secret", {"", "", "PersistentVolume", "spec/rbd/secretRef/name"}},
    {"", "v1", "Secret", {"", "", "PersistentVolume", "spec/cephfs/secretRef/name"}},
    {"", "v1", "Secret", {"", "", "PersistentVolume", "spec/scaleIO/secretRef/name"}},
    {"", "v1", "Secret", {kRbac, "", "Role", "rules/resourceNames"}},
    {"", "v1", "Secret", {kRbac, "", "ClusterRole", "rules/resourceNames"}},
    {"", "v1", "Service", {"apps", "", "StatefulSet", "spec/serviceName"}},
    {"", "v1", "Service", {"", "", "Ingress", "spec/rules/http/paths/backend/serviceName"}},
    {"", "v1", "Service", {"", "", "Ingress", "spec/backend/serviceName"}},
    {"", "v1", "Service", {"", "", "Ingress", "spec/rules/http/paths/backend/service/name"}},
    {"", "v1", "Service", {"", "", "Ingress", "spec/defaultBackend/service/name"}},
    {"", "v1", "Service", {"apiregistration.k8s.io", "", "APIService", "spec/service/name"}},
    {"",
     "v1",
     "Service",
     {kAdmission, "", "ValidatingWebhookConfiguration", "webhooks/clientConfig/service"}},
    {"",
     "v1",
     "Service",
     {kAdmission, "", "MutatingWebhookConfiguration", "webhooks/clientConfig/service"}},
    {"",
     "v1",
     "Service",
     {"apiextensions.k8s.io", "", "CustomResourceDefinition",
      "spec/conversion/webhook/clientConfig/service/name"}},
    {kRbac, "", "Role", {kRbac, "", "RoleBinding", "roleRef/name"}},
    {kRbac, "", "ClusterRole", {kRbac, "", "RoleBinding", "roleRef/name"}},
    {kRbac, "", "ClusterRole", {kRbac, "", "ClusterRoleBinding", "roleRef/name"}},
    {"", "v1", "ServiceAccount", {kRbac, "", "RoleBinding", "subjects"}},
    {"", "v1", "ServiceAccount", {kRbac, "", "ClusterRoleBinding", "subjects"}},
    {"", "v1", "PersistentVolume", {"", "v1", "PersistentVolumeClaim", "spec/volumeName"}},
    {"", "v1", "PersistentVolume", {kRbac, "", "ClusterRole", "rules/resourceNames"}},
    {"storage.k8s.io",
     "v1",
     "StorageClass",
     {"", "v1", "PersistentVolume", "spec/storageClassName"}},
    {"storage.k8s.io",
     "v1",
     "StorageClass",
     {"", "v1", "PersistentVolumeClaim", "spec/storageClassName"}},
    {"storage.k8s.io",
     "v1",
     "StorageClass",
     {"apps", "", "StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"}},
    {"networking.k8s.io",
     "v1",
     "IngressClass",
     {"networking.k8s.io", "v1", "Ingress", "spec/ingressClassName"}},
});

// Where $(VAR) is looked for, below a pod's specification …
constexpr std::array<Text, 8> kPodVariables = {
    "containers/args",          "containers/command",
    "containers/env/value",     "containers/volumeMounts/mountPath",
    "initContainers/args",      "initContainers/command",
    "initContainers/env/value", "initContainers/volumeMounts/mountPath",
};
// … and elsewhere.
constexpr std::array kVariables = std::to_array<Place>({
    {"", "", "Ingress", "spec/rules/host"},
    {"", "", "Ingress", "spec/tls/hosts"},
    {"", "", "Ingress", "spec/tls/secretName"},
    {"", "", "Service", "spec/ports/port"},
    {"", "", "Service", "spec/ports/targetPort"},
    {"", "", "PersistentVolume", "spec/nfs/server"},
    {"", "", "", "metadata/labels"},
    {"", "", "", "metadata/annotations"},
});

void add_reference(Configuration& to, const Gvk& target, FieldSpec from) {
  for (ReferenceSpec& spec : to.name_reference) {
    if (spec.target == target) return spec.referrers.push_back(std::move(from));
  }
  to.name_reference.push_back({target, {std::move(from)}});
}

// Every place of a pod's specification: of pods themselves, pod templates and what makes pods.
std::vector<FieldSpec> in_pods(Text path) {
  std::vector<FieldSpec> specs = {
      {{"", "v1", "Pod"}, fmt::format("spec/{}", path), false},
      {{"", "v1", "PodTemplate"}, fmt::format("template/spec/{}", path), false}};
  for (const Template& it : kTemplates) {
    specs.push_back({{std::string(it.group), std::string(it.version), std::string(it.kind)},
                     fmt::format("{}/spec/{}", it.path, path),
                     false});
  }
  return specs;
}

void add_labels(Configuration& to) {
  for (const Place& place : kSelectors) to.common_labels.push_back(spec_of(place));
  to.template_labels.push_back(spec_of(kSelectors.front()));
  to.common_annotations.push_back({{}, "metadata/annotations", true});
  for (const Template& it : kTemplates) {
    const Gvk gvk{std::string(it.group), std::string(it.version), std::string(it.kind)};
    const FieldSpec labels{gvk, fmt::format("{}/metadata/labels", it.path), true};
    to.common_labels.push_back(labels);
    to.template_labels.push_back(labels);
    to.common_annotations.push_back({gvk, fmt::format("{}/metadata/annotations", it.path), true});
    if (it.kind == "Deployment" || it.kind == "StatefulSet") {
      for (const Text affinity : kAffinities)
        to.common_labels.push_back(
            {{"apps", "", gvk.kind}, fmt::format("{}/{}", it.path, affinity), false});
    }
    if (it.kind == "CronJob")
      to.common_annotations.push_back({gvk, "spec/jobTemplate/metadata/annotations", true});
  }
}

Configuration make() {
  Configuration made;
  made.name_prefix = {{{}, "metadata/name", false}};
  made.name_suffix = made.name_prefix;
  add_labels(made);
  for (const Place& place : kNamespaces) made.name_space.push_back(spec_of(place));
  for (const Place& place : kReplicas) made.replicas.push_back(spec_of(place));
  for (const Reference& it : kReferences) {
    add_reference(made, {std::string(it.group), std::string(it.version), std::string(it.kind)},
                  spec_of(it.from));
  }
  for (const PodReference& it : kPodReferences) {
    const bool is_core = it.kind != "PriorityClass";
    const Gvk target{is_core ? "" : "scheduling.k8s.io", is_core ? "v1" : "", std::string(it.kind)};
    for (FieldSpec& spec : in_pods(it.path)) add_reference(made, target, std::move(spec));
  }
  for (const Text path : kPodVariables) {
    for (FieldSpec& spec : in_pods(path)) made.var_reference.push_back(std::move(spec));
  }
  for (const Place& place : kVariables) made.var_reference.push_back(spec_of(place));
  return made;
}

}  // namespace

const Configuration& Configuration::built_in() {
  static const Configuration shared = make();
  return shared;
}

}  // namespace gp::kustomize
