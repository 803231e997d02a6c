#include "feature/lifecycle/definition_controller.hpp"

#include <map>
#include <mutex>

#include "platform/api/definitions.hpp"
#include "platform/cluster/parallel.hpp"
#include "platform/object/definition.hpp"

namespace gp::lifecycle {
namespace {

using object::kCleanupFinalizer;
using object::kDefinitionResource;
using object::Key;
using object::ObjectRef;
using runtime::Next;

constexpr std::string_view kManager = "goldenpath-definitions";

// What a try to delete everything has left.
struct Rest {
  std::size_t objects = 0;
  std::map<std::string, std::size_t> finalizers;  // finalizer → objects that wait for it
  std::vector<std::string> failures;              // messages of refused deletions
};

std::string waiting_text(const Rest& rest) {
  std::string text = "CustomResource deletion is in progress";
  if (rest.objects == 1) text += ": 1 object remains";
  if (rest.objects > 1) text += fmt::format(": {} objects remain", rest.objects);
  std::vector<std::string> held;
  for (const auto& [finalizer, count] : rest.finalizers) {
    held.push_back(fmt::format("{} in {}", finalizer, count));
  }
  if (!held.empty()) text += fmt::format("; finalizers are left: {}", fmt::join(held, ", "));
  return text;
}

class DefinitionController final : public runtime::Controller {
 public:
  explicit DefinitionController(api::Verbs& verbs) : verbs_(verbs) {}

  Result<Next> reconcile(runtime::Reconcile& run) override {
    const Value& definition = run.document();
    if (!run.object()->is_deleting()) {
      if (!api::has_condition(definition, "NamesAccepted")) TRY(ask_again(run));
      return Next::done();
    }
    if (!has_our_finalizer(definition)) return Next::done();
    if (!api::has_condition(definition, "Established")) {  // it never had objects
      TRY(let_go(run));
      return Next::done();
    }

    const Rest rest = TRY(empty(run, definition));
    if (rest.objects == 0) {
      TRY(let_go(run));
      return Next::done();
    }
    TRY(report(run, rest));
    return rest.failures.empty() ? Next::done() : Next::in(std::chrono::seconds(15));
  }

 private:
  static bool has_our_finalizer(const Value& definition) {
    const auto finalizers = definition["metadata"]["finalizers"].items();
    return std::ranges::any_of(
        finalizers, [](const Value& finalizer) { return finalizer.text() == kCleanupFinalizer; });
  }

  // A write that changes nothing makes the server look at the names once more.
  static Result<> ask_again(runtime::Reconcile& run) {
    TRY(run.cluster().patch(run.context(), run.key(), api::PatchType::Merge, Value::object(),
                            kManager));
    return {};
  }

  Result<Rest> empty(runtime::Reconcile& run, const Value& definition) {
    // Not by what is served: a definition may serve no version and have objects all the same.
    const object::KindPtr kind = api::Definitions::stored_kind(definition);
    store::ListOptions all;
    all.resource = run.key().name;
    const store::Listed listed = TRY(verbs_.store().list(all));
    Rest rest;
    if (kind) remove_each(run, kind, listed.objects, rest);
    TRY(run.context().check());
    const store::Listed left = TRY(verbs_.store().list(all));
    rest.objects = left.objects.size();
    for (const ObjectRef& object : left.objects) {
      if (!object->has_finalizers()) continue;
      const Value document = object->parse();
      for (const Value& finalizer : document["metadata"]["finalizers"].items()) {
        ++rest.finalizers[finalizer.string()];
      }
    }
    return rest;
  }

  // A refused deletion does not stop the others.
  void remove_each(runtime::Reconcile& run, const object::KindPtr& kind,
                   const std::vector<ObjectRef>& objects, Rest& rest) {
    api::DeleteOptions options;
    options.caller = api::Caller::system(kManager);
    std::mutex mutex;  // guards rest.failures
    cluster::in_parallel(objects.size(), [&](std::size_t i) {
      if (objects[i]->is_deleting() || !run.context().check()) return;
      const auto removed = verbs_.remove(
          {kind, std::string(objects[i]->ns()), std::string(objects[i]->name()), {}}, options);
      if (removed || removed.error().code == Code::NotFound) return;
      const std::lock_guard lock(mutex);
      rest.failures.push_back(removed.error().message);
    });
  }

