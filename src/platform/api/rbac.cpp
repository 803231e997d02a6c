#include "platform/api/rbac.hpp"

#include <algorithm>
#include <mutex>

#include "base/log.hpp"
#include "platform/api/rbac_rules.hpp"

namespace gp::api {
namespace {

using rbac::Binding;
using rbac::Role;
using rbac::Rule;

constexpr std::string_view kGroup = "rbac.authorization.k8s.io";
constexpr std::string_view kMasters = "system:masters";

std::string resource_name(std::string_view plural) {
  return fmt::format("{}.{}", plural, kGroup);
}

std::string key_of(std::string_view ns, std::string_view name) {
  return fmt::format("{}/{}", ns, name);
}

// Objects of one resource, read from the store and kept up to date.
template <typename Item>
class Followed {
 public:
  using Read = Item (*)(const Value& document);

  Followed(std::string_view plural, Read read) : resource_(resource_name(plural)), read_(read) {}

  Result<> follow(store::Store& store, const std::shared_ptr<std::atomic<bool>>& is_stale) {
    if (!watcher_) TRY(start(store, is_stale));
    std::vector<store::Event> events;
    constexpr std::size_t kEventsAtOnce = 256;
    do {
      events.clear();
      auto polled = watcher_->poll(events, kEventsAtOnce);
      if (!polled) {  // the history has moved past us: read everything again
        watcher_.reset();
        return fail(std::move(polled.error()));
      }
      for (const store::Event& event : events) apply(event);
    } while (!events.empty());
    return {};
  }

  const std::map<std::string, Item>& items() const { return items_; }

 private:
  Result<> start(store::Store& store, const std::shared_ptr<std::atomic<bool>>& is_stale) {
    store::ListOptions list;
    list.resource = resource_;
    const store::Listed listed = TRY(store.list(list));
    items_.clear();
    for (const ObjectRef& object : listed.objects) put(*object);
    store::WatchOptions watch;
    watch.resource = resource_;
    watch.after = listed.revision;
    watcher_ = TRY(store.watch(watch));
    watcher_->on_ready([is_stale] { *is_stale = true; });
    return {};
  }

  void put(const object::Object& object) {
    items_[key_of(object.ns(), object.name())] = read_(object.parse());
  }

  void apply(const store::Event& event) {
    if (!event.object) return;
    if (event.type == store::Event::Type::Deleted) {
      items_.erase(key_of(event.object->ns(), event.object->name()));
    } else {
      put(*event.object);
    }
  }

  std::string resource_;
  Read read_;
  std::map<std::string, Item> items_;  // by "ns/name"
  std::unique_ptr<store::Watcher> watcher_;
};

Value to_value(const std::vector<std::string>& list) {
  Value array = Value::array();
  for (const std::string& text : list) array.push_back(text);
  return array;
}

}  // namespace

struct RbacAuthorizer::Rules {
  Followed<Role> roles{"roles", rbac::read_role};
  Followed<Role> cluster_roles{"clusterroles", rbac::read_role};
  Followed<Binding> bindings{"rolebindings", rbac::read_binding};
  Followed<Binding> cluster_bindings{"clusterrolebindings", rbac::read_binding};

  // The roles that the caller's bindings name and nobody has made, as errors tell them: one text,
  // or several in brackets; empty when there are none.
  std::string unresolved(const Caller& caller, std::string_view ns) const {
    std::vector<std::string> texts;
    const auto check = [&](const Binding& binding) {
      if (binding.subject_of(caller) == nullptr || role_of(binding) != nullptr) return;
      texts.push_back(
          fmt::format("{} \"{}\" not found",
                      resource_name(binding.role_kind == "ClusterRole" ? "clusterrole" : "role"),
                      binding.role_name));
    };
    for (const auto& [key, binding] : cluster_bindings.items()) check(binding);
    each_binding_in(ns, check);
    if (texts.size() < 2) return texts.empty() ? std::string() : std::move(texts.front());
    return fmt::format("[{}]", fmt::join(texts, ", "));
  }

  // `visit(binding, subject, rule)` for every rule that holds for the caller in the namespace,
  // those of the cluster first; true from it ends the search.
  template <typename Visit>
  bool each(const Caller& caller, std::string_view ns, const Visit& visit) const {
    for (const auto& [key, binding] : cluster_bindings.items()) {
      if (each_of(caller, binding, visit)) return true;
    }
    bool is_found = false;
    each_binding_in(ns, [&](const Binding& binding) {
      is_found = is_found || each_of(caller, binding, visit);
    });
    return is_found;
  }

