#include "feature/workloads/dependents.hpp"

namespace gp::workloads {
namespace {

using object::Key;
using object::ObjectRef;

constexpr std::string_view kManager = "goldenpath-workloads";

bool is_controlled_by(const object::Object& object, const Uuid& uid) {
  return std::ranges::any_of(object.owners(), [&](const object::OwnerView& owner) {
    return owner.is_controller && owner.uid == uid;
  });
}

bool is_controlled(const object::Object& object) {
  return std::ranges::any_of(object.owners(),
                             [](const object::OwnerView& owner) { return owner.is_controller; });
}

bool chooses(const selector::LabelSelector& selector, const object::Object& object) {
  return selector.matches([&](std::string_view name) { return object.label(name); });
}

Result<ObjectRef> write_owners(runtime::Reconcile& run, const Value& object, const Key& key,
                               Value owners) {
  const Value patch = Value::object(
      {{"metadata", Value::object({{"resourceVersion", object["metadata"]["resourceVersion"]},
                                   {"ownerReferences", std::move(owners)}})}});
  return run.cluster().patch(run.context(), key, cluster::PatchType::Merge, patch, kManager);
}

// An owner that is going takes nothing in any more.
Result<bool> may_adopt(runtime::Reconcile& run) {
  const auto newest = run.cluster().get(run.context(), run.key());
  if (!newest && newest.error().code == Code::NotFound) return false;
  if (!newest) return fail(newest.error());
  return (*newest)->uid() == run.object()->uid() && !(*newest)->is_deleting();
}

Result<Value> adopt(runtime::Reconcile& run, const ObjectRef& object) {
  const Value document = object->parse();
  Value owners = document["metadata"]["ownerReferences"];
  owners.push_back(owner_reference(run.document()));
  const ObjectRef written = TRY(write_owners(run, document, object->key(), std::move(owners)));
  return written->parse();
}

Result<> release(runtime::Reconcile& run, const ObjectRef& object) {
  const Value document = object->parse();
  Value kept = Value::array();
  for (const Value& owner : document["metadata"]["ownerReferences"].items()) {
    if (owner["uid"] != run.document()["metadata"]["uid"]) kept.push_back(owner);
  }
  const auto written = write_owners(run, document, object->key(), std::move(kept));
  if (written || written.error().code == Code::NotFound) return {};
  return fail(written.error());
}

void add_controller(const ObjectRef& object, const OwnerKind& kind, std::vector<Key>& keys) {
  if (!object || !is_controlled(*object)) return;
  const Value reference = controller_reference(object->parse());
  if (reference["kind"].text() != kind.kind || reference["apiVersion"].text() != kind.api_version) {
    return;
  }
  keys.push_back(
      {std::string(kind.resource), std::string(object->ns()), reference["name"].string()});
}

Result<selector::LabelSelector> selector_of(const Value& owner) {
  const Value& selector = owner["spec"]["selector"];
  const bool is_plain = owner["kind"].text() == kReplicationController.kind;
  return selector::LabelSelector::from_object(is_plain ? Value::object({{"matchLabels", selector}})
                                                       : selector);
}

}  // namespace

Value owner_reference(const Value& owner) {
  return Value::object({{"apiVersion", owner["apiVersion"]},
                        {"kind", owner["kind"]},
                        {"name", owner["metadata"]["name"]},
                        {"uid", owner["metadata"]["uid"]},
                        {"controller", true},
                        {"blockOwnerDeletion", true}});
}

Value controller_reference(const Value& object) {
  for (const Value& owner : object["metadata"]["ownerReferences"].items()) {
    if (owner["controller"].boolean()) return owner;
  }
  return {};
}

Result<std::vector<Value>> claim(runtime::Reconcile& run, std::string_view resource,
                                 const selector::LabelSelector& selector) {
  cluster::ListOptions options;
  options.resource = resource;
  options.ns = run.key().ns;
  const auto listed = TRY(run.cluster().list(run.context(), options));

  std::vector<Value> mine;
  std::optional<bool> adopts;
  for (const ObjectRef& object : listed.objects) {
    const bool is_chosen = chooses(selector, *object);
    if (is_controlled_by(*object, run.object()->uid())) {
      if (is_chosen) {
        mine.push_back(object->parse());
      } else if (!run.object()->is_deleting()) {
        TRY(release(run, object));
      }
      continue;
    }
    if (!is_chosen || is_controlled(*object) || object->is_deleting()) continue;
    if (!adopts) adopts = TRY(may_adopt(run));
    if (!*adopts) continue;
    Value adopted = TRY(adopt(run, object));
    mine.push_back(std::move(adopted));
  }
  return mine;
}

bool chooses_own_pods(const Value& owner, const selector::LabelSelector& selector) {
  return !selector.empty() &&
         selector.matches_labels(owner["spec"]["template"]["metadata"]["labels"]);
}

std::vector<Key> owners_of(const store::Event& event, const OwnerKind& kind,
                           cluster::Cluster& cluster, Clock& clock) {
  std::vector<Key> keys;
  add_controller(event.object, kind, keys);
  if (event.previous) add_controller(event.previous, kind, keys);
  if (is_controlled(*event.object) || event.type == store::Event::Type::Deleted) return keys;

  // Nobody's: seldom, so looking through the owners of its namespace is cheap enough.
  cluster::ListOptions options;
  options.resource = kind.resource;
  options.ns = event.object->ns();
  const auto owners = cluster.list(Context(clock, std::chrono::seconds(5)), options);
  if (!owners) return keys;
  for (const ObjectRef& owner : owners->objects) {
    const auto selector = selector_of(owner->parse());
    if (selector && chooses(*selector, *event.object)) keys.push_back(owner->key());
  }
  return keys;
}

Result<> remove(runtime::Reconcile& run, std::string_view resource, const Value& object) {
  cluster::DeleteOptions options;
  options.caller = api::Caller::system(kManager);
  options.precondition_uid = object["metadata"]["uid"].string();
  options.propagation = cluster::DeleteOptions::Propagation::Background;
  const Key key{std::string(resource), object["metadata"]["namespace"].string(),
                object["metadata"]["name"].string()};
  const auto removed = run.cluster().remove(run.context(), key, options);
  if (removed || removed.error().code == Code::NotFound) return {};
  return fail(removed.error());
}

Result<std::vector<Value>> list(runtime::Reconcile& run, std::string_view resource,
                                std::string_view ns) {
  cluster::ListOptions options;
  options.resource = resource;
  options.ns = ns;
  const auto listed = TRY(run.cluster().list(run.context(), options));
  std::vector<Value> documents;
  for (const ObjectRef& object : listed.objects) documents.push_back(object->parse());
  return documents;
}

void status_count(runtime::Reconcile& run, std::string_view field, std::int64_t count) {
  run.status(field, count == 0 ? Value() : Value(count));
}

}  // namespace gp::workloads
