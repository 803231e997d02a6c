// Roles and bindings, budgets, quotas, autoscalers, classes, leases, volumes.

#include "platform/object/go_text.hpp"
#include "platform/object/quantity.hpp"
#include "platform/object/rules_builtin.hpp"
#include "platform/object/rules_pods.hpp"

namespace gp::object {
namespace {

void check_rule(const Value& rule, const std::string& path, bool is_namespaced, Report& report) {
  if (rule["verbs"].empty()) {
    report.required(child(path, "verbs"), "verbs must contain at least one value");
  }
  const Value& urls = rule["nonResourceURLs"];
  if (!urls.empty()) {
    const std::string at = child(path, "nonResourceURLs");
    if (is_namespaced) {
      report.invalid_printed(at, go_strings(urls),
                             "namespaced rules cannot apply to non-resource URLs");
    }
    if (!rule["apiGroups"].empty() || !rule["resources"].empty() ||
        !rule["resourceNames"].empty()) {
      report.invalid_printed(at, go_strings(urls),
                             "rules cannot apply to both regular resources and non-resource URLs");
    }
    return;
  }
  if (rule["apiGroups"].empty()) {
    report.required(child(path, "apiGroups"), "resource rules must supply at least one api group");
  }
  if (rule["resources"].empty()) {
    report.required(child(path, "resources"), "resource rules must supply at least one resource");
  }
}

void check_rules(const Value& role, bool is_namespaced, Report& report) {
  for (std::size_t i = 0; i < role["rules"].size(); ++i) {
    check_rule(role["rules"].at(i), element("rules", i), is_namespaced, report);
  }
}

void check_subject(const Value& subject, const std::string& path, Report& report) {
  if (subject["name"].empty()) report.required(child(path, "name"));
  const std::string_view kind = subject["kind"].text();
  const Value& group = subject["apiGroup"];
  if (kind == "ServiceAccount") {
    if (!group.empty()) report.not_supported(child(path, "apiGroup"), group, {""});
    if (subject["namespace"].empty()) report.required(child(path, "namespace"));
  } else if (kind == "User" || kind == "Group") {
    if (group.text() != "rbac.authorization.k8s.io") {
      report.not_supported(child(path, "apiGroup"), group.is_null() ? Value("") : group,
                           {"rbac.authorization.k8s.io"});
    }
  } else {
    report.not_supported(child(path, "kind"), subject["kind"], {"ServiceAccount", "User", "Group"});
  }
}

void check_binding(const Value& object, const Value* before, bool is_namespaced, Report& report) {
  const Value& role = object["roleRef"];
  if (role["apiGroup"].text() != "rbac.authorization.k8s.io") {
    report.not_supported("roleRef.apiGroup", role["apiGroup"], {"rbac.authorization.k8s.io"});
  }
  const std::string_view kind = role["kind"].text();
  if (is_namespaced && kind != "Role" && kind != "ClusterRole") {
    report.not_supported("roleRef.kind", role["kind"], {"Role", "ClusterRole"});
  } else if (!is_namespaced && kind != "ClusterRole") {
    report.not_supported("roleRef.kind", role["kind"], {"ClusterRole"});
  }
  if (role["name"].empty()) report.required("roleRef.name");
  for (std::size_t i = 0; i < object["subjects"].size(); ++i) {
    check_subject(object["subjects"].at(i), element("subjects", i), report);
  }
  if (before != nullptr && role != (*before)["roleRef"]) {
    report.invalid_printed("roleRef",
                           fmt::format("rbac.RoleRef{{APIGroup:{}, Kind:{}, Name:{}}}",
                                       go_quote(role["apiGroup"].text()), go_quote(kind),
                                       go_quote(role["name"].text())),
                           "cannot change roleRef");
  }
}

void check_amounts(const Value& amounts, const std::string& path, Report& report) {
  for (const Value::Member& member : amounts.members()) {
    const auto amount = Quantity::parse(member.value.text());
    if (amount && amount->is_negative()) {
      report.invalid(key_of(path, member.key()), member.value,
                     "must be greater than or equal to 0");
    }
  }
}

void forbid_change(const Value& object, const Value& before, std::string_view field,
                   Report& report) {
  if (object[field] != before[field]) {
    report.forbidden(std::string(field), fmt::format("updates to {} are forbidden.", field));
  }
}

}  // namespace

void check_role(const Value& object, const Value* /*before*/, Report& report) {
  check_rules(object, true, report);
}

void check_cluster_role(const Value& object, const Value* /*before*/, Report& report) {
  check_rules(object, false, report);
  const Value& selectors = object["aggregationRule"]["clusterRoleSelectors"];
  if (!object["aggregationRule"].is_null() && selectors.empty()) {
    report.required("aggregationRule.clusterRoleSelectors",
                    "at least one clusterRoleSelector required if aggregationRule is non-nil");
  }
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    check_selector(selectors.at(i), element("aggregationRule.clusterRoleSelectors", i), report);
  }
}