 private:
  template <typename Visit>
  void each_binding_in(std::string_view ns, const Visit& visit) const {
    if (ns.empty()) return;
    const std::string prefix = key_of(ns, "");
    for (auto at = bindings.items().lower_bound(prefix);
         at != bindings.items().end() && at->first.starts_with(prefix); ++at) {
      visit(at->second);
    }
  }

  template <typename Visit>
  bool each_of(const Caller& caller, const Binding& binding, const Visit& visit) const {
    const rbac::Subject* subject = binding.subject_of(caller);
    const Role* role = subject != nullptr ? role_of(binding) : nullptr;
    if (role == nullptr) return false;
    return std::ranges::any_of(role->rules,
                               [&](const Rule& rule) { return visit(binding, *subject, rule); });
  }

  const Role* role_of(const Binding& binding) const {
    const bool is_cluster = binding.role_kind == "ClusterRole";
    const auto& known = is_cluster ? cluster_roles.items() : roles.items();
    const auto found = known.find(key_of(is_cluster ? "" : binding.ns, binding.role_name));
    return found == known.end() ? nullptr : &found->second;
  }
};

RbacAuthorizer::RbacAuthorizer(store::Store& store)
    : store_(store),
      is_stale_(std::make_shared<std::atomic<bool>>(true)),
      rules_(std::make_unique<Rules>()) {}

RbacAuthorizer::~RbacAuthorizer() = default;

void RbacAuthorizer::refresh() {
  if (!is_stale_->load(std::memory_order_acquire)) return;
  const std::lock_guard lock(mutex_);
  if (!is_stale_->exchange(false)) return;
  for (auto followed :
       {rules_->roles.follow(store_, is_stale_), rules_->cluster_roles.follow(store_, is_stale_),
        rules_->bindings.follow(store_, is_stale_),
        rules_->cluster_bindings.follow(store_, is_stale_)}) {
    if (followed) continue;
    *is_stale_ = true;  // the next question tries again
    log::warn("rbac", "could not follow roles", {{"error", followed.error().message}});
  }
}

Decision RbacAuthorizer::decide(const Caller& caller, const Attributes& attributes) {
  if (caller.in_group(kMasters)) return {true, ""};
  refresh();
  const std::shared_lock lock(mutex_);
  Decision decision;
  rules_->each(
      caller, attributes.ns,
      [&](const Binding& binding, const rbac::Subject& subject, const Rule& rule) {
        if (!attributes.is_resource && !binding.ns.empty()) return false;
        if (!rule.allows(attributes)) return false;
        const std::string where =
            binding.ns.empty() ? binding.name : fmt::format("{}/{}", binding.name, binding.ns);
        decision = {true,
                    fmt::format("RBAC: allowed by {} \"{}\" of {} \"{}\" to {}",
                                binding.ns.empty() ? "ClusterRoleBinding" : "RoleBinding", where,
                                binding.role_kind, binding.role_name, subject.to_string())};
        return true;
      });
  if (decision.is_allowed) return decision;
  const std::string unresolved = rules_->unresolved(caller, attributes.ns);
  if (!unresolved.empty()) decision.reason = fmt::format("RBAC: {}", unresolved);
  return decision;
}

Value RbacAuthorizer::rules_of(const Caller& caller, std::string_view ns) {
  Value resources = Value::array();
  Value others = Value::array();
  const auto add = [&](const Rule& rule) {
    if (!rule.resources.empty()) {
      Value entry = Value::object({{"verbs", to_value(rule.verbs)},
                                   {"apiGroups", to_value(rule.groups)},
                                   {"resources", to_value(rule.resources)}});
      if (!rule.names.empty()) entry.set("resourceNames", to_value(rule.names));
      resources.push_back(std::move(entry));
    }
    if (!rule.urls.empty()) {
      others.push_back(Value::object(
          {{"verbs", to_value(rule.verbs)}, {"nonResourceURLs", to_value(rule.urls)}}));
    }
  };

  if (caller.in_group(kMasters)) {
    add({{"*"}, {"*"}, {"*"}, {}, {}});
    add({{"*"}, {}, {}, {}, {"*"}});
  }
  refresh();
  const std::shared_lock lock(mutex_);
  rules_->each(caller, ns, [&](const Binding&, const rbac::Subject&, const Rule& rule) {
    add(rule);
    return false;
  });
  Value answer = Value::object({{"resourceRules", std::move(resources)},
                                {"nonResourceRules", std::move(others)},
                                {"incomplete", false}});
  std::string unresolved = rules_->unresolved(caller, ns);
  if (!unresolved.empty()) answer.set("evaluationError", std::move(unresolved));
  return answer;
}

}  // namespace gp::api
