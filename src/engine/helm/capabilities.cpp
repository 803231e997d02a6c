#include "engine/helm/capabilities.hpp"

#include "base/text.hpp"
#include "engine/helm/metadata.hpp"

namespace gp::helm {

Result<KubeVersion> parse_kube_version(std::string_view text) {
  if (!is_version(text))
    return fail(invalid_argument("invalid kube version \"{}\": Invalid Semantic Version", text));
  std::string_view core = text;
  if (core.starts_with('v')) core.remove_prefix(1);
  const std::size_t end = std::min(core.find_first_of("-+"), core.size());
  std::vector<std::string_view> numbers = split(core.substr(0, end), '.');
  numbers.resize(3, "0");
  const auto number = [](std::string_view digits) {
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
    return std::string(digits);
  };
  KubeVersion result;
  result.major = number(numbers[0]);
  result.minor = number(numbers[1]);
  result.version =
      fmt::format("v{}.{}.{}{}", result.major, result.minor, number(numbers[2]), core.substr(end));
  return result;
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
