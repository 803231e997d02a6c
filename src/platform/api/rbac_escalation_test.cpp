#include <doctest/doctest.h>

#include "platform/api/admission_fixture.hpp"
#include "platform/api/rbac_cover.hpp"

namespace gp::api {
namespace {

std::vector<rbac::Rule> rules(std::string_view text) {
  std::vector<rbac::Rule> list;
  const Value document = AdmissionFixture::yaml(text);
  for (const Value& rule : document.items()) list.push_back(rbac::read_rule(rule));
  return list;
}

// Each missing rule on a line of its own.
std::string missing(std::string_view held, std::string_view wanted) {
  std::string text;
  for (const rbac::Rule& rule : rbac::missing_rules(rules(held), rules(wanted))) {
    text += to_string(rule);
  }
  return text;
}

constexpr std::string_view kPods = "[{apiGroups: [''], resources: [pods], verbs: [get, list]}]";
constexpr std::string_view kAll = "[{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]";

// carol may write roles and bindings of "shop", and read pods there.
struct Fixture : AdmissionFixture {
  Fixture() {
    apply(R"({apiVersion: rbac.authorization.k8s.io/v1, kind: Role,
      metadata: {name: own, namespace: shop},
      rules: [{apiGroups: [''], resources: [pods], verbs: [get, list]},
              {apiGroups: [rbac.authorization.k8s.io], verbs: ['create', 'update'],
               resources: [roles, rolebindings]}]})");
    apply(binding("shop", "own", "Role", "own", "{kind: User, name: carol}"));
    verbs->set_authorizer(authorizer.get());
  }
  ~Fixture() { verbs->set_authorizer(nullptr); }

  static std::string role(std::string_view name, std::string_view rules_text) {
    return fmt::format(
        "{{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, "
        "metadata: {{name: {}, namespace: shop}}, rules: {}}}",
        name, rules_text);
  }
  static std::string cluster_role(std::string_view name, std::string_view body) {
    return fmt::format(
        "{{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {{name: {}}}, "
        "{}}}",
        name, body);
  }
  static std::string binding(std::string_view ns, std::string_view name, std::string_view kind,
                             std::string_view role_name, std::string_view subject) {
    std::string who(subject);
    who.insert(1, "apiGroup: rbac.authorization.k8s.io, ");
    return fmt::format(
        "{{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, "
        "metadata: {{name: {}, namespace: {}}}, subjects: [{}], "
        "roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {}, name: {}}}}}",
        name, ns, who, kind, role_name);
  }
  std::string bind(std::string_view kind, std::string_view role_name) {
    return binding("shop", "given", kind, role_name, "{kind: User, name: dave}");
  }

  // Written by somebody whom nobody asks.
  void apply_as_master(std::string_view text) {
    const Caller before = std::exchange(caller, Caller::system("test"));
    apply(text);
    caller = before;
  }
  void grant(std::string_view rules_text) {
    apply_as_master(role("more", rules_text));
    apply_as_master(binding("shop", "more", "Role", "more", "{kind: User, name: carol}"));
  }
};

}  // namespace

TEST_CASE("rbac cover: what one rule holds is not missing, whatever else is asked for") {
  CHECK(missing(kPods, "[{apiGroups: [''], resources: [pods], verbs: [list]}]").empty());
  CHECK(missing(kAll, kPods).empty());
  CHECK(missing("[{apiGroups: [''], resources: [pods], verbs: [get]},"
                " {apiGroups: [''], resources: [pods], verbs: [list]}]",
                kPods)
            .empty());
  CHECK(missing(kPods, "[{apiGroups: [''], resources: [pods, secrets], verbs: [get, watch]}]") ==
        R"({APIGroups:[""], Resources:["pods"], Verbs:["watch"]})"
        R"({APIGroups:[""], Resources:["secrets"], Verbs:["get" "watch"]})");
}

