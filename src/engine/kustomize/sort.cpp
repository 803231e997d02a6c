#include <algorithm>
#include <array>

#include "engine/kustomize/build.hpp"

namespace gp::kustomize {
namespace {

using Names = std::vector<std::string>;

// Kustomize's own lists (its SortOrderTransformer).
const Names& default_first() {
  static const Names names = {"Namespace",
                              "ResourceQuota",
                              "StorageClass",
                              "CustomResourceDefinition",
                              "ServiceAccount",
                              "PodSecurityPolicy",
                              "Role",
                              "ClusterRole",
                              "RoleBinding",
                              "ClusterRoleBinding",
                              "ConfigMap",
                              "Secret",
                              "Endpoints",
                              "Service",
                              "LimitRange",
                              "PriorityClass",
                              "PersistentVolume",
                              "PersistentVolumeClaim",
                              "Deployment",
                              "StatefulSet",
                              "CronJob",
                              "PodDisruptionBudget"};
  return names;
}
const Names& default_last() {
  static const Names names = {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"};
  return names;
}

Names names_of(const Value& list, const Names& otherwise) {
  if (!list.is_array()) return otherwise;
  Names names;
  for (const Value& item : list.items()) names.push_back(item.string());
  return names;
}

// Below 0: one of the first; 0: neither; above: one of the last.
int rank(const std::string& kind, const Names& first, const Names& last) {
  const auto in_first = std::ranges::find(first, kind);
  if (in_first != first.end())
    return static_cast<int>(in_first - first.begin()) - static_cast<int>(first.size());
  const auto in_last = std::ranges::find(last, kind);
  if (in_last != last.end()) return static_cast<int>(in_last - last.begin()) + 1;
  return 0;
}

std::string or_tilde(const std::string& text, const char* otherwise) {
  return text.empty() ? otherwise : text;
}

struct Place {
  int rank = 0;
  std::string gvk, rest;
  auto operator<=>(const Place&) const = default;
};

Place place_of(const Resource& resource, const Names& first, const Names& last) {
  const Id id = resource.id();
  return {rank(id.gvk.kind, first, last),
          fmt::format("{}_{}_{}", or_tilde(id.gvk.group, "~G"), or_tilde(id.gvk.version, "~V"),
                      or_tilde(id.gvk.kind, "~K")),
          fmt::format("{}|{}", or_tilde(id.ns, "~X"), or_tilde(id.name, "~N"))};
}

}  // namespace

Result<> sort_objects(std::vector<Resource>& resources, const Value& options) {
  const std::string_view order = options["order"].text("legacy");
  if (order == "fifo") return {};
  if (order != "legacy") {
    return fail(invalid_argument("sortOptions.order \"{}\" is none of legacy, fifo", order));
  }
  const Value& legacy = options["legacySortOptions"];
  const Names first = names_of(legacy["orderFirst"], default_first());
  const Names last = names_of(legacy["orderLast"], default_last());
  std::vector<std::pair<Place, std::size_t>> places;
  for (std::size_t i = 0; i < resources.size(); ++i)
    places.emplace_back(place_of(resources[i], first, last), i);
  std::ranges::sort(places);
  std::vector<Resource> sorted;
  for (const auto& [place, index] : places) sorted.push_back(std::move(resources[index]));
  resources = std::move(sorted);
  return {};
}

}  // namespace gp::kustomize
