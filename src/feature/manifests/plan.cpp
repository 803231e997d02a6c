#include "feature/manifests/plan.hpp"

#include <map>

#include "base/digest.hpp"
#include "base/json.hpp"
#include "platform/object/decode.hpp"
#include "platform/object/defaults.hpp"

namespace gp::manifests {

namespace {

using object::Key;

constexpr std::string_view kManagedBy = "backstage.io/managed-by-location";

bool is_entity_group(std::string_view group) {
  return group == "backstage.io" || group.ends_with(".backstage.io");
}

std::string name_of(const Value& document) {
  const Value& metadata = document["metadata"];
  const std::string_view ns = metadata["namespace"].text();
  return fmt::format("{} \"{}{}{}\"", document["kind"].text(), ns, ns.empty() ? "" : "/",
                     metadata["name"].text());
}

object::KindPtr kind_of(const object::KindRegistry& kinds, const Value& document) {
  const std::string_view api_version = document["apiVersion"].text();
  const std::size_t slash = api_version.find('/');
  const bool is_core = slash == std::string_view::npos;
  return kinds.find_kind(is_core ? "" : api_version.substr(0, slash),
                         is_core ? api_version : api_version.substr(slash + 1),
                         document["kind"].text());
}

// Why this document cannot be written, before the API is asked; empty when it may.
std::string flaw_of(const Value& document, const object::KindPtr& kind) {
  if (!kind) {
    return fmt::format(
        "no kind \"{}\" in \"{}\" is served here; install its CustomResourceDefinition",
        document["kind"].text(), document["apiVersion"].text());
  }
  const Value& metadata = document["metadata"];
  if (!metadata["name"].text().empty()) return {};
  if (!metadata["generateName"].is_null()) {
    return "metadata.generateName makes a new object each time; give it a metadata.name";
  }
  return "metadata.name is missing";
}

void mark(Value& document, std::string_view source, const std::string& file) {
  const std::string digest = sha256_hex(to_json(document)).substr(0, 16);
  Value& metadata = document.edit("metadata");
  metadata.edit("labels").set(kSourceLabel, source);
  Value& annotations = metadata.edit("annotations");
  annotations.set(kFileAnnotation, file);
  annotations.set(kDigestAnnotation, digest);
}

// Everything that `part` says is also in `whole`; `whole` may say more (defaults).
bool contains(const Value& whole, const Value& part) {
  if (part.is_object()) {
    return std::ranges::all_of(part.members(), [&](const Value::Member& member) {
      if (member.value.is_null()) return true;
      const Value* found = whole.find(member.key());
      return found != nullptr && contains(*found, member.value);
    });
  }
  if (!part.is_array()) return whole == part;
  if (!whole.is_array() || whole.size() != part.size()) return false;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (!contains(whole.at(i), part.at(i))) return false;
  }
  return true;
}

bool belongs_to_others(std::string_view annotation) {
  if (annotation == kFileAnnotation || annotation == kDigestAnnotation) return false;
  return annotation.starts_with("goldenpath.dev/") ||
         annotation.starts_with("kubectl.kubernetes.io/") ||
         annotation.starts_with("deployment.kubernetes.io/");
}

}  // namespace

std::string Wanted::name() const {
  return name_of(document);
}

Plan make_plan(std::vector<Document> documents, const object::KindRegistry& kinds,
               std::string_view source) {
  Plan plan;
  std::map<Key, const Document*> seen;
  std::set<std::string> own_namespaces;
  for (const Document& document : documents) {
    Value value = document.value;
    // The catalog takes both; the API serves the one that is stored.
    if (value["apiVersion"].text() == "backstage.io/v1beta1") {
      value.set("apiVersion", "backstage.io/v1alpha1");
    }
    const object::KindPtr kind = kind_of(kinds, value);
    if (const std::string flaw = flaw_of(value, kind); !flaw.empty()) {
      plan.problems.push_back({document.file, document.line, name_of(value), flaw});
      continue;
    }
    if (!kind->is_namespaced) {
      value.edit("metadata").erase("namespace");
    } else if (value["metadata"]["namespace"].text().empty()) {
      value.edit("metadata").set("namespace", "default");
    }

    const Value& metadata = value["metadata"];
    const Key key{kind->resource(), metadata["namespace"].string(), metadata["name"].string()};
    const auto [first, is_new] = seen.emplace(key, &document);
    if (!is_new) {
      plan.problems.push_back({document.file, document.line, name_of(value),
                               fmt::format("is also defined in {}:{}, which is used",
                                           first->second->file, first->second->line)});
      continue;
    }
    const bool is_namespace = key.resource == "namespaces";
    const bool is_definition = key.resource == "customresourcedefinitions.apiextensions.k8s.io";
    if (is_namespace) own_namespaces.insert(key.name);
    if (kind->is_namespaced && kind->requires_namespace) plan.namespaces.insert(key.ns);
    mark(value, source, document.file);
    plan.wanted.push_back({key, std::move(value), document.file, document.line,
                           is_namespace || is_definition, is_entity_group(kind->group), kind});
  }
  for (const std::string& name : own_namespaces) plan.namespaces.erase(name);
  return plan;
}

Value merged_over(const Value& wanted, const Value& live) {
  Value result = wanted;
  const Value& before = live["metadata"];
  Value& metadata = result.edit("metadata");
  for (const char* field : {"finalizers", "ownerReferences"}) {
    if (metadata[field].is_null() && !before[field].is_null()) metadata.set(field, before[field]);
  }
  for (const auto& annotation : before["annotations"].members()) {
    const bool is_kept =
        belongs_to_others(annotation.key()) && !metadata["annotations"].contains(annotation.key());
    if (is_kept) metadata.edit("annotations").set(annotation.key(), annotation.value);
  }
  return result;
}

bool is_up_to_date(const Wanted& wanted, const Value& live) {
  Value comparable = wanted.document;
  comparable.erase("status");  // of a pasted object; the API keeps its own
  for (const std::string_view field :
       {"creationTimestamp", "resourceVersion", "uid", "generation", "managedFields", "selfLink"}) {
    comparable.edit("metadata").erase(field);
  }
  if (contains(live, comparable)) return true;
  if (!wanted.kind) return false;
  const Value& annotations = live["metadata"]["annotations"];
  if (annotations[kDigestAnnotation] != comparable["metadata"]["annotations"][kDigestAnnotation]) {
    return false;
  }

  std::vector<std::string> problems;
  auto decoded = object::decode(*wanted.kind, comparable, {}, problems);
  if (!decoded) return false;
  object::prepare_for_update(*wanted.kind, *decoded, live);
  object::apply_defaults(*wanted.kind, *decoded, &live);
  decoded->erase("status");
  return contains(live, *decoded);
}

std::string catalog_origin(const Value& live) {
  const Value& metadata = live["metadata"];
  if (metadata["labels"].contains(kSourceLabel)) return {};
  return metadata["annotations"][kManagedBy].string();
}

}  // namespace gp::manifests
