#include "feature/lifecycle/garbage_collector.hpp"

#include <set>

#include "feature/lifecycle/owners.hpp"

namespace gp::lifecycle {

namespace {

using object::Key;
using object::Object;
using object::ObjectRef;
using runtime::Next;
using Propagation = api::DeleteOptions::Propagation;

constexpr std::string_view kManager = "goldenpath-garbage-collector";

bool holds_deletion(const Object& object) {
  return object.is_deleting() && object.has_finalizers();
}

bool is_blocked_by(const Object& owner, const Object& dependent) {
  if (!owner.ns().empty() && owner.ns() != dependent.ns()) return false;
  return std::ranges::any_of(dependent.owners(), [&](const object::OwnerView& view) {
    return view.uid == owner.uid() && view.blocks_deletion;
  });
}

bool same_owners(const Object& a, const Object& b) {
  return std::ranges::equal(a.owners(), b.owners(), [](const auto& x, const auto& y) {
    return x.uid == y.uid && x.blocks_deletion == y.blocks_deletion;
  });
}

// metadata changed as a compare-and-set on what was read; an empty list is removed.
Value metadata_patch(const Value& document, std::string_view field, Value list) {
  if (list.empty()) list = Value();
  return Value::object(
      {{"metadata", Value::object({{"uid", document["metadata"]["uid"]},
                                   {"resourceVersion", document["metadata"]["resourceVersion"]},
                                   {field, std::move(list)}})}});
}

template <typename Keep>
Value kept_of(const Value& list, Keep&& keep) {
  Value kept = Value::array();
  for (const Value& item : list.items()) {
    if (keep(item)) kept.push_back(item);
  }
  return kept;
}

class GarbageCollector final : public runtime::Controller {
 public:
  explicit GarbageCollector(api::Verbs& verbs) : verbs_(verbs) {}

  Result<Next> reconcile(runtime::Reconcile& run) override {
    if (run.object()->is_deleting()) return finish_deletion(run);
    if (run.object()->owners().empty()) return Next::done();

    const std::vector<Owner> owners = look_up_owners(verbs_, *run.object(), run.document());
    for (const Owner& owner : owners) {
      if (!owner.complaint.empty())
        run.event("Warning", "OwnerRefInvalidNamespace", owner.complaint);
    }
    const auto count = [&](OwnerState state) {
      return std::ranges::count(owners, state, &Owner::state);
    };
    const bool is_held = count(OwnerState::Living) + count(OwnerState::Unknown) > 0;
    if (!is_held) {
      TRY(collect(run, count(OwnerState::Waiting) > 0));
    } else if (count(OwnerState::Gone) + count(OwnerState::Waiting) > 0) {
      TRY(strike_references(run, owners));
    }
    return Next::done();
  }

  // Which objects a change may concern, besides its own.
  static std::vector<Key> keys_of(const store::Store& store, const store::Event& event) {
    std::vector<Key> keys;
    const Object& object = *event.object;
    const bool is_gone = event.type == store::Event::Type::Deleted;
    const bool has_new_owners = !event.previous || !same_owners(object, *event.previous);

    if (!is_gone && holds_deletion(object)) keys.push_back(object.key());
    if (!is_gone && !object.owners().empty() && has_new_owners) keys.push_back(object.key());
    if (is_gone || holds_deletion(object)) {
      for (const ObjectRef& dependent : store.dependents(object.uid()))
        keys.push_back(dependent->key());
    }
    if (is_gone || has_new_owners) {
      add_waiting_owners(store, object, keys);
      if (event.previous) add_waiting_owners(store, *event.previous, keys);
    }
    return keys;
  }

  static std::vector<Key> all_keys(const api::Verbs& verbs) {
    std::set<std::string> resources;
    for (const auto& kind : verbs.kinds().all()) resources.insert(kind->resource());
    std::vector<Key> keys;
    for (const std::string& resource : resources) {
      store::ListOptions all;
      all.resource = resource;
      const auto listed = verbs.store().list(all);
      if (!listed) continue;
      for (const ObjectRef& object : listed->objects) {
        if (!object->owners().empty() || holds_deletion(*object)) keys.push_back(object->key());
      }
    }
    return keys;
  }

 private:
  static void add_waiting_owners(const store::Store& store, const Object& object,
                                 std::vector<Key>& keys) {
    for (const object::OwnerView& view : object.owners()) {
      const ObjectRef owner = store.get_by_uid(view.uid);
      if (owner && holds_deletion(*owner)) keys.push_back(owner->key());
    }
  }

