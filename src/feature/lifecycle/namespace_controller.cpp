#include "feature/lifecycle/namespace_controller.hpp"

#include <map>
#include <mutex>

#include "platform/cluster/parallel.hpp"

namespace gp::lifecycle {

namespace {

using object::Key;
using object::ObjectRef;
using runtime::Next;

constexpr std::string_view kManager = "goldenpath-namespace";
constexpr std::string_view kFinalizer = "kubernetes";

// What was found on the way through the content.
struct Content {
  std::vector<std::string> unknown;               // resources that no kind describes
  std::vector<std::string> failures;              // messages of refused deletions
  std::map<std::string, std::size_t> remaining;   // resource → objects
  std::map<std::string, std::size_t> finalizers;  // finalizer → objects that wait for it

  bool is_gone() const { return unknown.empty() && failures.empty() && remaining.empty(); }
};

// "configmaps." and "deployments.apps": users know the dot from Kubernetes' own message.
std::string dotted(const std::string& resource) {
  return resource.find('.') == std::string::npos ? resource + "." : resource;
}

std::string remaining_text(const Content& content) {
  std::vector<std::string> parts;
  for (const auto& [resource, count] : content.remaining) {
    parts.push_back(fmt::format("{} has {} resource instances", dotted(resource), count));
  }
  return fmt::format("Some resources are remaining: {}", fmt::join(parts, ", "));
}

std::string finalizers_text(const Content& content) {
  std::vector<std::string> parts;
  for (const auto& [finalizer, count] : content.finalizers) {
    parts.push_back(fmt::format("{} in {} resource instances", finalizer, count));
  }
  return fmt::format("Some content in the namespace has finalizers remaining: {}",
                     fmt::join(parts, ", "));
}

// The conditions, reasons and words are those of Kubernetes' namespace controller.
void report(runtime::Reconcile& run, const Content& content) {
  run.status("phase", "Terminating");
  const auto say = [&](std::string_view type, bool is_bad, std::string_view bad_reason,
                       std::string bad_message, std::string_view reason, const char* message) {
    if (is_bad) {
      run.condition(type, "True", bad_reason, std::move(bad_message));
    } else {
      run.condition(type, "False", reason, message);
    }
  };
  say("NamespaceDeletionDiscoveryFailure", !content.unknown.empty(), "DiscoveryFailed",
      fmt::format("Discovery failed for some groups, {} failing: no kind is served for {}",
                  content.unknown.size(), fmt::join(content.unknown, ", ")),
      "ResourcesDiscovered", "All resources successfully discovered");
  say("NamespaceDeletionGroupVersionParsingFailure", false, "", "", "ParsedGroupVersions",
      "All legacy kube types successfully parsed");
  say("NamespaceDeletionContentFailure", !content.failures.empty(), "ContentDeletionFailed",
      fmt::format("Failed to delete all resource types, {} remaining: {}", content.failures.size(),
                  fmt::join(content.failures, ", ")),
      "ContentDeleted", "All content successfully deleted, may be waiting on finalization");
  say("NamespaceContentRemaining", !content.remaining.empty(), "SomeResourcesRemain",
      remaining_text(content), "ContentRemoved", "All content successfully removed");
  say("NamespaceFinalizersRemaining", !content.finalizers.empty(), "SomeFinalizersRemain",
      finalizers_text(content), "ContentHasNoFinalizers",
      "All content-preserving finalizers finished");
}

class NamespaceController final : public runtime::Controller {
 public:
  explicit NamespaceController(api::Verbs& verbs) : verbs_(verbs) {}

  Result<Next> reconcile(runtime::Reconcile& run) override {
    const std::string& ns = run.key().name;
    if (!run.object()->is_deleting()) return Next::done();

    Content content;
    for (const std::string& resource : verbs_.store().resources_in(ns)) {
      TRY(run.context().check());
      empty(resource, ns, content);
    }
    report(run, content);
    if (content.is_gone()) {
      TRY(let_go(run));
      return Next::done();
    }

    const bool may_change_unseen = !content.unknown.empty() || !content.failures.empty();
    return may_change_unseen ? Next::in(std::chrono::seconds(15)) : Next::done();
  }

 private:
  void empty(const std::string& resource, const std::string& ns, Content& content) {
    const object::KindPtr kind = verbs_.kinds().find_resource(resource);
    if (!kind) {
      content.unknown.push_back(resource);
      return;
    }
    store::ListOptions all;
    all.resource = resource;
    all.ns = ns;
    const auto listed = verbs_.store().list(all);
    if (listed) remove_each({kind, ns, {}, {}}, listed->objects, content);
    count_remaining(all, content);
  }

  // A refused deletion does not stop the others.
  void remove_each(const api::Target& collection, const std::vector<ObjectRef>& objects,
                   Content& content) {
    api::DeleteOptions options;
    options.caller = api::Caller::system(kManager);
    std::mutex mutex;  // guards content.failures
    cluster::in_parallel(objects.size(), [&](std::size_t i) {
      api::Target one = collection;
      one.name = objects[i]->name();
      const auto removed = verbs_.remove(one, options);
      if (removed || removed.error().code == Code::NotFound) return;
      const std::lock_guard lock(mutex);
      content.failures.push_back(removed.error().message);
    });
  }

  void count_remaining(const store::ListOptions& all, Content& content) {
    const auto left = verbs_.store().list(all);
    if (!left || left->objects.empty()) return;
    content.remaining[all.resource] = left->objects.size();
    for (const ObjectRef& object : left->objects) {
      if (!object->has_finalizers()) continue;
      const Value document = object->parse();
      for (const Value& finalizer : document["metadata"]["finalizers"].items()) {
        ++content.finalizers[finalizer.string()];
      }
    }
  }

  // Takes our finalizer out of spec; the namespace disappears with its last one.
  static Result<> let_go(runtime::Reconcile& run) {
    const Value& document = run.document();
    Value kept = Value::array();
    for (const Value& finalizer : document["spec"]["finalizers"].items()) {
      if (finalizer.text() != kFinalizer) kept.push_back(finalizer);
    }
    const Value patch = Value::object(
        {{"metadata",
          Value::object({{"resourceVersion", document["metadata"]["resourceVersion"]}})},
         {"spec", Value::object({{"finalizers", std::move(kept)}})}});
    const auto finalized = run.cluster().patch(run.context(), run.key(), api::PatchType::Merge,
                                               patch, kManager, "finalize");
    if (!finalized && finalized.error().code != Code::NotFound) return fail(finalized.error());
    return {};
  }

  api::Verbs& verbs_;
};

}  // namespace

void add_namespace_controller(runtime::Manager& manager, api::Verbs& verbs) {
  runtime::ControllerOptions options;
  options.name = "namespace";
  options.resource = "namespaces";
  options.reports_ready = false;
  options.deadline = std::chrono::minutes(5);
  options.workers = 2;
  options.wants = [](const store::Event& event) { return event.object->is_deleting(); };
  options.watches.push_back({.resource = "",
                             .keys = [&verbs](const store::Event& event) -> std::vector<Key> {
                               const std::string_view ns = event.object->ns();
                               if (ns.empty()) return {};
                               const ObjectRef holder = verbs.store().get("namespaces", "", ns);
                               if (!holder || !holder->is_deleting()) return {};
                               return {holder->key()};
                             },
                             .all_keys = {}});  // at start every namespace is looked at anyway
  manager.add(std::move(options), std::make_unique<NamespaceController>(verbs));
}

}  // namespace gp::lifecycle