TEST_CASE("rbac cover: names, subresources and URLs") {
  const std::string_view named =
      "[{apiGroups: [''], resources: [pods], resourceNames: [a, b], verbs: [get]}]";
  CHECK(missing(kPods, named).empty());
  CHECK(missing(named, "[{apiGroups: [''], resources: [pods], verbs: [get]}]") ==
        R"({APIGroups:[""], Resources:["pods"], Verbs:["get"]})");
  CHECK(missing(named,
                "[{apiGroups: [''], resources: [pods], resourceNames: [b, c], verbs: [get]}]") ==
        R"({APIGroups:[""], Resources:["pods"], ResourceNames:["c"], Verbs:["get"]})");
  CHECK(missing("[{apiGroups: [apps], resources: ['*/scale'], verbs: [get]}]",
                "[{apiGroups: [apps], resources: [deployments/scale], verbs: [get]}]")
            .empty());
  const std::string_view metrics = "[{nonResourceURLs: ['/metrics/*'], verbs: [get]}]";
  CHECK(missing(metrics, "[{nonResourceURLs: [/metrics/a], verbs: [get]}]").empty());
  CHECK(missing(metrics, "[{nonResourceURLs: [/healthz], verbs: [get]}]") ==
        R"({NonResourceURLs:["/healthz"], Verbs:["get"]})");
}

TEST_CASE("rbac cover: a rule that multiplies without end must be covered as it stands") {
  rbac::Rule huge;
  for (int i = 0; i < 400; ++i) {
    for (auto* list : {&huge.groups, &huge.resources, &huge.names, &huge.verbs}) {
      list->push_back(std::to_string(i));
    }
  }
  CHECK(rbac::missing_rules(rules(kPods), {&huge, 1}).size() == 1);
  CHECK(rbac::missing_rules(rules(kAll), {&huge, 1}).empty());
}

TEST_CASE_FIXTURE(Fixture, "escalation: a role grants no more than its writer holds") {
  CHECK(create(role("reader", kPods)));
  const auto refused =
      create(role("wide", "[{apiGroups: [''], resources: [secrets], verbs: [get, list]}]"));
  CHECK(reason_of(refused) == "403 Forbidden");
  CHECK(message_of(refused) ==
        R"(roles.rbac.authorization.k8s.io "wide" is forbidden: user "carol" )"
        R"((groups=["dev" "system:authenticated"]) is attempting to grant RBAC permissions not )"
        "currently held:\n"
        R"({APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]})");
}

TEST_CASE_FIXTURE(Fixture, "escalation: an update is judged by its whole result") {
  apply_as_master(role("wide", kAll));
  Value labelled = yaml(role("wide", kAll));
  labelled.edit("metadata").edit("labels").set("a", "b");
  CHECK(reason_of(update(to_json(labelled))) == "403 Forbidden");
  CHECK(update(role("wide", kPods)));
}

TEST_CASE_FIXTURE(Fixture, "escalation: what the garbage collector changes is nobody's grant") {
  apply_as_master(role("wide", kAll));
  Value held = yaml(role("wide", kAll));
  held.edit("metadata").set("finalizers", Value::array({Value("example.com/held")}));
  CHECK(update(to_json(held)));
}

TEST_CASE_FIXTURE(Fixture, "escalation: roles that bindings name and nobody has are told") {
  apply_as_master(binding("shop", "lost", "ClusterRole", "lost", "{kind: Group, name: dev}"));
  const std::string one = message_of(create(role("wide", kAll)));
  CHECK(
      one.ends_with("\n{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}; resolution errors: "
                    "[clusterroles.rbac.authorization.k8s.io \"lost\" not found]"));
  apply_as_master(binding("shop", "gone", "Role", "gone", "{kind: Group, name: dev}"));
  CHECK(message_of(create(role("wide", kAll)))
            .ends_with("; resolution errors: [[roles.rbac.authorization.k8s.io \"gone\" not found, "
                       "clusterroles.rbac.authorization.k8s.io \"lost\" not found]]"));
}