  Result<> report(runtime::Reconcile& run, const Rest& rest) {
    Value next = run.document();
    if (rest.failures.empty()) {
      api::set_definition_condition(next, "Terminating", "True", "InstanceDeletionInProgress",
                                    waiting_text(rest), verbs_.clock().now());
    } else {
      api::set_definition_condition(next, "Terminating", "True", "InstanceDeletionFailed",
                                    fmt::format("could not issue all deletes: {} failed: {}",
                                                rest.failures.size(), rest.failures.front()),
                                    verbs_.clock().now());
    }
    const Value patch = Value::object({{"status", next["status"]}});
    return accept_gone(run.cluster().patch(run.context(), run.key(), api::PatchType::Merge, patch,
                                           kManager, "status"));
  }

  // The definition disappears with its last finalizer.
  static Result<> let_go(runtime::Reconcile& run) {
    const Value& definition = run.document();
    Value kept = Value::array();
    for (const Value& finalizer : definition["metadata"]["finalizers"].items()) {
      if (finalizer.text() != kCleanupFinalizer) kept.push_back(finalizer);
    }
    const Value metadata =
        Value::object({{"resourceVersion", definition["metadata"]["resourceVersion"]},
                       {"finalizers", std::move(kept)}});
    const Value patch = Value::object({{"metadata", metadata}});
    return accept_gone(
        run.cluster().patch(run.context(), run.key(), api::PatchType::Merge, patch, kManager));
  }

  static Result<> accept_gone(Result<ObjectRef> patched) {
    if (!patched && patched.error().code != Code::NotFound) return fail(std::move(patched.error()));
    return {};
  }

  api::Verbs& verbs_;
};

// Definitions of the group that do not have all their names: one of those may be free now.
std::vector<Key> waiting_in_group(const api::Verbs& verbs, std::string_view changed) {
  std::vector<Key> keys;
  const std::string_view group = changed.substr(changed.find('.'));  // with its dot
  store::ListOptions all;
  all.resource = kDefinitionResource;
  const auto listed = verbs.store().list(all);
  if (!listed) return keys;
  for (const ObjectRef& object : listed->objects) {
    if (object->name() == changed || !object->name().ends_with(group)) continue;
    if (object->json().find(R"("reason":"NoConflicts")") != std::string_view::npos) continue;
    keys.push_back(object->key());
  }
  return keys;
}

std::vector<Key> keys_of(const api::Verbs& verbs, const store::Event& event) {
  if (!event.object) return {};
  const std::string_view resource = event.object->resource();
  if (resource == kDefinitionResource) {
    if (event.type == store::Event::Type::Added) return {};  // it frees no names
    return waiting_in_group(verbs, event.object->name());
  }
  if (event.type != store::Event::Type::Deleted) return {};
  const ObjectRef definition = verbs.store().get(kDefinitionResource, "", resource);
  if (!definition || !definition->is_deleting()) return {};
  return {definition->key()};
}

}  // namespace

void add_definition_controller(runtime::Manager& manager, api::Verbs& verbs) {
  runtime::ControllerOptions options;
  options.name = "definitions";
  options.resource = kDefinitionResource;
  options.reports_ready = false;
  options.deadline = std::chrono::minutes(5);
  options.wants = [](const store::Event& event) { return event.object->is_deleting(); };
  options.watches.push_back(
      {.resource = "",
       .keys = [&verbs](const store::Event& event) { return keys_of(verbs, event); },
       .all_keys = {}});  // at start every definition is looked at anyway
  manager.add(std::move(options), std::make_unique<DefinitionController>(verbs));
}

}  // namespace gp::lifecycle
