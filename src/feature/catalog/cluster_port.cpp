#include "feature/catalog/cluster_port.hpp"

#include <filesystem>

#include "base/log.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/kinds.hpp"
#include "feature/catalog/targets.hpp"

namespace gp::catalog {
namespace {

constexpr std::string_view kManager = "goldenpath-catalog";
constexpr std::string_view kManifestSource = "goldenpath.dev/manifest-source";  // their label

std::string resource_of(const EntityKind& kind) {
  return fmt::format("{}.{}", kind.plural, kind.group);
}

const EntityKind* kind_of(const Value& entity) {
  return find_entity_kind(entity["apiVersion"].text(), entity["kind"].text());
}

// The store numbers uids and revisions itself.
Value document_of(const Value& visible, const EntityKind& kind) {
  Value document = visible;
  document.set("apiVersion", fmt::format("{}/{}", kind.group, kind.version));
  document.edit("metadata").erase("uid");
  return document;
}

Value document_of(const SourceRecord& source) {
  return Value::object({{"apiVersion", "goldenpath.dev/v1alpha1"},
                        {"kind", "CatalogSource"},
                        {"metadata", Value::object({{"name", source.id}})},
                        {"spec", Value::object({{"type", source.location.type},
                                                {"target", source.location.target},
                                                {"registered", source.is_registered},
                                                {"entityName", source.entity_name}})}});
}

bool is_worth_retrying(const Error& error) {
  return error.code == Code::Unavailable || error.code == Code::ResourceExhausted ||
         error.code == Code::DeadlineExceeded || error.code == Code::Conflict;
}

}  // namespace

Result<SourceRecord> source_of(const Value& document, const std::string& root) {
  const Value& spec = document["spec"];
  const std::string_view path = spec["path"].text();
  const std::string_view url = spec["url"].text();
  const std::string_view target = spec["target"].text();
  if (path.empty() + url.empty() + target.empty() != 2) {
    return fail(invalid_argument(
                    "spec names {}, expected exactly one of path, url and target",
                    path.empty() && url.empty() && target.empty() ? "no place" : "several places")
                    .with_hint("set spec.path to a file or glob of the platform repository, or "
                               "spec.url"));
  }
  LocationRef location{"url", std::string(url)};
  if (!target.empty()) location = {spec["type"].string("file"), std::string(target)};
  if (!path.empty()) location = {"file", std::string(path)};
  const bool is_web =
      location.target.starts_with("https://") || location.target.starts_with("http://");
  if (location.type == "url" && !is_web) {
    return fail(
        invalid_argument("spec.url is \"{}\", expected an http or https URL", location.target));
  }
  if (location.type != "file" && location.type != "url") {
    return fail(
        invalid_argument("spec.type is \"{}\", expected \"file\" or \"url\"", location.type));
  }
  if (location.type == "file") {
    if (root.empty() && !location.target.starts_with('/')) {
      return fail(invalid_argument("\"{}\" is relative, but no platform repository is open",
                                   location.target)
                      .with_hint("give spec.url, or start with the folder of a platform.yaml"));
    }
    location.target = (std::filesystem::path(root) / location.target).lexically_normal().string();
  }
  const std::string name = spec["entityName"].string(generated_name(location));
  return SourceRecord{document["metadata"]["name"].string(), location, name,
                      spec["registered"].boolean(true)};
}

Result<std::vector<std::pair<std::string, Seed>>> ClusterPort::load_entities() {
  std::vector<std::pair<std::string, Seed>> seeds;
  for (const EntityKind& kind : entity_kinds()) {
    cluster::ListOptions options;
    options.resource = resource_of(kind);
    const auto listed = TRY(cluster_.list(context(), options));
    for (const auto& object : listed.objects) {
      const Value document = object->parse();
      // It came from a manifest or by hand: not ours to delete.
      const Value& metadata = document["metadata"];
      if (!metadata["annotations"].contains(kManagedBy)) continue;
      if (metadata["labels"].contains(kManifestSource)) continue;
      seeds.emplace_back(ref_of(document), seed_of(document));
      seeds.back().second.uid = object->uid();
      if (document["status"].is_object()) with_status_.insert(seeds.back().first);
    }
  }
  return seeds;
}

Result<std::vector<SourceRecord>> ClusterPort::load_sources() {
  cluster::ListOptions options;
  options.resource = kSources;
  const auto listed = TRY(cluster_.list(context(), options));
  std::vector<SourceRecord> sources;
  for (const auto& object : listed.objects) {
    if (object->is_deleting()) continue;
    // A wrong one is told by its controller.
    if (auto source = source_of(object->parse(), root_)) sources.push_back(std::move(*source));
  }
  return sources;
}

Result<> ClusterPort::remove(const Value& entity) {
  const EntityKind* kind = kind_of(entity);
  if (kind == nullptr) return {};
  const Value& metadata = entity["metadata"];
  const cluster::Key key{resource_of(*kind), metadata["namespace"].string(kDefaultNamespace),
                         metadata["name"].string()};
  auto removed = cluster_.remove(context(), key, {});
  if (removed || removed.error().code == Code::NotFound) return {};
  return fail(std::move(removed.error()));
}

std::vector<Change> ClusterPort::apply(std::vector<Change>& changes,
                                       std::vector<Refused>& refused) {
  std::vector<Change> again;
  const auto failed = [&](const Change& change, const Error& error) {
    if (is_worth_retrying(error))
      again.push_back(change);
    else
      refused.push_back({change.ref, error});
  };
  std::vector<Value> documents;
  std::vector<std::size_t> written;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    Change& change = changes[i];
    if (change.entity.is_null()) {
      if (auto removed = remove(change.previous); !removed) failed(change, removed.error());
      continue;
    }
    if (change.is_stored) continue;
    documents.push_back(document_of(change.entity, *kind_of(change.entity)));
    written.push_back(i);
  }
  const auto results = cluster_.write_all(context(), std::move(documents), kManager);
  for (std::size_t i = 0; i < results.size(); ++i) {
    Change& change = changes[written[i]];
    if (!results[i]) {
      failed(change, results[i].error());
      continue;
    }
    change.uid = (*results[i])->uid();
    change.entity.edit("metadata").set("uid", format_uuid(change.uid));
    if (auto status = write_status(change); !status) failed(change, status.error());
  }
  return again;
}

