#include "platform/api/admission_rules.hpp"
#include "platform/api/admission_write.hpp"
#include "platform/api/managed_fields.hpp"
#include "platform/api/rbac_escalation.hpp"
#include "platform/api/scale.hpp"
#include "platform/api/status.hpp"
#include "platform/api/write.hpp"
#include "platform/object/decode.hpp"
#include "platform/object/defaults.hpp"
#include "platform/object/validate.hpp"

namespace gp::api {
namespace {

// Set once by the server; whatever the client sends.
constexpr std::string_view kCarriedOver[] = {
    "uid",        "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
    "generation", "selfLink"};

void carry_metadata_over(const Value& old, Value& object) {
  const Value& before = old["metadata"];
  Value& after = object.edit("metadata");
  for (const std::string_view name : kCarriedOver) {
    if (const Value* kept = before.find(name)) {
      after.set(name, *kept);
    } else {
      after.erase(name);
    }
  }
}

// `metadata.uid` and `metadata.resourceVersion` of a document are preconditions.
Result<> check_preconditions(const Target& target, const Value& old, const Value& object) {
  const std::string_view asked_uid = object["metadata"]["uid"].text();
  const std::string_view uid = old["metadata"]["uid"].text();
  if (!asked_uid.empty() && asked_uid != uid) {
    return fail(status::conflict(
        *target.kind, target.name,
        fmt::format("StorageError: invalid object, Code: 4, Key: /registry/{}/{}{}{}, "
                    "ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in "
                    "precondition: {}, UID in object meta: {}",
                    target.kind->plural, target.ns, target.ns.empty() ? "" : "/", target.name,
                    asked_uid, uid)));
  }
  const std::string_view asked = object["metadata"]["resourceVersion"].text();
  if (asked.empty() || asked == "0" || asked == old["metadata"]["resourceVersion"].text()) {
    return {};
  }
  return fail(status::conflict(*target.kind, target.name));
}

// A namespace's finalizers are changed through /finalize only, and nothing else is there.
void settle_namespace(std::string_view subresource, const Value& old, Value& object) {
  if (subresource == "finalize") {
    Value next = old;
    next.edit("spec").set("finalizers", object["spec"]["finalizers"]);
    object = std::move(next);
  } else if (subresource.empty()) {
    object.set("spec", old["spec"]);
  }
}

// What an update may not touch is as it was, and what it may leave out is filled in.
void prepare(const Target& target, const Value& old, Value& object) {
  const Kind& kind = *target.kind;
  carry_metadata_over(old, object);
  if (target.subresource == "status") {
    object::prepare_for_status_update(kind, object, old);
  } else if (target.subresource != "finalize") {  // it is settled below, by what the client sent
    object::prepare_for_update(kind, object, old);
  }
  if (is_namespace(kind)) settle_namespace(target.subresource, old, object);
  object::apply_defaults(kind, object, &old);
}

bool is_unchanged(const Value& old, Value object) {
  if (const Value* revision = old["metadata"].find("resourceVersion")) {
    object.edit("metadata").set("resourceVersion", *revision);
  }
  return object == old;
}

}  // namespace

Result<Value> next_state(const Verbs::Impl& impl, const Target& target, const Value& old,
                         Value object, const WriteOptions& options, TimePoint now,
                         Tracking tracking) {
  const Kind& kind = *target.kind;
  TRY(settle_place(target, object));
  TRY(check_preconditions(target, old, object));

  prepare(target, old, object);
  const auto track = [&](Value& tracked) {
    if (std::exchange(tracking, Tracking::Done) == Tracking::Done) return;
    track_update(kind, old, tracked, target.subresource, options, now);
  };
  const bool is_changed =
      TRY(admit_changes(impl.admission, Operation::Update, target, object, &old, options, track));
  if (is_changed) {
    TRY(settle_place(target, object));
    TRY(check_preconditions(target, old, object));
    prepare(target, old, object);
  }
  if (kind.tracks_generation && object::is_new_generation(kind, old, object)) {
    object.edit("metadata").set("generation", old["metadata"]["generation"].integer() + 1);
  }

  TRY(check_escalation(impl, target, &old, object, options));
  std::vector<FieldError> errors = object::validate(kind, object, &old);
  check_admission_object(kind, object, &old, errors);
  if (!errors.empty()) return fail(status::invalid(kind, target.name, errors));
  track(object);
  TRY(admit_write(impl.admission, Operation::Update, target, object, &old, options));
  return object;
}

bool is_released(const Kind& kind, const Value& object) {
  const Value& metadata = object["metadata"];
  if (metadata["deletionTimestamp"].is_null() || !metadata["finalizers"].empty()) return false;
  return !is_namespace(kind) || object["spec"]["finalizers"].empty();
}

Result<ObjectRef> replace(const Verbs::Impl& impl, const Target& target, const ObjectRef& old,
                          const Value& old_value, const Value& wanted, bool dry_run) {
  const Kind& kind = *target.kind;
  const bool is_last = is_released(kind, wanted);
  DefinitionTurn turn(impl.definitions, kind);
  const Value object = is_last ? wanted : turn.settled(kind, wanted);
  if (!is_last && is_unchanged(old_value, object) && !impl.is_outdated(kind, old)) return old;

  Draft draft = TRY(impl.draft(kind, object));
  if (dry_run) return object::Object::make(draft, old->revision());

  store::Write write;
  write.op = is_last ? store::Write::Op::Delete : store::Write::Op::Update;
  write.key = old->key();
  write.expected = old->revision();
  if (!is_last) write.draft = std::move(draft);
  store::Transaction transaction;
  transaction.writes.push_back(std::move(write));
  auto committed = impl.store.commit(std::move(transaction));
  if (!committed) return fail(std::move(committed.error()));
  if (is_last) {
    turn.gone(*old);
    return object::Object::make(draft, committed->revision);
  }
  turn.stored(*committed->objects.front());
  return committed->objects.front();
}

Result<ObjectRef> Verbs::update(const Target& target, Value document, const WriteOptions& options) {
  if (target.subresource == "scale") return update_scale(*this, target, document, options);
  std::vector<std::string> problems;
  Value placed = TRY(object::decode(*target.kind, document, options.duplicates, problems));
  TRY(judge(*target.kind, problems, options));
  TRY(settle_place(target, placed));  // a wrong name is told before a missing object

  for (int turn = 1;; ++turn) {
    const ObjectRef old = impl_->find(target);
    if (!old) return fail(status::not_found(*target.kind, target.name));
    const Value old_value = TRY(impl_->read(*target.kind, old));
    const Value next =
        TRY(next_state(*impl_, target, old_value, placed, options, impl_->clock.now()));
    auto written = replace(*impl_, target, old, old_value, next, options.dry_run);
    if (written) return impl_->present(*target.kind, *written);
    // With a resourceVersion of its own, the next turn ends in its conflict.
    if (!is_race(written.error()) || turn == kWriteTurnsMax) {
      return fail(write_error(target, std::move(written.error())));
    }
  }
}

}  // namespace gp::api