  // The object is being deleted and may wait for its dependents.
  Result<Next> finish_deletion(runtime::Reconcile& run) {
    if (has_finalizer(run.document(), kOrphan)) {
      TRY(set_dependents_free(run));
      TRY(remove_finalizer(run, kOrphan));
    } else if (has_finalizer(run.document(), kForeground)) {
      const auto dependents = verbs_.store().dependents(run.object()->uid());
      const bool is_blocked = std::ranges::any_of(dependents, [&](const ObjectRef& dependent) {
        return is_blocked_by(*run.object(), *dependent);
      });
      if (!is_blocked) TRY(remove_finalizer(run, kForeground));
    }
    return Next::done();
  }

  Result<> set_dependents_free(runtime::Reconcile& run) {
    const std::string uid = format_uuid(run.object()->uid());
    for (const ObjectRef& dependent : verbs_.store().dependents(run.object()->uid())) {
      TRY(run.context().check());
      const Value document = dependent->parse();
      Value kept = kept_of(document["metadata"]["ownerReferences"],
                           [&](const Value& reference) { return reference["uid"].text() != uid; });
      TRY(patch(run, dependent->key(),
                metadata_patch(document, "ownerReferences", std::move(kept))));
    }
    return {};
  }

  Result<> remove_finalizer(runtime::Reconcile& run, std::string_view finalizer) {
    Value kept = kept_of(run.document()["metadata"]["finalizers"],
                         [&](const Value& item) { return item.text() != finalizer; });
    return patch(run, run.key(), metadata_patch(run.document(), "finalizers", std::move(kept)));
  }

  // Some owners live on: only the references to the others go.
  Result<> strike_references(runtime::Reconcile& run, const std::vector<Owner>& owners) {
    Value kept = Value::array();
    for (const Owner& owner : owners) {
      const bool lives_on = owner.state == OwnerState::Living || owner.state == OwnerState::Unknown;
      if (lives_on) kept.push_back(owner.reference);
    }
    return patch(run, run.key(),
                 metadata_patch(run.document(), "ownerReferences", std::move(kept)));
  }

  // No owner is left, or the last ones wait for this object to go.
  Result<> collect(runtime::Reconcile& run, bool is_awaited) {
    const auto dependents = verbs_.store().dependents(run.object()->uid());
    Propagation propagation = Propagation::Background;
    std::uint64_t revision = run.object()->revision();
    if (is_awaited && !dependents.empty()) {
      // Owners in a circle would wait for each other for ever: whoever closes it stops blocking.
      const bool is_circle = std::ranges::any_of(dependents, [](const ObjectRef& dependent) {
        return holds_deletion(*dependent) && has_finalizer(dependent->parse(), kForeground);
      });
      if (is_circle) revision = TRY(stop_blocking(run));
      propagation = Propagation::Foreground;
    } else if (has_finalizer(run.document(), kOrphan)) {
      propagation = Propagation::Orphan;
    } else if (has_finalizer(run.document(), kForeground)) {
      propagation = Propagation::Foreground;
    }

    api::DeleteOptions options;
    options.caller = api::Caller::system(kManager);
    options.propagation = propagation;
    options.precondition_uid = format_uuid(run.object()->uid());
    options.precondition_resource_version = std::to_string(revision);
    const auto removed = run.cluster().remove(run.context(), run.key(), options);
    if (!removed && removed.error().code != Code::NotFound) return fail(removed.error());
    return {};
  }

  static Result<std::uint64_t> stop_blocking(runtime::Reconcile& run) {
    Value references = Value::array();
    for (Value reference : run.document()["metadata"]["ownerReferences"].items()) {
      reference.set("blockOwnerDeletion", false);
      references.push_back(std::move(reference));
    }
    const auto written = TRY(run.cluster().patch(
        run.context(), run.key(), api::PatchType::Merge,
        metadata_patch(run.document(), "ownerReferences", std::move(references)), kManager));
    return written->revision();
  }

  static Result<> patch(runtime::Reconcile& run, const Key& key, const Value& change) {
    const auto patched =
        run.cluster().patch(run.context(), key, api::PatchType::Merge, change, kManager);
    if (!patched && patched.error().code != Code::NotFound) return fail(patched.error());
    return {};
  }

  api::Verbs& verbs_;
};

}  // namespace

void add_garbage_collector(runtime::Manager& manager, api::Verbs& verbs) {
  runtime::ControllerOptions options;
  options.name = "garbage-collector";
  options.reports_ready = false;
  options.workers = 4;
  options.watches.push_back(
      {.resource = "",
       .keys =
           [&verbs](const store::Event& e) { return GarbageCollector::keys_of(verbs.store(), e); },
       .all_keys = [&verbs] { return GarbageCollector::all_keys(verbs); }});
  manager.add(std::move(options), std::make_unique<GarbageCollector>(verbs));
}

}  // namespace gp::lifecycle