// Status is a subresource: written apart, by the few entities that have or had one.
Result<> ClusterPort::write_status(const Change& change) {
  const bool has_status = change.entity.contains("status");
  if (!has_status && !with_status_.contains(change.ref)) return {};
  Value document = document_of(change.entity, *kind_of(change.entity));
  if (!has_status) document.set("status", Value::object());
  TRY(cluster_.update_status(context(), document, kManager));
  if (has_status)
    with_status_.insert(change.ref);
  else
    with_status_.erase(change.ref);
  return {};
}

Result<> ClusterPort::put_source(const SourceRecord& source) {
  const auto results = cluster_.write_all(context(), {document_of(source)}, kManager);
  if (results.front()) return {};
  return fail(Error(results.front().error()));
}

Result<> ClusterPort::remove_source(const SourceRecord& source) {
  auto removed = cluster_.remove(context(), {std::string(kSources), "", source.id}, {});
  if (removed || removed.error().code == Code::NotFound) return {};
  return fail(std::move(removed.error()));
}

void ClusterPort::report_source(const SourceRecord& source, Value status) {
  const auto write = [&]() -> Result<> {
    if (!source.is_registered) TRY(put_source(source));
    Value document = document_of(source);
    document.set("status", std::move(status));
    TRY(cluster_.update_status(context(), document, kManager));
    return {};
  };
  if (auto written = write(); !written && written.error().code != Code::NotFound) {
    log::warn("catalog", "could not write the status of a source",
              {{"source", source.location.text()}, {"error", written.error().message}});
  }
}

}  // namespace gp::catalog
