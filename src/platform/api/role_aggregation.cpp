#include "platform/api/role_aggregation.hpp"

#include <algorithm>

#include "engine/selector/selector.hpp"

namespace gp::api {
namespace {

bool contains(const Value& list, const Value& wanted) {
  return std::ranges::any_of(list.items(), [&](const Value& one) { return one == wanted; });
}

// True when something had to be written.
Result<bool> aggregate_once(Verbs& verbs, const KindPtr& kind) {
  const Target all{kind, {}, {}, {}};
  const store::Listed listed = TRY(verbs.list(all, {}));
  WriteOptions options;
  options.caller = Caller::system("clusterrole-aggregation-controller");
  options.field_manager = "clusterrole-aggregation-controller";
  bool is_changed = false;
  for (const ObjectRef& object : listed.objects) {
    Value role = object->parse();
    if (!is_aggregated(role)) continue;
    Value rules = aggregated_rules(role, listed.objects);
    if (role["rules"] == rules || (rules.empty() && role["rules"].empty())) continue;
    role.set("rules", std::move(rules));
    const Target target{kind, {}, std::string(object->name()), {}};
    TRY(verbs.update(target, std::move(role), options));
    is_changed = true;
  }
  return is_changed;
}

}  // namespace

bool is_aggregated(const Value& role) {
  return !role["aggregationRule"]["clusterRoleSelectors"].empty();
}

Value aggregated_rules(const Value& role, std::span<const ObjectRef> roles) {
  Value rules = Value::array();
  for (const Value& labels : role["aggregationRule"]["clusterRoleSelectors"].items()) {
    const auto selector = selector::LabelSelector::from_object(labels);
    if (!selector) continue;  // validation refuses it
    for (const ObjectRef& object : roles) {
      if (object->name() == role["metadata"]["name"].text()) continue;
      // By its header: of dozens of roles few are chosen, and only those are parsed.
      if (!selector->matches([&](std::string_view name) { return object->label(name); })) continue;
      const Value other = object->parse();
      for (const Value& rule : other["rules"].items()) {
        if (!contains(rules, rule)) rules.push_back(rule);
      }
    }
  }
  return rules;
}

Result<> aggregate_roles(Verbs& verbs) {
  const KindPtr kind = verbs.kinds().find_kind("rbac.authorization.k8s.io", "v1", "ClusterRole");
  GP_CHECK(kind, "the kinds of RBAC are built in");
  // Each round carries rules one step further; longer chains are the controller's.
  constexpr int kRoundsMax = 8;
  for (int round = 0; round < kRoundsMax; ++round) {
    const bool is_changed = TRY(aggregate_once(verbs, kind));
    if (!is_changed) break;
  }
  return {};
}

}  // namespace gp::api
