#include "feature/lifecycle/role_aggregation.hpp"

#include <mutex>
#include <set>

#include "platform/api/role_aggregation.hpp"

namespace gp::lifecycle {
namespace {

using object::Key;
using runtime::Next;

constexpr std::string_view kResource = "clusterroles.rbac.authorization.k8s.io";
constexpr std::string_view kManager = "clusterrole-aggregation-controller";

// The names of aggregated roles, as the informers have seen them.
class Aggregated {
 public:
  std::vector<Key> follow(const store::Event& event) {
    const std::lock_guard lock(mutex_);
    const bool is_deleted = event.type == store::Event::Type::Deleted;
    if (!is_deleted && api::is_aggregated(event.object->parse())) {
      names_.emplace(event.object->name());
    } else {
      names_.erase(std::string(event.object->name()));
    }
    std::vector<Key> keys;
    for (const std::string& name : names_) keys.push_back({std::string(kResource), "", name});
    return keys;
  }

 private:
  std::mutex mutex_;
  std::set<std::string> names_;
};

class RoleAggregation final : public runtime::Controller {
 public:
  Result<Next> reconcile(runtime::Reconcile& run) override {
    Value role = run.document();
    if (!api::is_aggregated(role) || run.object()->is_deleting()) return Next::done();
    store::ListOptions list;
    list.resource = kResource;
    const store::Listed roles = TRY(run.cluster().list(run.context(), list));
    Value rules = api::aggregated_rules(role, roles.objects);
    if (role["rules"] == rules || (rules.empty() && role["rules"].empty())) return Next::done();
    role.set("rules", std::move(rules));
    TRY(run.cluster().update(run.context(), role, kManager));
    return Next::done();
  }
};

}  // namespace

void add_role_aggregation(runtime::Manager& manager) {
  runtime::ControllerOptions options;
  options.name = "role-aggregation";
  options.reports_ready = false;
  const auto aggregated = std::make_shared<Aggregated>();
  options.watches.push_back(
      {.resource = std::string(kResource),
       .keys = [aggregated](const store::Event& event) { return aggregated->follow(event); },
       .all_keys = {}});
  manager.add(std::move(options), std::make_unique<RoleAggregation>());
}

}  // namespace gp::lifecycle
