#pragma once
// What a chart is told of the cluster: its version and the API versions it serves.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gp::helm {

struct KubeVersion {
  std::string version = "v1.32.0", major = "1", minor = "32";
};

// "1.29", "v1.24.7-gke.900".
Result<KubeVersion> parse_kube_version(std::string_view text);

// What a cluster of that version serves by itself.
const std::vector<std::string>& default_api_versions();

struct Capabilities {
  KubeVersion kube_version;
  std::vector<std::string> api_versions = default_api_versions();
};

inline constexpr std::string_view kHelmVersion = "v3.17.4";

}  // namespace gp::helm