void check_role_binding(const Value& object, const Value* before, Report& report) {
  check_binding(object, before, true, report);
}

void check_cluster_role_binding(const Value& object, const Value* before, Report& report) {
  check_binding(object, before, false, report);
}

void check_budget(const Value& object, const Value* /*before*/, Report& report) {
  const Value& spec = object["spec"];
  if (!spec["minAvailable"].is_null() && !spec["maxUnavailable"].is_null()) {
    report.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set");
  }
  check_count_or_percent(spec["minAvailable"], "spec.minAvailable", report);
  check_count_or_percent(spec["maxUnavailable"], "spec.maxUnavailable", report);
  check_selector(spec["selector"], "spec.selector", report);
}

void check_quota(const Value& object, const Value* /*before*/, Report& report) {
  check_amounts(object["spec"]["hard"], "spec.hard", report);
}

void check_autoscaler(const Value& object, const Value* /*before*/, Report& report) {
  const Value& spec = object["spec"];
  const std::int64_t least = spec["minReplicas"].integer(1);
  if (least < 1) {
    report.invalid("spec.minReplicas", spec["minReplicas"], "must be greater than or equal to 1");
  }
  if (spec["maxReplicas"].integer() < 1) {
    report.invalid("spec.maxReplicas",
                   spec["maxReplicas"].is_null() ? Value(0) : spec["maxReplicas"],
                   "must be greater than 0");
  } else if (spec["maxReplicas"].integer() < least) {
    report.invalid("spec.maxReplicas", spec["maxReplicas"],
                   "must be greater than or equal to `minReplicas`");
  }
  for (const std::string_view field : {"kind", "name"}) {
    if (spec["scaleTargetRef"][field].empty()) {
      report.required(child("spec.scaleTargetRef", field));
    }
  }
}

void check_priority_class(const Value& object, const Value* before, Report& report) {
  constexpr std::int64_t kMost = 1'000'000'000;
  if (object["value"].integer() > kMost &&
      !object["metadata"]["name"].text().starts_with("system-")) {
    report.forbidden("value",
                     fmt::format("maximum allowed value of a user defined priority is {}", kMost));
  }
  if (before == nullptr) return;
  if (object["value"] != (*before)["value"]) {
    report.forbidden("value", "may not be changed in an update.");
  }
  report.immutable("preemptionPolicy", object["preemptionPolicy"], (*before)["preemptionPolicy"]);
}

void check_storage_class(const Value& object, const Value* before, Report& report) {
  if (object["provisioner"].empty()) report.required("provisioner");
  if (before == nullptr) return;
  for (const std::string_view field : {"parameters", "provisioner", "reclaimPolicy"}) {
    forbid_change(object, *before, field, report);
  }
  report.immutable("volumeBindingMode", object["volumeBindingMode"],
                   (*before)["volumeBindingMode"]);
}

void check_lease(const Value& object, const Value* /*before*/, Report& report) {
  const Value& spec = object["spec"];
  if (spec["leaseDurationSeconds"].is_integer() && spec["leaseDurationSeconds"].integer() <= 0) {
    report.invalid("spec.leaseDurationSeconds", spec["leaseDurationSeconds"],
                   "must be greater than 0");
  }
  check_not_negative(spec["leaseTransitions"], "spec.leaseTransitions", report);
}

void check_claim(const Value& object, const Value* before, Report& report) {
  const Value& spec = object["spec"];
  if (spec["accessModes"].empty()) {
    report.required("spec.accessModes", "at least 1 access mode is required");
  }
  const Value& size = spec["resources"]["requests"]["storage"];
  const auto amount = Quantity::parse(size.text());
  if (size.is_null()) {
    report.required("spec.resources[storage]");
  } else if (amount && (amount->is_negative() || amount->is_zero())) {
    report.invalid("spec.resources[storage]", size, "must be greater than zero");
  }
  if (before == nullptr) return;
  Value now = spec;
  Value then = (*before)["spec"];
  for (const std::string_view field : {"resources", "volumeAttributesClassName", "volumeName"}) {
    now.erase(field);
    then.erase(field);
  }
  if (now != then) {
    report.forbidden("spec",
                     "spec is immutable after creation except resources.requests and "
                     "volumeAttributesClassName for bound claims");
  }
}

void check_volume(const Value& object, const Value* /*before*/, Report& report) {
  const Value& spec = object["spec"];
  if (spec["accessModes"].empty()) report.required("spec.accessModes");
  if (spec["capacity"].empty()) report.required("spec.capacity");
  check_amounts(spec["capacity"], "spec.capacity", report);
}

}  // namespace gp::object
