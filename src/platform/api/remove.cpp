#include <algorithm>

#include "platform/api/admission_write.hpp"
#include "platform/api/status.hpp"
#include "platform/api/write.hpp"
#include "platform/object/definition.hpp"

namespace gp::api {
namespace {

constexpr std::string_view kOrphan = "orphan";
constexpr std::string_view kForeground = "foregroundDeletion";

constexpr std::string_view kImmortal[] = {"default", "kube-system", "kube-public"};

Result<> admit(const Target& target) {
  if (!is_namespace(*target.kind)) return {};
  if (std::ranges::find(kImmortal, target.name) == std::end(kImmortal)) return {};
  return fail(status::forbidden(*target.kind, target.name, "this namespace may not be deleted"));
}

Result<> check_preconditions(const Target& target, const object::Object& object,
                             const DeleteOptions& options) {
  const std::string uid = format_uuid(object.uid());
  if (!options.precondition_uid.empty() && options.precondition_uid != uid) {
    return fail(status::conflict(
        *target.kind, target.name,
        fmt::format("Precondition failed: UID in precondition: {}, UID in object meta: {}",
                    options.precondition_uid, uid)));
  }
  const std::string revision = std::to_string(object.revision());
  if (!options.precondition_resource_version.empty() &&
      options.precondition_resource_version != revision) {
    return fail(status::conflict(
        *target.kind, target.name,
        fmt::format("Precondition failed: ResourceVersion in precondition: {}, ResourceVersion in "
                    "object meta: {}",
                    options.precondition_resource_version, revision)));
  }
  return {};
}

// The finalizers that stand for a propagation policy; a default keeps those that are there.
void set_propagation(Value& object, DeleteOptions::Propagation propagation) {
  using Propagation = DeleteOptions::Propagation;
  if (propagation == Propagation::Default) return;
  Value kept = Value::array();
  for (const Value& finalizer : object["metadata"]["finalizers"].items()) {
    if (finalizer.text() != kOrphan && finalizer.text() != kForeground) kept.push_back(finalizer);
  }
  if (propagation == Propagation::Orphan) kept.push_back(kOrphan);
  if (propagation == Propagation::Foreground) kept.push_back(kForeground);
  if (kept.empty()) {
    object.edit("metadata").erase("finalizers");
  } else {
    object.edit("metadata").set("finalizers", std::move(kept));
  }
}

// What a deletion leaves on an object that something still holds. A namespace is held by its
// content.
void mark_deleted(const Kind& kind, Value& object, TimePoint now) {
  Value& metadata = object.edit("metadata");
  metadata.set("deletionTimestamp", format_time(now));
  if (!is_namespace(kind)) metadata.set("deletionGracePeriodSeconds", 0);
  if (const Value* generation = metadata.find("generation")) {
    metadata.set("generation", generation->integer() + 1);
  }
  if (is_namespace(kind)) object.edit("status").set("phase", "Terminating");
}

// A definition is held until its objects are gone.
void hold_definition(Value& definition, TimePoint now) {
  Value finalizers = definition["metadata"]["finalizers"];
  if (!finalizers.is_array()) finalizers = Value::array();
  const auto present = finalizers.items();
  if (std::ranges::find(present, Value(object::kCleanupFinalizer)) == present.end()) {
    finalizers.push_back(object::kCleanupFinalizer);
    definition.edit("metadata").set("finalizers", std::move(finalizers));
  }
  set_definition_condition(definition, "Terminating", "True", "InstanceDeletionPending",
                           "CustomResourceDefinition marked for deletion; CustomResource deletion "
                           "will begin soon",
                           now);
}

Value marked(const Verbs::Impl& impl, const Target& target, const Value& old,
             const DeleteOptions& options) {
  Value object = old;
  set_propagation(object, options.propagation);
  if (!object["metadata"]["deletionTimestamp"].is_null()) return object;
  mark_deleted(*target.kind, object, impl.clock.now());
  if (impl.definitions != nullptr && object::is_definition(*target.kind)) {
    hold_definition(object, impl.clock.now());
  }
  return object;
}

Result<Deleted> try_remove(const Verbs::Impl& impl, const Target& target, const ObjectRef& old,
                           const DeleteOptions& options) {
  const Value old_value = TRY(impl.read(*target.kind, old));
  const Value object = marked(impl, target, old_value, options);
  if (!is_released(*target.kind, object)) {
    ObjectRef kept = TRY(replace(impl, target, old, old_value, object, options.dry_run));
    return Deleted{std::move(kept), false};
  }
  if (options.dry_run) return Deleted{old, true};

  DefinitionTurn turn(impl.definitions, *target.kind);
  store::Transaction transaction;
  transaction.writes.push_back(
      {store::Write::Op::Delete, old->key(), std::nullopt, old->revision()});
  auto committed = impl.store.commit(std::move(transaction));
  if (!committed) return fail(std::move(committed.error()));
  turn.gone(*old);
  return Deleted{committed->objects.front(), true};
}

}  // namespace

Result<Deleted> Verbs::remove(const Target& asked, const DeleteOptions& options) {
  // Going needs no conversion: what only a webhook could convert goes as it is stored.
  Target target = asked;
  if (target.kind->needs_webhook && target.kind->stored) target.kind = target.kind->stored;
  for (int turn = 1;; ++turn) {
    const ObjectRef old = impl_->find(target);
    if (!old) return fail(status::not_found(*target.kind, target.name));
    TRY(admit(target));
    TRY(check_preconditions(target, *old, options));
    TRY(admit_deletion(impl_->admission, target, *old, options));
    auto removed = try_remove(*impl_, target, old, options);
    if (removed) {
      return Deleted{TRY(impl_->present(*target.kind, removed->object)), removed->is_gone};
    }
    if (!is_race(removed.error()) || turn == kWriteTurnsMax) {
      return fail(write_error(target, std::move(removed.error())));
    }
  }
}

Result<std::vector<ObjectRef>> Verbs::remove_collection(const Target& target,
                                                        store::ListOptions which,
                                                        const DeleteOptions& options) {
  const store::Listed listed = TRY(list(target, std::move(which)));
  std::vector<ObjectRef> removed;
  for (const ObjectRef& object : listed.objects) {
    Target one{target.kind, std::string(object->ns()), std::string(object->name()), {}};
    auto result = remove(one, options);
    if (!result && result.error().code == Code::NotFound) continue;  // somebody else was faster
    if (!result) return fail(std::move(result.error()));
    removed.push_back(std::move(result->object));
  }
  return removed;
}

}  // namespace gp::api