TEST_CASE_FIXTURE(Fixture, "escalation: who may escalate may grant anything, by name on update") {
  grant("[{apiGroups: ['*'], resources: [roles], resourceNames: [wide], verbs: [escalate]}]");
  CHECK(reason_of(create(role("wide", kAll))) == "403 Forbidden");  // a POST's URL has no name
  apply_as_master(role("wide", kPods));
  CHECK(update(role("wide", kAll)));
}

TEST_CASE_FIXTURE(Fixture, "escalation: escalate without a name holds for creation too") {
  grant("[{apiGroups: ['*'], resources: [roles], verbs: [escalate]}]");
  CHECK(create(role("wide", kAll)));
}

TEST_CASE_FIXTURE(Fixture, "escalation: only who holds everything writes an aggregated role") {
  const std::string text = cluster_role(
      "gatherer", "aggregationRule: {clusterRoleSelectors: [{matchLabels: {gather: 'yes'}}]}");
  CHECK(message_of(create(text)) ==
        R"(clusterroles.rbac.authorization.k8s.io "gatherer" is forbidden: must have )"
        "cluster-admin privileges to use the aggregationRule");
  apply_as_master(text);
  CHECK(reason_of(update(cluster_role("gatherer", "rules: []"))) == "403 Forbidden");
}

TEST_CASE_FIXTURE(Fixture, "binding: a role is given on only by who holds it or may bind it") {
  apply_as_master(cluster_role("reader", fmt::format("rules: {}", kPods)));
  apply_as_master(cluster_role("everything", fmt::format("rules: {}", kAll)));
  CHECK(create(bind("ClusterRole", "reader")));

  const std::string other =
      binding("shop", "b", "ClusterRole", "everything", "{kind: User, name: dave}");
  CHECK(message_of(create(other)) ==
        R"(rolebindings.rbac.authorization.k8s.io "b" is forbidden: user "carol" )"
        R"((groups=["dev" "system:authenticated"]) is attempting to grant RBAC permissions not )"
        "currently held:\n"
        R"({APIGroups:["*"], Resources:["*"], Verbs:["*"]})");
  grant(
      "[{apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], "
      "resourceNames: [everything], verbs: [bind]}]");
  CHECK(create(other));
}

TEST_CASE_FIXTURE(Fixture, "binding: a role that is not there is not found") {
  const auto refused = create(bind("Role", "nobody"));
  CHECK(reason_of(refused) == "404 NotFound");
  CHECK(message_of(refused) == "roles.rbac.authorization.k8s.io \"nobody\" not found");
}

TEST_CASE_FIXTURE(Fixture, "binding: its role never changes") {
  apply(role("reader", kPods));
  apply(bind("Role", "reader"));
  const auto refused = update(bind("Role", "own"));
  CHECK(reason_of(refused) == "422 Invalid");
  CHECK(message_of(refused) ==
        R"(RoleBinding.rbac.authorization.k8s.io "given" is invalid: roleRef: Invalid value: )"
        R"(rbac.RoleRef{APIGroup:"rbac.authorization.k8s.io", Kind:"Role", Name:"own"}: )"
        "cannot change roleRef");
}

TEST_CASE_FIXTURE(Fixture, "authorization: a refusal names the roles that are missing") {
  apply_as_master(binding("shop", "lost", "ClusterRole", "lost", "{kind: Group, name: dev}"));
  Attributes attributes{.verb = "get",
                        .group = "",
                        .version = "v1",
                        .resource = "secrets",
                        .subresource = "",
                        .ns = "shop",
                        .name = "s",
                        .path = ""};
  const Decision decision = authorizer->decide(caller, attributes);
  CHECK(decision.reason == "RBAC: clusterrole.rbac.authorization.k8s.io \"lost\" not found");
  CHECK(forbidden_error(caller, attributes, decision.reason).message ==
        R"(secrets "s" is forbidden: User "carol" cannot get resource "secrets" in API group "" )"
        R"(in the namespace "shop": RBAC: clusterrole.rbac.authorization.k8s.io "lost" not found)");
}

}  // namespace gp::api
