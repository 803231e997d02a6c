#include "platform/api/verbs.hpp"

#include <algorithm>

#include "platform/api/present.hpp"
#include "platform/api/scale.hpp"
#include "platform/api/status.hpp"
#include "platform/api/write.hpp"
#include "platform/object/decode.hpp"

namespace gp::api {
namespace {

constexpr std::string_view kMastersGroup = "system:masters";

bool is_known_field(const Kind& kind, std::string_view field) {
  if (field == "metadata.name") return true;
  if (field == "metadata.namespace") return kind.is_namespaced;
  return std::ranges::find(kind.selectable_fields, field) != kind.selectable_fields.end();
}

Result<> check_fields(const Kind& kind, const selector::FieldSelector& fields) {
  for (const selector::FieldRequirement& requirement : fields.requirements()) {
    if (is_known_field(kind, requirement.field)) continue;
    if (kind.type == nullptr || !kind.selectable_fields.empty()) {
      return fail(status::bad_request("field label not supported: " + requirement.field));
    }
    return fail(status::bad_request(
        fmt::format("\"{}\" is not a known field selector: only \"metadata.name\", "
                    "\"metadata.namespace\"",
                    requirement.field)));
  }
  return {};
}

}  // namespace

Caller Caller::system(std::string_view component) {
  return Caller{fmt::format("system:{}", component), "", {std::string(kMastersGroup)}, {}};
}

bool Caller::in_group(std::string_view group) const {
  return std::ranges::find(groups, group) != groups.end();
}

Verbs::Verbs(store::Store& store, const object::KindRegistry& kinds, Clock& clock, Random& random)
    : impl_(new Impl{store, kinds, clock, random}) {}

Verbs::~Verbs() = default;

Result<ObjectRef> Verbs::get(const Target& target) const {
  const ObjectRef found = impl_->find(target);
  if (!found) return fail(status::not_found(*target.kind, target.name));
  ObjectRef shown = TRY(impl_->present(*target.kind, found));
  if (target.subresource == "scale") return scale_of(*target.kind, *shown);
  return shown;
}

Result<store::Listed> Verbs::list(const Target& target, store::ListOptions options) const {
  TRY(check_fields(*target.kind, options.fields));
  options.resource = target.kind->store_resource();
  options.ns = target.ns;
  const Revision newest = impl_->store.revision();
  if (options.at > newest) {
    return fail(status::too_large_resource_version(options.at, newest));
  }
  auto listed = impl_->store.list(options);
  if (!listed && listed.error().code == Code::Gone) {
    return fail(status::expired("The resourceVersion for the provided list is too old."));
  }
  if (!listed || is_always_stored_form(*impl_, *target.kind)) return listed;
  for (ObjectRef& object : listed->objects) object = TRY(impl_->present(*target.kind, object));
  return listed;
}

Result<std::unique_ptr<store::Watcher>> Verbs::watch(const Target& target,
                                                     store::WatchOptions options) const {
  TRY(check_fields(*target.kind, options.fields));
  options.resource = target.kind->store_resource();
  options.ns = target.ns;
  const Revision newest = impl_->store.revision();
  if (options.after > newest) {
    return fail(status::too_large_resource_version(options.after, newest));
  }
  auto watcher = impl_->store.watch(options);
  if (!watcher && watcher.error().code == Code::Gone) {
    const Revision oldest = impl_->store.stats().oldest_revision;
    return fail(
        status::expired(fmt::format("too old resource version: {} ({})", options.after, oldest)));
  }
  if (!watcher || is_always_stored_form(*impl_, *target.kind)) return watcher;
  return present_watch(*impl_, target.kind, std::move(*watcher));
}

void Verbs::set_admission(Admission* admission) {
  impl_->admission = admission;
}

void Verbs::set_authorizer(Authorizer* authorizer) {
  impl_->authorizer.store(authorizer, std::memory_order_release);
}

void Verbs::set_definitions(Definitions* definitions) {
  impl_->definitions = definitions;
}

Admission* Verbs::admission() const {
  return impl_->admission;
}

store::Store& Verbs::store() const {
  return impl_->store;
}

const object::KindRegistry& Verbs::kinds() const {
  return impl_->kinds;
}

Clock& Verbs::clock() const {
  return impl_->clock;
}

Result<> judge(const Kind& kind, std::span<const std::string> problems,
               const WriteOptions& options) {
  if (problems.empty() || options.field_validation == FieldValidation::Ignore) return {};
  if (options.field_validation == FieldValidation::Strict) {
    return fail(object::strict_decoding_error(kind, problems));
  }
  if (options.warnings != nullptr) {
    options.warnings->insert(options.warnings->end(), problems.begin(), problems.end());
  }
  return {};
}

Result<> settle_place(const Target& target, Value& object) {
  Value& metadata = object.edit("metadata");
  if (!metadata.is_object()) metadata = Value::object();
  const std::string_view ns = metadata["namespace"].text();
  if (!ns.empty() && ns != target.ns) {
    return fail(status::bad_request(
        fmt::format("the namespace of the provided object does not match the namespace sent on the "
                    "request")));
  }
  if (target.ns.empty()) {
    metadata.erase("namespace");
  } else {
    metadata.set("namespace", target.ns);
  }

  const std::string_view name = metadata["name"].text();
  if (target.name.empty() || name == target.name) return {};
  if (!name.empty()) {
    return fail(status::bad_request(fmt::format(
        "the name of the object ({}) does not match the name on the URL ({})", name, target.name)));
  }
  metadata.set("name", target.name);
  return {};
}

bool is_race(const Error& error) {
  return error.code == Code::Conflict && error.details["kind"].text() != "Status";
}

Error write_error(const Target& target, Error error) {
  switch (error.code) {
    case Code::AlreadyExists: return status::already_exists(*target.kind, target.name);
    case Code::NotFound: return status::not_found(*target.kind, target.name);
    case Code::Conflict: return status::conflict(*target.kind, target.name);
    default: return error;
  }
}

}  // namespace gp::api
