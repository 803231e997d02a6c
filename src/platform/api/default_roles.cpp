// The roles and bindings that every cluster has, made at start where they are missing and completed
// where a rule or subject was taken away, unless the annotation
// rbac.authorization.kubernetes.io/autoupdate says "false". What people added stays.

#include <algorithm>
#include <atomic>
#include <thread>

#include "platform/api/rbac.hpp"
#include "platform/api/rbac_cover.hpp"
#include "platform/api/role_aggregation.hpp"
#include "platform/api/role_texts.hpp"

namespace gp {
extern const std::span<const std::string_view> kRoleTexts;  // embedded by CMake: roles/*.roles
}  // namespace gp

namespace gp::api {
namespace {

constexpr std::string_view kAutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";

Target target_of(const Verbs& verbs, const Value& wanted) {
  Target target;
  target.kind = verbs.kinds().find_kind("rbac.authorization.k8s.io", "v1", wanted["kind"].text());
  GP_CHECK(target.kind, "the kinds of RBAC are built in");
  target.ns = wanted["metadata"]["namespace"].string();
  target.name = wanted["metadata"]["name"].string();
  return target;
}

std::vector<rbac::Rule> rules_of(const Value& role) {
  std::vector<rbac::Rule> rules;
  for (const Value& rule : role["rules"].items()) rules.push_back(rbac::read_rule(rule));
  return rules;
}

void add_missing_members(Value& present, const char* field, const Value& wanted) {
  for (const Value::Member& member : wanted["metadata"][field].members()) {
    if (present["metadata"][field].find(member.key()) != nullptr) continue;
    present.edit("metadata").edit(field).set(member.key(), member.value);
  }
}

void add_missing_items(Value& present, const char* field, const Value& wanted) {
  for (const Value& item : wanted[field].items()) {
    const auto is_same = [&](const Value& one) { return one == item; };
    if (std::ranges::any_of(present[field].items(), is_same)) continue;
    present.edit(field).push_back(item);
  }
}

// As it should be; as it is, where its owner wants it so.
Value completed(Value present, const Value& wanted) {
  const Value* choice = present["metadata"]["annotations"].find(kAutoUpdate);
  if (choice != nullptr && choice->text() == "false") return present;
  add_missing_members(present, "labels", wanted);
  add_missing_members(present, "annotations", wanted);
  add_missing_items(present, "subjects", wanted);
  const std::vector<rbac::Rule> held = rules_of(present);
  for (const Value& rule : wanted["rules"].items()) {
    const rbac::Rule one = rbac::read_rule(rule);
    if (!rbac::missing_rules(held, {&one, 1}).empty()) present.edit("rules").push_back(rule);
  }
  if (is_aggregated(wanted)) {
    Value& rule = present.edit("aggregationRule");
    add_missing_items(rule, "clusterRoleSelectors", wanted["aggregationRule"]);
  }
  return present;
}

ObjectRef find(const Verbs& verbs, const Target& target) {
  return verbs.store().get(target.kind->store_resource(), target.ns, target.name);
}

bool is_complete(const Verbs& verbs, const Value& wanted) {
  const ObjectRef found = find(verbs, target_of(verbs, wanted));
  if (!found) return false;
  const Value present = found->parse();
  return completed(present, wanted) == present;
}

Result<> ensure(Verbs& verbs, const Value& wanted) {
  WriteOptions options;
  options.caller = Caller::system("bootstrap");
  options.field_manager = "goldenpath";
  Target target = target_of(verbs, wanted);
  if (const ObjectRef found = find(verbs, target)) {
    TRY(verbs.update(target, completed(found->parse(), wanted), options));
    return {};
  }
  target.name.clear();
  auto created = verbs.create(target, wanted, options);
  if (created || created.error().code == Code::AlreadyExists) return {};
  // Without its namespace (an embedded server may have none yet) a role waits for the next start.
  if (created.error().code == Code::NotFound && !target.ns.empty()) return {};
  return fail(std::move(created.error()));
}

}  // namespace

Result<> ensure_default_roles(Verbs& verbs) {
  // What most starts find complete needs no thread.
  std::vector<Value> wanted = default_role_objects(kRoleTexts);
  std::erase_if(wanted, [&](const Value& role) { return is_complete(verbs, role); });
  std::vector<Result<>> results(wanted.size());
  std::atomic<std::size_t> next = 0;
  {
    constexpr std::size_t kWritersMax = 32;  // many at once, so that few commits take them all
    std::vector<std::jthread> writers;
    for (std::size_t i = 0; i < std::min(kWritersMax, wanted.size()); ++i) {
      writers.emplace_back([&] {
        for (std::size_t at = next++; at < wanted.size(); at = next++) {
          results[at] = ensure(verbs, wanted[at]);
        }
      });
    }
  }
  for (Result<>& result : results) {
    if (!result) return result;
  }
  return aggregate_roles(verbs);
}

}  // namespace gp::api
