#include <doctest/doctest.h>

#include "platform/api/admission_fixture.hpp"
#include "platform/api/role_aggregation.hpp"
#include "platform/api/role_texts.hpp"

namespace gp::api {
namespace {

struct Fixture : AdmissionFixture {
  Fixture() {
    caller = Caller::system("test");
    apply("{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}");
    apply("{apiVersion: v1, kind: Namespace, metadata: {name: kube-public}}");
    REQUIRE(ensure_default_roles(*verbs));
  }
  Value read(std::string_view plural, std::string_view name, std::string_view ns = {}) const {
    const auto found = store->get(fmt::format("{}.rbac.authorization.k8s.io", plural), ns, name);
    return found ? found->parse() : Value();
  }
  std::size_t count(std::string_view plural) const {
    store::ListOptions list;
    list.resource = fmt::format("{}.rbac.authorization.k8s.io", plural);
    return store->list(list)->objects.size();
  }
  void write(std::string_view name, std::function<void(Value&)> change) {
    Value role = read("clusterroles", name);
    change(role);
    REQUIRE(verbs->update(target_of(role), role, options()));
  }
  bool may(std::string_view verb, std::string_view group, std::string_view resource) {
    return authorizer
        ->decide(Caller{"dave", "", {}, {}}, {.verb = std::string(verb),
                                              .group = std::string(group),
                                              .version = "v1",
                                              .resource = std::string(resource),
                                              .subresource = "",
                                              .ns = "shop",
                                              .name = "",
                                              .path = ""})
        .is_allowed;
  }
  bool holds(std::string_view role, std::string_view resource) const {
    for (const Value& rule : read("clusterroles", role)["rules"].items()) {
      for (const Value& one : rule["resources"].items()) {
        if (one.text() == resource) return true;
      }
    }
    return false;
  }
};

}  // namespace

TEST_CASE("default roles: a text becomes a role, its rules and its binding") {
  const std::string_view text =
      "clusterrole a\n  given-to view\n  get,list core,apps pods/log names x\n  get url /b\n"
      "  to account ns/who\nrole n/r\n  read core pods\n  to user u\n  binding other\n";
  const auto objects = default_role_objects({&text, 1});
  REQUIRE(objects.size() == 4);
  CHECK(to_json(objects[0]["rules"]) ==
        R"([{"apiGroups":["","apps"],"resourceNames":["x"],"resources":["pods/log"],)"
        R"("verbs":["get","list"]},{"nonResourceURLs":["/b"],"verbs":["get"]}])");
  CHECK(objects[0]["metadata"]["labels"]["rbac.authorization.k8s.io/aggregate-to-view"].text() ==
        "true");
  CHECK(objects[1]["metadata"]["namespace"].text() == "n");
  CHECK(to_json(objects[2]["subjects"]) ==
        R"([{"kind":"ServiceAccount","name":"who","namespace":"ns"}])");
  CHECK(objects[3]["kind"].text() == "RoleBinding");
  CHECK(objects[3]["metadata"]["name"].text() == "other");
  CHECK(objects[3]["roleRef"]["name"].text() == "r");
}

TEST_CASE_FIXTURE(Fixture, "default roles: those of a real cluster are there") {
  for (const char* name :
       {"admin", "edit", "view", "cluster-admin", "system:monitoring", "system:node",
        "system:controller:job-controller", "system:kube-scheduler", "system:auth-delegator"}) {
    CHECK_FALSE(read("clusterroles", name).is_null());
  }
  CHECK(count("clusterroles") == 64);
  CHECK(count("clusterrolebindings") == 45);
  CHECK(count("roles") == 7);
  CHECK(count("rolebindings") == 7);
  CHECK(read("clusterrolebindings", "system:node")["subjects"].empty());
}

TEST_CASE_FIXTURE(Fixture, "default roles: a second start writes nothing") {
  const Revision before = store->revision();
  REQUIRE(ensure_default_roles(*verbs));
  CHECK(store->revision() == before);
}

TEST_CASE_FIXTURE(Fixture, "default roles: what was taken away comes back, what was added stays") {
  write("system:discovery", [](Value& role) {
    role.set("rules", Value::array({yaml("{nonResourceURLs: [/mine], verbs: [get]}")}));
  });
  REQUIRE(ensure_default_roles(*verbs));
  const Value rules = read("clusterroles", "system:discovery")["rules"];
  REQUIRE(rules.size() == 2);
  CHECK(rules.at(0)["nonResourceURLs"].at(0).text() == "/mine");
  CHECK(rules.at(1)["nonResourceURLs"].size() == 11);
}

TEST_CASE_FIXTURE(Fixture, "default roles: autoupdate \"false\" leaves a role as it is") {
  write("system:discovery", [](Value& role) {
    role.set("rules", Value::array());
    role.edit("metadata")
        .edit("annotations")
        .set("rbac.authorization.kubernetes.io/autoupdate", "false");
  });
  REQUIRE(ensure_default_roles(*verbs));
  CHECK(read("clusterroles", "system:discovery")["rules"].empty());
}

TEST_CASE_FIXTURE(Fixture, "aggregation: admin holds what edit holds, and edit what view holds") {
  CHECK(holds("view", "pods/log"));
  CHECK_FALSE(holds("view", "secrets"));
  CHECK(holds("edit", "pods/log"));
  CHECK(holds("edit", "secrets"));
  CHECK(holds("admin", "secrets"));
  CHECK(holds("admin", "rolebindings"));
}

TEST_CASE_FIXTURE(Fixture, "aggregation: a role of one's own takes effect by its label") {
  apply(R"({apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding,
    metadata: {name: d, namespace: shop}, subjects: [{kind: User, name: dave,
    apiGroup: rbac.authorization.k8s.io}],
    roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}})");
  CHECK(may("get", "", "pods"));
  CHECK_FALSE(may("get", "example.com", "widgets"));
  apply(R"({apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: widgets,
    labels: {rbac.authorization.k8s.io/aggregate-to-view: 'true'}},
    rules: [{apiGroups: [example.com], resources: [widgets], verbs: [get]}]})");
  REQUIRE(aggregate_roles(*verbs));
  CHECK(may("get", "example.com", "widgets"));
  CHECK(holds("admin", "widgets"));

  write("widgets", [](Value& role) { role.edit("metadata").erase("labels"); });
  REQUIRE(aggregate_roles(*verbs));
  CHECK_FALSE(may("get", "example.com", "widgets"));
}

}  // namespace gp::api
