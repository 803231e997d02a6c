#include "engine/helm/manifests.hpp"

#include <algorithm>
#include <charconv>

#include "base/json.hpp"
#include "base/text.hpp"
#include "engine/helm/document.hpp"
#include "engine/helm/quick_head.hpp"

namespace gp::helm {
namespace {

constexpr std::string_view kBlank = "\t\n\f\r ";

// What Helm installs first; other kinds follow, by name.
constexpr std::string_view kInstallOrder[] = {
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
};

constexpr std::string_view kEvents[] = {
    "pre-install",  "post-install", "pre-delete",    "post-delete", "pre-upgrade",
    "post-upgrade", "pre-rollback", "post-rollback", "test",        "test-success",
};

bool installed_before(const Manifest& a, const Manifest& b) {
  const auto rank = [](const std::string& kind) {
    return std::ranges::find(kInstallOrder, kind) - std::begin(kInstallOrder);
  };
  const auto first = rank(a.kind);
  const auto second = rank(b.kind);
  if (first == std::ssize(kInstallOrder) && second == first) return a.kind < b.kind;
  return first < second;
}

// Those of one kind stay as they are.
void sort_by_kind(std::vector<Manifest>& manifests) {
  std::vector<std::size_t> order(manifests.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    if (installed_before(manifests[a], manifests[b])) return true;
    return !installed_before(manifests[b], manifests[a]) && a < b;
  });
  std::vector<Manifest> sorted;
  sorted.reserve(manifests.size());
  for (const std::size_t i : order) sorted.push_back(std::move(manifests[i]));
  manifests = std::move(sorted);
}

// A scalar where Go's struct wants text.
Result<std::string> text_member(const Value& value, std::string_view field) {
  if (value.is_null()) return std::string();
  if (value.is_string()) return value.string();
  if (value.is_bool()) return std::string(value.boolean() ? "true" : "false");
  if (value.is_number()) return to_json(value);
  return fail(
      invalid_argument("error unmarshaling JSON: while decoding JSON: json: cannot "
                       "unmarshal {} into Go struct field {} of type string",
                       json_kind(value), field));
}

std::unexpected<Error> wrong_struct(const Value& value, std::string_view field,
                                    std::string_view type) {
  return fail(
      invalid_argument("error unmarshaling JSON: while decoding JSON: json: cannot "
                       "unmarshal {} into Go struct field {} of type {}",
                       json_kind(value), field, type));
}

struct Head {
  std::string kind, name;
  std::optional<std::string> hook;
  std::string weight;
};

Result<Head> read_head(std::string_view text) {
  if (auto quick = quick_head(text)) {
    Head head;
    head.kind = std::move(quick->kind);
    head.name = std::move(quick->name);
    return head;
  }
  const Value document = TRY(parse_document(text));
  if (document.is_null()) return Head();
  if (!document.is_object()) return fail(wrong_kind(document, "releaseutil.SimpleHead"));
  Head head;
  TRY(text_member(document["apiVersion"], "SimpleHead.apiVersion"));
  head.kind = TRY(text_member(document["kind"], "SimpleHead.kind"));
  const Value& metadata = document["metadata"];
  if (metadata.is_null()) return head;
  if (!metadata.is_object())
    return wrong_struct(metadata, "SimpleHead.metadata",
                        "struct { Name string \"json:\\\"name\\\"\"; Annotations "
                        "map[string]string \"json:\\\"annotations\\\"\" }");
  head.name = TRY(text_member(metadata["name"], "SimpleHead.metadata.name"));
  const Value& annotations = metadata["annotations"];
  if (annotations.is_null()) return head;
  if (!annotations.is_object())
    return wrong_struct(annotations, "SimpleHead.metadata.annotations", "map[string]string");
  for (const auto& member : annotations.members()) {
    std::string value = TRY(text_member(member.value, "SimpleHead.metadata.annotations"));
    if (member.key() == "helm.sh/hook") head.hook = value;
    if (member.key() == "helm.sh/hook-weight") head.weight = std::move(value);
  }
  return head;
}

// False when one of them is unknown.
bool read_events(std::string_view text, std::vector<std::string>& events) {
  for (const std::string_view part : split(text, ',')) {
    std::string event = lower(trimmed(part));
    if (std::ranges::find(kEvents, event) == std::end(kEvents)) return false;
    events.push_back(event == "test-success" ? "test" : std::move(event));
  }
  return true;
}

}  // namespace

bool Manifest::is_test() const {
  return std::ranges::find(events, "test") != events.end();
}

std::vector<std::string_view> split_documents(std::string_view text) {
  std::vector<std::string_view> documents;
  const auto add = [&](std::string_view document) {
    if (!document.empty()) documents.push_back(trimmed(document));
  };
  text = trimmed(text);
  std::size_t from = 0;
  std::size_t mark = text.starts_with("---") ? 0 : text.find("\n---");
  while (mark != std::string_view::npos) {
    std::size_t end = mark;
    while (end > from && kBlank.contains(text[end - 1])) --end;
    add(text.substr(from, end - from));
    from = mark + (text[mark] == '\n' ? 4 : 3);
    while (from < text.size() && kBlank.contains(text[from])) ++from;
    mark = text.find("\n---", from);
  }
  add(text.substr(from));
  return documents;
}

Result<Manifests> sort_manifests(const Rendered& rendered) {
  Manifests result;
  for (const auto& [path, text] : rendered) {
    if (path.substr(path.rfind('/') + 1).starts_with('_')) continue;
    for (const std::string_view document : split_documents(text)) {
      auto head = read_head(document);
      if (!head) {
        return fail(
            std::move(head).error().with_context(fmt::format("YAML parse error on {}", path)));
      }
      Manifest manifest{
          path, std::string(document), std::move(head->kind), std::move(head->name), {}, 0};
      if (!head->hook) {
        result.resources.push_back(std::move(manifest));
        continue;
      }
      const std::string& weight = head->weight;
      std::from_chars(weight.data(), weight.data() + weight.size(), manifest.weight);
      if (read_events(*head->hook, manifest.events)) {
        result.hooks.push_back(std::move(manifest));
      } else {
        result.warnings.push_back(fmt::format("info: skipping unknown hook: \"{}\"", *head->hook));
      }
    }
  }
  sort_by_kind(result.resources);
  sort_by_kind(result.hooks);
  return result;
}

}  // namespace gp::helm
