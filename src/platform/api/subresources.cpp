#include "platform/api/subresources.hpp"

#include <algorithm>

namespace gp::api {
namespace {

const std::vector<std::string> kReadWrite = {"get", "patch", "update"};

}  // namespace

std::vector<Subresource> subresources_of(const object::Kind& kind) {
  std::vector<Subresource> list;
  const bool is_core = kind.group.empty();
  if (is_core && kind.plural == "namespaces") {
    list.push_back({"finalize", "", "v1", "Namespace", {"update"}});
  }
  if (is_core && kind.plural == "pods") {
    list.push_back({"portforward", "", "v1", "PodPortForwardOptions", {"create", "get"}});
  }
  if (is_core && kind.plural == "serviceaccounts") {
    list.push_back({"token", "authentication.k8s.io", "v1", "TokenRequest", {"create"}});
  }
  if (kind.scale) list.push_back({"scale", "autoscaling", "v1", "Scale", kReadWrite});
  if (kind.has_status) {
    list.push_back({"status", kind.group, kind.version, kind.kind, kReadWrite});
  }
  return list;
}

bool allows(const object::Kind& kind, std::string_view subresource, std::string_view verb) {
  for (const Subresource& sub : subresources_of(kind)) {
    if (sub.name == subresource) return std::ranges::find(sub.verbs, verb) != sub.verbs.end();
  }
  return false;
}

}  // namespace gp::api
