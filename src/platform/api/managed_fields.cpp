#include "platform/api/managed_fields.hpp"

#include <algorithm>

#include "platform/api/field_walk.hpp"
#include "platform/api/managers.hpp"
#include "platform/api/status.hpp"

namespace gp::api {
namespace {

// What nobody owns: the object's identity and what the server fills in.
const std::string kServersOwn[] = {
    "f:name",       "f:namespace",       "f:uid",      "f:creationTimestamp",
    "f:generation", "f:resourceVersion", "f:selfLink", "f:managedFields",
    "f:clusterName"};

// Only the part that writes through this subresource may own.
void strip(FieldSet& set, const object::Kind& kind, std::string_view subresource) {
  set.erase("f:apiVersion");
  set.erase("f:kind");
  if (subresource == "status") {
    FieldSet kept;
    if (const FieldSet* status = set.find("f:status")) kept.child("f:status") = *status;
    set = std::move(kept);
    return;
  }
  if (kind.has_status) set.erase("f:status");
  if (set.find("f:metadata") == nullptr) return;
  FieldSet& metadata = set.child("f:metadata");
  for (const std::string& element : kServersOwn) metadata.erase(element);
  FieldSet self;  // the metadata as such belongs to nobody either
  self.insert_here();
  metadata = subtract(metadata, self);
  set.prune();
}

Manager acting(const object::Kind& kind, std::string_view subresource, const WriteOptions& options,
               bool applies, TimePoint now) {
  return {options.field_manager,    applies,          kind.api_version(),
          std::string(subresource), format_time(now), {}};
}

// Takes fields that have changed from those who held them.
void take_from_others(Managers& managers, const Manager& self, const FieldSet& changed,
                      const FieldSet& removed) {
  if (changed.empty() && removed.empty()) return;
  for (Manager& manager : managers) {
    if (manager.is_same(self)) continue;
    manager.fields = subtract(subtract(manager.fields, changed), removed);
  }
}

// The real server's words, and its code.
Error unclear(const object::Kind& kind, const Value& config, std::string_view why) {
  const Value& metadata = config["metadata"];
  return status::make(Code::InvalidArgument, 500, "",
                      fmt::format("failed to create typed patch object ({}/{}; {}/{}, Kind={}): {}",
                                  metadata["namespace"].text(), metadata["name"].text(), kind.group,
                                  kind.version, kind.kind, why));
}

void set_managers(Value& object, Managers managers) {
  cap_managers(managers);
  Value list = write_managers(std::move(managers));
  if (list.is_null()) {
    object.edit("metadata").erase("managedFields");
  } else {
    object.edit("metadata").set("managedFields", std::move(list));
  }
}

// The managers as the client sent them back: it may drop or rewrite them (kubectl does when it
// turns to server-side apply); anything unreadable counts as not sent.
Managers managers_of(const Value& old, const Value& object) {
  if (const Value* sent = object["metadata"].find("managedFields")) {
    if (auto managers = read_managers(*sent)) return std::move(*managers);
  }
  return read_managers(old["metadata"]["managedFields"]).value_or(Managers{});
}

Value without_managers(Value object) {
  if (object["metadata"].contains("managedFields")) {
    object.edit("metadata").erase("managedFields");
  }
  return object;
}

Error conflict_error(const std::vector<std::pair<Manager, FieldSet>>& conflicts) {
  Value causes = Value::array();
  std::string lines;
  std::string first;
  std::size_t count = 0;
  for (const auto& [manager, fields] : conflicts) {
    lines += fmt::format("{}conflicts with {}:", lines.empty() ? "" : "\n", manager.to_string());
    for (const std::string& path : fields.paths()) {
      lines += "\n- " + path;
      first = fmt::format("conflict with {}: {}", manager.to_string(), path);
      causes.push_back(
          Value::object({{"reason", "FieldManagerConflict"},
                         {"message", fmt::format("conflict with {}", manager.to_string())},
                         {"field", path}}));
      ++count;
    }
  }
  const std::string message = count == 1
                                  ? fmt::format("Apply failed with 1 conflict: {}", first)
                                  : fmt::format("Apply failed with {} conflicts: {}", count, lines);
  return status::make(Code::Conflict, 409, "Conflict", message,
                      Value::object({{"causes", std::move(causes)}}));
}

Result<> check_conflicts(const Managers& managers, const Manager& self, const FieldSet& changed) {
  std::vector<std::pair<Manager, FieldSet>> conflicts;
  for (const Manager& manager : managers) {
    if (manager.is_same(self)) continue;
    FieldSet fields = intersect(manager.fields, changed);
    if (!fields.empty()) conflicts.emplace_back(manager, std::move(fields));
  }
  if (conflicts.empty()) return {};
  std::ranges::sort(conflicts, {}, [](const auto& conflict) { return conflict.first.name; });
  return fail(conflict_error(conflicts));
}

// What the manager applied before, applies no more, and nobody else holds, goes.
Value drop_abandoned(const Value& merged, const FieldSet& before, const Managers& managers,
                     const FieldSchema& schema) {
  if (before.empty()) return merged;
  FieldSet held;
  for (const Manager& manager : managers) held = unite(held, manager.fields);
  const FieldSet abandoned =
      subtract(with_named_parents(before, schema), with_named_parents(held, schema));
  return remove_fields(merged, abandoned, schema);
}

}  // namespace

void track_create(const object::Kind& kind, Value& object, const WriteOptions& options,
                  TimePoint now) {
  object.edit("metadata").erase("managedFields");
  if (options.field_manager.empty()) return;
  FieldChanges changes = compare_fields(Value::object(), object, FieldSchema::of(kind));
  Manager self = acting(kind, "", options, false, now);
  self.fields = std::move(changes.added);
  strip(self.fields, kind, "");
  set_managers(object, {std::move(self)});
}

void track_update(const object::Kind& kind, const Value& old, Value& object,
                  std::string_view subresource, const WriteOptions& options, TimePoint now) {
  Managers managers = managers_of(old, object);
  const Value* sent = object["metadata"].find("managedFields");
  const bool is_reset = sent != nullptr && sent->is_array() && sent->empty();
  const bool is_untracked = old["metadata"]["managedFields"].empty() && managers.empty();
  object = without_managers(std::move(object));
  if (is_untracked || is_reset || options.field_manager.empty()) {
    if (!is_reset) set_managers(object, std::move(managers));
    return;
  }

  FieldChanges changes = compare_fields(without_managers(old), object, FieldSchema::of(kind));
  const FieldSet changed = unite(changes.added, changes.modified);
  Manager self = acting(kind, subresource, options, false, now);
  take_from_others(managers, self, changed, changes.removed);
  FieldSet taken = changed;
  strip(taken, kind, subresource);
  Manager* known = find_manager(managers, self);
  if (known != nullptr) known->fields = subtract(known->fields, changes.removed);
  if (!taken.empty()) {
    if (known == nullptr) known = &managers.emplace_back(self);
    known->fields = unite(known->fields, taken);
    known->time = self.time;
  }
  set_managers(object, std::move(managers));
}

Result<Value> apply_config(const object::Kind& kind, const Value& live_object, const Value& config,
                           std::string_view subresource, const WriteOptions& options,
                           TimePoint now) {
  const FieldSchema schema = FieldSchema::of(kind);
  if (const std::string twice = duplicates_of(config, schema); !twice.empty()) {
    return fail(unclear(kind, config, twice));
  }
  Managers managers = read_managers(live_object["metadata"]["managedFields"]).value_or(Managers{});
  const Value live = without_managers(live_object);

  Manager self = acting(kind, subresource, options, true, now);
  self.fields = fields_of(config, schema);
  strip(self.fields, kind, subresource);
  FieldSet applied_before;
  if (Manager* known = find_manager(managers, self)) {
    applied_before = known->fields;
    if (known->fields == self.fields && known->api_version == self.api_version) {
      self.time = known->time;  // the same intent as before: not even the time changes
    }
    *known = self;
  } else {
    managers.push_back(self);
  }

  Value merged = merge_fields(live, config, schema);
  // Most applies say new values for the fields that they have said before: those abandon nothing.
  if (!(applied_before == self.fields)) {
    merged = drop_abandoned(merged, applied_before, managers, schema);
  }
  FieldChanges changes = compare_fields(live, merged, schema);
  const FieldSet changed = unite(changes.added, changes.modified);
  if (!options.force) TRY(check_conflicts(managers, self, changed));
  take_from_others(managers, self, changed, changes.removed);
  set_managers(merged, std::move(managers));
  return merged;
}

}  // namespace gp::api
