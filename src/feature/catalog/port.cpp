#include "feature/catalog/port.hpp"

namespace gp::catalog {

Seed seed_of(const Value& visible) {
  Seed seed;
  seed.entity = visible;
  const Value& metadata = visible["metadata"];
  if (!parse_uuid(metadata["uid"].text(), seed.uid)) seed.uid = {};
  seed.etag = metadata["etag"].string();
  seed.entity.erase("relations");
  seed.entity.erase("status");
  Value& own = seed.entity.edit("metadata");
  for (const std::string_view computed : {"uid", "etag", "resourceVersion", "creationTimestamp",
                                          "generation", "managedFields", "selfLink"}) {
    own.erase(computed);
  }
  if (own["annotations"].contains(kOrphan)) own.edit("annotations").erase(kOrphan);
  return seed;
}

Result<std::vector<std::pair<std::string, Seed>>> MemoryPort::load_entities() {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<std::string, Seed>> seeds;
  for (const auto& [ref, entity] : entities_) seeds.emplace_back(ref, seed_of(entity));
  return seeds;
}

Result<std::vector<SourceRecord>> MemoryPort::load_sources() {
  const std::lock_guard lock(mutex_);
  std::vector<SourceRecord> sources;
  for (const auto& [id, source] : sources_) sources.push_back(source);
  return sources;
}

std::vector<Change> MemoryPort::apply(std::vector<Change>& changes, std::vector<Refused>&) {
  const std::lock_guard lock(mutex_);
  for (const Change& change : changes) {
    if (change.entity.is_null())
      entities_.erase(change.ref);
    else
      entities_.insert_or_assign(change.ref, change.entity);
  }
  return {};
}

Result<> MemoryPort::put_source(const SourceRecord& source) {
  const std::lock_guard lock(mutex_);
  sources_.insert_or_assign(source.id, source);
  return {};
}

Result<> MemoryPort::remove_source(const SourceRecord& source) {
  const std::lock_guard lock(mutex_);
  sources_.erase(source.id);
  return {};
}

void MemoryPort::report_source(const SourceRecord& source, Value status) {
  const std::lock_guard lock(mutex_);
  statuses_.insert_or_assign(source.location.target, std::move(status));
}

Value MemoryPort::status_of(const std::string& target) const {
  const std::lock_guard lock(mutex_);
  const auto found = statuses_.find(target);
  return found == statuses_.end() ? Value() : found->second;
}

}  // namespace gp::catalog
