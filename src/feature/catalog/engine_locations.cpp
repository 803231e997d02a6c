// Registered locations, and what would come of one.

#include "feature/catalog/engine.hpp"
#include "feature/catalog/errors.hpp"
#include "feature/catalog/targets.hpp"

namespace gp::catalog {
namespace {

constexpr std::size_t kDryRunEntitiesMax = 5'000;
constexpr std::size_t kSourcesMax = 10'000;

}  // namespace

Error Engine::unknown_id(std::string_view id) const {
  return named_error("NotFoundError", fmt::format("Found no location with ID {}", id));
}

std::vector<SourceRecord> Engine::registered() const {
  const std::lock_guard lock(mutex_);
  std::vector<SourceRecord> found;
  for (const SourceRecord& source : sources_) {
    if (source.is_registered) found.push_back(source);
  }
  return found;
}

std::optional<SourceRecord> Engine::registered(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  for (const SourceRecord& source : sources_) {
    if (source.is_registered && source.id == id) return source;
  }
  return std::nullopt;
}

std::optional<SourceRecord> Engine::registered(const LocationRef& location) const {
  const std::lock_guard lock(mutex_);
  for (const SourceRecord& source : sources_) {
    if (source.is_registered && source.location == location) return source;
  }
  return std::nullopt;
}

Result<SourceRecord> Engine::add(const LocationRef& location) {
  SourceRecord source{format_uuid(random_uuid(random_)), location, generated_name(location), true};
  {
    const std::lock_guard lock(mutex_);
    if (sources_.size() >= kSourcesMax) {
      return fail(named_error("InputError", fmt::format("the catalog has {} locations and takes no "
                                                        "more",
                                                        kSourcesMax)));
    }
    for (const SourceRecord& other : sources_) {
      if (other.location != location && other.entity_name != source.entity_name) continue;
      return fail(
          named_error("ConflictError", fmt::format("Location {} already exists", location.text())));
    }
    sources_.push_back(source);  // before it is durable, so that a second one at once conflicts
  }
  if (auto stored = port_.put_source(source); !stored) {
    const std::lock_guard lock(mutex_);
    std::erase(sources_, source);
    return fail(std::move(stored.error()));
  }
  {
    const std::lock_guard lock(mutex_);
    state_.add_root(source.location, source.entity_name);
  }
  kick();
  return source;
}

Result<SourceRecord> Engine::change(std::string_view id, const LocationRef& location) {
  auto source = registered(id);
  if (!source) return fail(unknown_id(id));
  const auto other = registered(location);
  if (other && other->id != id) {
    return fail(
        named_error("ConflictError", fmt::format("Location {} already exists", location.text())));
  }
  source->location = location;
  TRY(port_.put_source(*source));
  {
    const std::lock_guard lock(mutex_);
    for (SourceRecord& kept : sources_) {
      if (kept.id == id) kept = *source;
    }
    state_.add_root(location, source->entity_name);
  }
  kick();
  return std::move(*source);
}

Result<> Engine::remove(std::string_view id) {
  const auto source = registered(id);
  if (!source) return fail(unknown_id(id));
  TRY(port_.remove_source(*source));
  {
    const std::lock_guard lock(mutex_);
    std::erase(sources_, *source);
    drop_root(*source);
  }
  flush();
  kick();
  return {};
}

// Under the mutex.
void Engine::drop_root(const SourceRecord& source) {
  const auto root = state_.find(source.entity_ref());
  if (!root) return;
  reported_.erase(*root);
  state_.remove_root(*root);
}

Result<> Engine::adopt(const SourceRecord& source) {
  {
    const std::lock_guard lock(mutex_);
    const auto same_id = [&](const SourceRecord& other) { return other.id == source.id; };
    const auto known = std::ranges::find_if(sources_, same_id);
    if (known != sources_.end() && (*known == source || !known->is_registered)) return {};
    for (const SourceRecord& other : sources_) {
      if (other.id == source.id) continue;
      if (other.location != source.location && other.entity_name != source.entity_name) continue;
      return fail(named_error("ConflictError",
                              fmt::format("Location {} already exists, as CatalogSource \"{}\"",
                                          source.location.text(), other.id)));
    }
    if (known == sources_.end()) {
      if (sources_.size() >= kSourcesMax) {
        return fail(
            resource_exhausted("the catalog has {} locations and takes no more", kSourcesMax));
      }
      sources_.push_back(source);
    } else {
      if (known->entity_name != source.entity_name) drop_root(*known);
      *known = source;
    }
    if (is_started_) state_.add_root(source.location, source.entity_name);  // else begin() does
  }
  flush();
  kick();
  return {};
}

void Engine::forget(std::string_view id) {
  {
    const std::lock_guard lock(mutex_);
    const auto same_id = [&](const SourceRecord& other) { return other.id == id; };
    const auto known = std::ranges::find_if(sources_, same_id);
    if (known == sources_.end()) return;
    if (known->is_registered) {
      drop_root(*known);
      sources_.erase(known);
    } else if (const auto root = state_.find(known->entity_ref())) {
      reported_.erase(*root);  // so that the next report writes the object again
    }
  }
  flush();
  kick();
}

Result<DryRun> Engine::dry_run(const LocationRef& location) const {
  DryRun run;
  run.exists = registered(location).has_value();
  auto processed =
      process_below(location_entity(location, generated_name(location)), 0, run.entities);
  if (!processed) {
    return fail(named_error("InputError", error_text(processed.error())));
  }
  return run;
}

Result<> Engine::process_below(const Value& entity, int depth, std::vector<Value>& entities) const {
  if (depth > kDepthMax || entities.size() >= kDryRunEntitiesMax) {
    return fail(named_error("InputError", fmt::format("more than {} entities or {} levels of "
                                                      "Locations, too many for a dry run",
                                                      kDryRunEntitiesMax, kDepthMax)));
  }
  Outcome outcome = processor_.process(entity);
  if (!outcome.errors.empty()) return fail(std::move(outcome.errors.front()));
  entities.push_back(std::move(outcome.entity));
  for (const Emitted& emitted : outcome.emitted) {
    TRY(process_below(emitted.entity, depth + 1, entities));
  }
  return {};
}

}  // namespace gp::catalog
