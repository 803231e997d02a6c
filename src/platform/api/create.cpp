#include "platform/api/admission_rules.hpp"
#include "platform/api/admission_write.hpp"
#include "platform/api/managed_fields.hpp"
#include "platform/api/rbac_escalation.hpp"
#include "platform/api/status.hpp"
#include "platform/api/write.hpp"
#include "platform/object/decode.hpp"
#include "platform/object/defaults.hpp"
#include "platform/object/validate.hpp"

namespace gp::api {
namespace {

constexpr int kGeneratedNamesMax = 8;          // as many as the real server tries
constexpr std::size_t kGeneratedBaseMax = 58;  // 63 with the suffix of 5

// The namespace exists and is not going away, nor is what defines the kind.
Result<Preconditions> admit_into_place(const Verbs::Impl& impl, const Target& target,
                                       std::string_view name) {
  Preconditions preconditions;
  TRY(admit_into_definition(impl, *target.kind, preconditions));
  if (target.ns.empty() || !target.kind->requires_namespace) return preconditions;
  const ObjectRef found = impl.store.get("namespaces", "", target.ns);
  if (!found) {
    Kind kind;
    kind.plural = "namespaces";
    return fail(status::not_found(kind, target.ns));
  }
  if (found->is_deleting()) {
    return fail(status::namespace_terminating(*target.kind, name, target.ns));
  }
  preconditions.emplace_back(found->key(), found->revision());
  return preconditions;
}

void fill_in_metadata(const Kind& kind, Value& object, TimePoint now, Random& random) {
  Value& metadata = object.edit("metadata");
  for (const char* theirs : {"deletionTimestamp", "deletionGracePeriodSeconds", "selfLink",
                             "resourceVersion", "managedFields"}) {
    metadata.erase(theirs);
  }
  metadata.set("uid", format_uuid(random_uuid(random)));
  metadata.set("creationTimestamp", format_time(now));
  if (kind.tracks_generation) {
    metadata.set("generation", 1);
  } else {
    metadata.erase("generation");
  }
}

// Webhooks may change much, but not what the server has filled in.
void keep_system_metadata(const Value& before, Value& object) {
  Value& metadata = object.edit("metadata");
  for (const char* own : {"uid", "creationTimestamp", "generation", "deletionTimestamp",
                          "deletionGracePeriodSeconds", "selfLink", "resourceVersion"}) {
    if (const Value* kept = before.find(own)) {
      metadata.set(own, *kept);
    } else {
      metadata.erase(own);
    }
  }
}

std::string generated_name(std::string_view base, Random& random) {
  return std::string(base.substr(0, kGeneratedBaseMax)) + random_name_suffix(random);
}

Error resource_version_given() {
  return status::make(Code::InvalidArgument, 500, "",
                      "resourceVersion should not be set on objects to be created");
}

Result<ObjectRef> try_create(const Verbs::Impl& impl, const Target& target, const Value& object,
                             Preconditions preconditions, bool dry_run) {
  DefinitionTurn turn(impl.definitions, *target.kind);
  Draft draft = TRY(impl.draft(*target.kind, turn.settled(*target.kind, object)));
  if (dry_run) {
    if (impl.find(target)) return fail(status::already_exists(*target.kind, target.name));
    return object::Object::make(draft, 0);
  }
  store::Transaction transaction;
  transaction.writes.push_back({store::Write::Op::Create,
                                {target.kind->store_resource(), target.ns, target.name},
                                std::move(draft),
                                0});
  transaction.preconditions = std::move(preconditions);
  auto committed = impl.store.commit(std::move(transaction));
  if (!committed) return fail(std::move(committed.error()));
  turn.stored(*committed->objects.front());
  return committed->objects.front();
}

}  // namespace

Result<ObjectRef> Verbs::create(const Target& target, Value document, const WriteOptions& options) {
  std::vector<std::string> problems;
  Value object = TRY(object::decode(*target.kind, document, options.duplicates, problems));
  TRY(judge(*target.kind, problems, options));
  const ObjectRef created =
      TRY(create_decoded(*impl_, target, std::move(object), options, Tracking::Needed));
  return impl_->present(*target.kind, created);
}

Result<ObjectRef> create_decoded(const Verbs::Impl& impl, const Target& target, Value object,
                                 const WriteOptions& options, Tracking tracking) {
  const Kind& kind = *target.kind;
  Target place{target.kind, target.ns, {}, {}};
  TRY(settle_place(place, object));
  const Value& metadata = object["metadata"];
  if (!metadata["resourceVersion"].text().empty()) return fail(resource_version_given());

  const std::string base = metadata["generateName"].string();
  const bool is_generated = metadata["name"].text().empty() && !base.empty();
  TRY(admit_into_place(impl, target, metadata["name"].text()));

  const TimePoint now = impl.clock.now();
  Value managers = metadata["managedFields"];
  fill_in_metadata(kind, object, now, impl.random);  // first: a Job's selector is made of its uid
  if (is_generated) object.edit("metadata").set("name", generated_name(base, impl.random));
  object::prepare_for_create(kind, object);
  object::apply_defaults(kind, object, nullptr);
  place.name = object["metadata"]["name"].string();
  const auto track = [&](Value& tracked) {
    if (tracking == Tracking::Needed) {
      track_create(kind, tracked, options, now);
    } else if (!managers.is_null()) {
      tracked.edit("metadata").set("managedFields", managers);
    }
    tracking = Tracking::Done;
    managers = Value();
  };
  const Value before = object["metadata"];
  const bool is_changed =
      TRY(admit_changes(impl.admission, Operation::Create, place, object, nullptr, options, track));
  if (is_changed) {
    TRY(settle_place(place, object));
    object::prepare_for_create(kind, object);
    keep_system_metadata(before, object);
    object::apply_defaults(kind, object, nullptr);
  }
  TRY(check_escalation(impl, target, nullptr, object, options));
  std::vector<FieldError> errors = object::validate(kind, object, nullptr);
  check_admission_object(kind, object, nullptr, errors);
  if (!errors.empty()) return fail(status::invalid(kind, place.name, errors));
  track(object);
  TRY(admit_write(impl.admission, Operation::Create, place, object, nullptr, options));

  int names = 1;
  for (int turn = 1;; ++turn) {
    auto preconditions = TRY(admit_into_place(impl, target, place.name));
    auto created = try_create(impl, place, object, std::move(preconditions), options.dry_run);
    if (created) return created;
    if (is_race(created.error()) && turn < kWriteTurnsMax) continue;  // its place has changed
    if (created.error().code != Code::AlreadyExists || !is_generated) {
      return fail(write_error(place, std::move(created.error())));
    }
    if (names++ == kGeneratedNamesMax)
      return fail(status::generate_name_conflict(kind, place.name));
    place.name = generated_name(base, impl.random);
    object.edit("metadata").set("name", place.name);
  }
}

}  // namespace gp::api
