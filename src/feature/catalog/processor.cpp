#include "feature/catalog/processor.hpp"

#include "feature/catalog/errors.hpp"
#include "feature/catalog/placeholders.hpp"
#include "feature/catalog/targets.hpp"
#include "feature/catalog/validate.hpp"

namespace gp::catalog {
namespace {

constexpr std::string_view kViewUrl = "backstage.io/view-url";
constexpr std::string_view kEditUrl = "backstage.io/edit-url";
constexpr std::string_view kSourceLocation = "backstage.io/source-location";

void annotate(Value& entity, std::string_view name, std::string_view value) {
  entity.edit("metadata").edit("annotations").set(name, value);
}

// The author's own annotations stay.
void annotate_urls(Value& entity, const LocationRef& location) {
  if (location.type != "url") return;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty() && !annotation(entity, name).is_string()) annotate(entity, name, value);
  };
  add(kViewUrl, location.target);
  add(kEditUrl, edit_url(location.target));
  if (const std::string folder = folder_url(location.target); !folder.empty()) {
    add(kSourceLocation, "url:" + folder);
  }
}

std::vector<std::string> targets_of(const Value& spec) {
  std::vector<std::string> targets;
  if (spec["target"].is_string()) targets.push_back(spec["target"].string());
  for (const Value& target : spec["targets"].items()) targets.push_back(target.string());
  return targets;
}

}  // namespace

bool Rules::allow(std::string_view kind) const {
  if (kinds.empty()) return true;
  const std::string wanted = lower(kind);
  return std::ranges::any_of(kinds, [&](const std::string& k) { return lower(k) == wanted; });
}

Value location_entity(const LocationRef& location, std::string_view name) {
  return Value::object(
      {{"apiVersion", "backstage.io/v1alpha1"},
       {"kind", "Location"},
       {"metadata",
        Value::object({{"name", name},
                       {"namespace", kDefaultNamespace},
                       {"annotations", Value::object({{kManagedBy, location.text()},
                                                      {kManagedByOrigin, location.text()}})}})},
       {"spec", Value::object({{"type", location.type}, {"target", location.target}})}});
}

Outcome Processor::process(const Value& unprocessed) const {
  Outcome outcome;
  Value entity = unprocessed;
  auto location = parse_location_ref(annotation(entity, kManagedBy).text());
  if (!location) {
    outcome.errors.push_back(std::move(location.error()));
    return outcome;
  }
  if (auto prepared = prepare(entity, *location, outcome); !prepared) {
    outcome.errors.push_back(std::move(prepared.error()));
    return outcome;
  }
  if (outcome.is_location) {
    if (auto emitted = emit(entity, *location, outcome); !emitted) {
      outcome.errors.push_back(std::move(emitted.error()));
      outcome.emitted.clear();
      return outcome;
    }
  }
  auto relations = relations_of(entity);
  if (!relations) {
    outcome.errors.push_back(std::move(relations.error()));
    outcome.emitted.clear();
    return outcome;
  }
  sort_references(entity);
  outcome.relations = std::move(*relations);
  outcome.entity = std::move(entity);
  return outcome;
}

Result<> Processor::prepare(Value& entity, const LocationRef& location, Outcome& outcome) const {
  TRY(check_envelope(entity));
  outcome.is_location = entity["kind"].text() == "Location";
  TRY(resolve_placeholders(entity, location, source_, outcome.reads));
  if (auto allowed = check_policies(entity); !allowed) {
    return fail(caused_by("InputError", fmt::format("Policy check failed for {}", ref_of(entity)),
                          allowed.error()));
  }
  if (!entity["metadata"].contains("namespace")) {
    entity.edit("metadata").set("namespace", kDefaultNamespace);
  }
  annotate_urls(entity, location);
  return check_kind(entity);
}

Result<> Processor::emit(const Value& entity, const LocationRef& location, Outcome& outcome) const {
  const Value& spec = entity["spec"];
  const std::string_view type = spec["type"].text(location.type);
  const bool is_optional = spec["presence"].text() == "optional";
  const auto targets = targets_of(spec);
  if (targets.size() > kLocationTargetsMax) {
    return fail(
        with_place(named_error("InputError", fmt::format("a Location has {} targets, at "
                                                         "most {} are read",
                                                         targets.size(), kLocationTargetsMax)),
                   {}, 0, "spec.targets"));
  }
  // Every target is resolved before the first is read, so that all are watched whatever fails.
  std::vector<LocationRef> resolved;
  for (const std::string& target : targets) {
    LocationRef absolute = TRY(resolve_target(location, type, target));
    resolved.push_back(std::move(absolute));
  }
  outcome.reads.insert(outcome.reads.end(), resolved.begin(), resolved.end());
  for (std::size_t i = 0; i < resolved.size(); ++i) {
    auto emitted = emit_target(entity, resolved[i], is_optional, outcome);
    if (!emitted) {
      const std::string path =
          spec["target"].is_string() && i == 0 ? "spec.target" : fmt::format("spec.targets.{}", i);
      return fail(with_place(std::move(emitted.error()), {}, 0, path));
    }
  }
  return {};
}

Result<> Processor::emit_target(const Value& entity, const LocationRef& target, bool is_optional,
                                Outcome& outcome) const {
  const std::string origin = annotation(entity, kManagedByOrigin).string();
  auto files = source_.read(target, origin);
  if (!files) {
    if (is_optional && files.error().code == Code::NotFound) return {};
    return fail(std::move(files.error()));
  }
  for (const SourceFile& file : *files) {
    for (const SourceDocument& document : *file.documents) {
      if (!rules_.allow(document.value["kind"].text())) {
        const std::string managed_by = file.location.text();
        return fail(with_place(
            named_error("NotAllowedError",
                        fmt::format("Entity {} at {}, originated at {}, is not of an allowed kind "
                                    "for that location",
                                    document.ref, managed_by, origin)),
            managed_by, document.line));
      }
      if (outcome.emitted.size() >= kLocationEntitiesMax) {
        return fail(named_error("InputError", fmt::format("{} holds more than {} entities",
                                                          target.text(), kLocationEntitiesMax)));
      }
      outcome.emitted.push_back({document.ref, document.value, file.location, document.line});
    }
  }
  return {};
}

}  // namespace gp::catalog
