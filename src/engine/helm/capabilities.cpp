#include "engine/helm/capabilities.hpp"

#include "engine/sprig/semver.hpp"

namespace gp::helm {

Result<KubeVersion> parse_kube_version(std::string_view text) {
  auto version = sprig::Version::parse(text);
  if (!version) {
    return fail(
        std::move(version).error().with_context(fmt::format("invalid kube version \"{}\"", text)));
  }
  return KubeVersion{"v" + version->text(), fmt::to_string(version->major),
                     fmt::to_string(version->minor)};
}

// Of client-go 0.32: what Helm 3.17 assumes without a cluster.
const std::vector<std::string>& default_api_versions() {
  static const std::vector<std::string> kVersions = {
      "v1",
      "admissionregistration.k8s.io/v1",
      "admissionregistration.k8s.io/v1beta1",
      "admissionregistration.k8s.io/v1alpha1",
      "internal.apiserver.k8s.io/v1alpha1",
      "apps/v1",
      "apps/v1beta2",
      "apps/v1beta1",
      "authentication.k8s.io/v1",
      "authentication.k8s.io/v1beta1",
      "authentication.k8s.io/v1alpha1",
      "authorization.k8s.io/v1",
      "authorization.k8s.io/v1beta1",
      "autoscaling/v2",
      "autoscaling/v1",
      "autoscaling/v2beta2",
      "autoscaling/v2beta1",
      "batch/v1",
      "batch/v1beta1",
      "certificates.k8s.io/v1",
      "certificates.k8s.io/v1beta1",
      "certificates.k8s.io/v1alpha1",
      "coordination.k8s.io/v1",
      "coordination.k8s.io/v1beta1",
      "coordination.k8s.io/v1alpha2",
      "discovery.k8s.io/v1",
      "discovery.k8s.io/v1beta1",
      "events.k8s.io/v1",
      "events.k8s.io/v1beta1",
      "extensions/v1beta1",
      "flowcontrol.apiserver.k8s.io/v1",
      "flowcontrol.apiserver.k8s.io/v1beta3",
      "flowcontrol.apiserver.k8s.io/v1beta2",
      "flowcontrol.apiserver.k8s.io/v1beta1",
      "networking.k8s.io/v1",
      "networking.k8s.io/v1beta1",
      "networking.k8s.io/v1alpha1",
      "node.k8s.io/v1",
      "node.k8s.io/v1beta1",
      "node.k8s.io/v1alpha1",
      "policy/v1",
      "policy/v1beta1",
      "rbac.authorization.k8s.io/v1",
      "rbac.authorization.k8s.io/v1beta1",
      "rbac.authorization.k8s.io/v1alpha1",
      "resource.k8s.io/v1beta1",
      "resource.k8s.io/v1alpha3",
      "scheduling.k8s.io/v1",
      "scheduling.k8s.io/v1beta1",
      "scheduling.k8s.io/v1alpha1",
      "storage.k8s.io/v1",
      "storage.k8s.io/v1beta1",
      "storage.k8s.io/v1alpha1",
      "storagemigration.k8s.io/v1alpha1",
      "apiextensions.k8s.io/v1",
      "apiextensions.k8s.io/v1beta1",
  };
  return kVersions;
}

}  // namespace gp::helm
