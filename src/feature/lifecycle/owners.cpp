#include "feature/lifecycle/owners.hpp"

namespace gp::lifecycle {

namespace {

object::KindPtr kind_of(const object::KindRegistry& kinds, const Value& reference) {
  const std::string_view api_version = reference["apiVersion"].text();
  const std::size_t slash = api_version.find('/');
  const bool is_core = slash == std::string_view::npos;
  return kinds.find_kind(is_core ? "" : api_version.substr(0, slash),
                         is_core ? api_version : api_version.substr(slash + 1),
                         reference["kind"].text());
}

std::string complaint(const Value& reference, std::string_view ns) {
  return fmt::format(
      "ownerRef [{}/{}, namespace: {}, name: {}, uid: {}] does not exist in namespace \"{}\"",
      reference["apiVersion"].text(), reference["kind"].text(), ns, reference["name"].text(),
      reference["uid"].text(), ns);
}

Owner look_up(const api::Verbs& verbs, const object::Object& object, const Value& reference) {
  Owner owner{reference, OwnerState::Unknown, {}};
  const object::KindPtr kind = kind_of(verbs.kinds(), reference);
  if (!kind) return owner;
  if (kind->is_namespaced && object.ns().empty()) {
    owner.complaint = complaint(reference, object.ns());
    return owner;
  }

  owner.state = OwnerState::Gone;
  Uuid uid{};
  if (!parse_uuid(reference["uid"].text(), uid)) return owner;
  const object::ObjectRef found = verbs.store().get_by_uid(uid);
  if (!found) return owner;
  const bool is_meant =
      found->resource() == kind->resource() && found->name() == reference["name"].text();
  if (!is_meant) return owner;
  if (kind->is_namespaced && found->ns() != object.ns()) {
    owner.complaint = complaint(reference, object.ns());
    return owner;
  }

  const bool may_wait = found->is_deleting() && found->has_finalizers();
  owner.state = may_wait && has_finalizer(found->parse(), kForeground) ? OwnerState::Waiting
                                                                       : OwnerState::Living;
  return owner;
}

}  // namespace

std::vector<Owner> look_up_owners(const api::Verbs& verbs, const object::Object& object,
                                  const Value& document) {
  std::vector<Owner> owners;
  for (const Value& reference : document["metadata"]["ownerReferences"].items()) {
    owners.push_back(look_up(verbs, object, reference));
  }
  return owners;
}

bool has_finalizer(const Value& document, std::string_view finalizer) {
  return std::ranges::any_of(document["metadata"]["finalizers"].items(),
                             [&](const Value& item) { return item.text() == finalizer; });
}

}  // namespace gp::lifecycle
