#include "platform/api/definitions.hpp"

#include <algorithm>

#include "platform/api/managed_fields.hpp"
#include "platform/api/status.hpp"
#include "platform/api/write.hpp"
#include "platform/object/definition.hpp"

namespace gp::api {
namespace {

using object::Kind;

// In the text of every definition that was settled once.
constexpr std::string_view kSettledMark = "\"NamesAccepted\"";

std::string name_of(const Value& definition) {
  return definition["metadata"]["name"].string();
}

// As object::Kind::resource(), without making a text for each of hundreds.
bool is_resource(const Kind& kind, std::string_view resource) {
  return resource.size() == kind.plural.size() + 1 + kind.group.size() &&
         resource.starts_with(kind.plural) && resource.ends_with(kind.group);
}

std::vector<KindPtr> kinds_of(const object::KindRegistry& kinds, std::string_view resource) {
  std::vector<KindPtr> found;
  for (const KindPtr& kind : kinds.all()) {
    if (is_resource(*kind, resource)) found.push_back(kind);
  }
  return found;
}

// Objects are converted and read by these: a change of them makes stored objects old.
bool is_same_form(const Value& before, const Value& after) {
  return before["versions"] == after["versions"] && before["conversion"] == after["conversion"];
}

// As its objects are stored, whatever their age.
Result<ObjectRef> write_settled(store::Store& store, const ObjectRef& old, const Value& settled) {
  object::Draft draft = TRY(object::Draft::make(object::kDefinitionResource, settled, {}));
  store::Transaction transaction;
  transaction.writes.push_back(
      {store::Write::Op::Update, old->key(), std::move(draft), old->revision()});
  const store::Committed committed = TRY(store.commit(std::move(transaction)));
  return committed.objects.front();
}

}  // namespace

Definitions::Definitions(store::Store& store, object::KindRegistry& kinds, Clock& clock)
    : store_(store), kinds_(kinds), clock_(clock) {}

Result<> Definitions::load() {
  store::ListOptions all;
  all.resource = object::kDefinitionResource;
  const store::Listed listed = TRY(store_.list(all));
  const std::lock_guard lock(turn_);
  std::set<std::string> resources;
  for (const ObjectRef& object : listed.objects) {
    const std::string resource(object->name());
    note(resource, object->parse(), object->revision());
    resources.insert(resource);
  }
  // Written by a program that did not settle them.
  for (const ObjectRef& object : listed.objects) {
    if (object->json().find(kSettledMark) != std::string_view::npos) continue;
    Value definition = object->parse();
    settle_definition(definition, names_in_use(definition), clock_.now());
    const ObjectRef written = TRY(write_settled(store_, object, definition));
    note(std::string(object->name()), definition, written->revision());
  }
  publish(resources);
  return {};
}

KindPtr Definitions::stored_kind(const Value& definition) {
  Value alone = definition;
  Value versions = Value::array();
  for (const Value& version : definition["spec"]["versions"].items()) {
    if (!version["storage"].boolean()) continue;
    versions.push_back(version);
    versions.item(0).set("served", true);
  }
  alone.edit("spec").set("versions", std::move(versions));
  std::vector<Kind> kinds = object::kinds_of_definition(alone);
  return kinds.empty() ? nullptr : object::KindRegistry::ready(std::move(kinds.front()));
}

// What other definitions have been given, and what the platform brings along.
NamesInUse Definitions::names_in_use(const Value& definition) const {
  const std::string_view group = definition["spec"]["group"].text();
  const std::string resource = name_of(definition);
  NamesInUse used;
  for (const auto& [name, known] : known_) {
    if (known.spec["group"].text() == group) used.add(known.accepted_names);
  }
  for (const KindPtr& kind : kinds_.all()) {
    if (kind->group != group || kind->is_custom || known_.contains(kind->resource())) continue;
    if (is_resource(*kind, resource) && object::may_be_redefined(*kind)) continue;
    used.resources.insert({kind->plural, kind->singular});
    used.resources.insert(kind->short_names.begin(), kind->short_names.end());
    used.kinds.insert({kind->kind, kind->list_kind});
  }
  return used;
}

std::vector<KindPtr> Definitions::make_kinds(const std::string& resource, const Value& definition,
                                             Revision schema_since) const {
  std::vector<Kind> described = object::kinds_of_definition(definition);
  std::vector<KindPtr> made;
  if (const auto builtins = builtins_.find(resource); builtins != builtins_.end()) {
    for (const KindPtr& builtin : builtins->second) {
      const auto anew = std::ranges::find(described, builtin->version, &Kind::version);
      made.push_back(anew == described.end() ? builtin
                                             : object::KindRegistry::ready(
                                                   object::redefined(*builtin, std::move(*anew))));
    }
    return made;
  }

  const auto is_stored = [](const Kind& kind) { return kind.version == kind.storage_version; };
  for (Kind& kind : described) kind.schema_since = schema_since;
  KindPtr stored;
  if (const auto kind = std::ranges::find_if(described, is_stored); kind != described.end()) {
    stored = object::KindRegistry::ready(std::move(*kind));
    described.erase(kind);
    made.push_back(stored);
  } else if (!described.empty()) {
    stored = stored_kind(definition);
  }
  for (Kind& kind : described) {
    kind.stored = stored;
    made.push_back(object::KindRegistry::ready(std::move(kind)));
  }
  return made;
}

void Definitions::note(const std::string& resource, const Value& definition, Revision revision) {
  Known& known = known_[resource];
  Known next{revision,
             definition["spec"],
             definition["status"]["acceptedNames"],
             has_condition(definition, "Established"),
             !definition["metadata"]["deletionTimestamp"].is_null(),
             {},
             revision};
  const bool is_new = known.revision == 0;
  if (is_new) {
    auto builtins = kinds_of(kinds_, resource);
    if (!builtins.empty()) builtins_.emplace(resource, std::move(builtins));
  } else if (is_same_form(known.spec, next.spec)) {
    next.schema_since = known.schema_since;
  }
  const bool is_same =
      !is_new && known.spec == next.spec && known.accepted_names == next.accepted_names &&
      known.is_established == next.is_established && known.is_terminating == next.is_terminating;
  if (is_same) {
    next.kinds = std::move(known.kinds);
  } else if (next.is_established) {
    next.kinds = make_kinds(resource, definition, next.schema_since);
  }
  known = std::move(next);
}

void Definitions::publish(const std::set<std::string>& resources) {
  std::vector<KindPtr> kinds;
  for (const std::string& resource : resources) {
    const auto known = known_.find(resource);
    const bool is_served = known != known_.end() && known->second.is_established;
    if (is_served) {
      kinds.insert(kinds.end(), known->second.kinds.begin(), known->second.kinds.end());
    } else if (const auto own = builtins_.find(resource); own != builtins_.end()) {
      kinds.insert(kinds.end(), own->second.begin(), own->second.end());
    }
  }
  kinds_.exchange(resources, std::move(kinds));
}

DefinitionTurn::DefinitionTurn(Definitions* definitions, const Kind& kind) {
  if (definitions == nullptr || !object::is_definition(kind)) return;
  definitions_ = definitions;
  lock_ = std::unique_lock(definitions->turn_);
}

Value DefinitionTurn::settled(const Kind& kind, const Value& definition) const {
  if (definitions_ == nullptr) return definition;
  const TimePoint now = definitions_->clock_.now();
  Value settled = definition;
  settle_definition(settled, definitions_->names_in_use(definition), now);
  if (settled == definition) return definition;
  WriteOptions options;
  options.field_manager = "kube-apiserver";
  track_update(kind, definition, settled, "status", options, now);
  return settled;
}

void DefinitionTurn::stored(const object::Object& definition) {
  if (definitions_ == nullptr) return;
  const std::string resource(definition.name());
  const auto served = [&] {
    const auto known = definitions_->known_.find(resource);
    return known == definitions_->known_.end() ? std::vector<KindPtr>() : known->second.kinds;
  };
  const std::vector<KindPtr> before = served();
  definitions_->note(resource, definition.parse(), definition.revision());
  if (served() != before) definitions_->publish({resource});
}

Result<> admit_into_definition(const Verbs::Impl& impl, const Kind& kind,
                               Preconditions& preconditions) {
  if (!kind.is_custom || impl.definitions == nullptr) return {};
  const ObjectRef found = impl.store.get(object::kDefinitionResource, "", kind.resource());
  if (!found) return fail(status::no_such_resource());
  if (found->is_deleting()) return fail(status::kind_terminating(kind));
  preconditions.emplace_back(found->key(), found->revision());
  return {};
}

void DefinitionTurn::gone(const object::Object& definition) {
  if (definitions_ == nullptr) return;
  const std::string resource(definition.name());
  definitions_->known_.erase(resource);
  definitions_->publish({resource});
  definitions_->builtins_.erase(resource);
}

}  // namespace gp::api
