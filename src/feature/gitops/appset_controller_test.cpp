#include "feature/gitops/appset_controller.hpp"

#include "feature/gitops/gitops_fixture.hpp"

namespace gp::gitops {
namespace {

struct SetFixture : GitOpsFixture {
  // A set over a list; `more` in YAML flow style is laid over its spec.
  void create_set(std::string_view elements, std::string_view more = "{}") {
    Value document = parse_yaml(R"(
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec:
  template:
    metadata: {name: 'app-{{name}}'}
    spec:
      project: default
      source: {repoURL: "https://git.example/acme/platform", path: app, targetRevision: main}
      destination: {server: "https://kubernetes.default.svc", namespace: '{{name}}'}
)")
                         .value();
    document.edit("spec").set("generators", generators(elements));
    const Value over = parse_yaml(more).value();
    for (const auto& member : over.members()) document.edit("spec").set(member.key(), member.value);
    create(document);
  }
  static Value generators(std::string_view elements) {
    return Value::array(
        {Value::object({{"list", Value::object({{"elements", parse_yaml(elements).value()}})}})});
  }
  void change(std::string_view elements) {
    merge(kApplicationSets, "argocd", "all",
          Value::object({{"spec", Value::object({{"generators", generators(elements)}})}}));
    quiet();
  }
  std::string names() const {
    std::string text;
    for (const Value& app : all(kApplications)) text += app["metadata"]["name"].string() + " ";
    return text;
  }
  std::string condition(std::string_view type) const {
    const Value set = read(kApplicationSets, "argocd", "all");
    for (const Value& one : set["status"]["conditions"].items()) {
      if (one["type"].text() == type)
        return fmt::format("{}: {}", one["status"].text(), one["message"].text());
    }
    return "none";
  }
};

}  // namespace

TEST_CASE_FIXTURE(SetFixture, "gitops sets: applications come, change and go with the parameters") {
  create_set("[{name: dev}, {name: prod}]");
  start();
  CHECK(names() == "app-dev app-prod ");
  const Value app = read(kApplications, "argocd", "app-dev");
  CHECK(app["spec"]["destination"]["namespace"].text() == "dev");
  CHECK(app["metadata"]["ownerReferences"].at(0)["kind"].text() == "ApplicationSet");
  CHECK(condition("ResourcesUpToDate") ==
        "True: All applications have been generated successfully");
  CHECK(condition("ErrorOccurred").starts_with("False"));

  change("[{name: dev}, {name: test}]");
  CHECK(names() == "app-dev app-test ");
}

TEST_CASE_FIXTURE(SetFixture, "gitops sets: an application that was deleted comes again") {
  create_set("[{name: dev}]");
  start();
  remove(kApplications, "argocd", "app-dev");
  quiet();
  CHECK(names() == "app-dev ");
}

TEST_CASE_FIXTURE(SetFixture, "gitops sets: the policy keeps what is there") {
  create_set("[{name: dev}]", "{syncPolicy: {applicationsSync: create-only}}");
  start();
  change("[{name: test}]");
  CHECK(names() == "app-dev app-test ");
}

TEST_CASE_FIXTURE(SetFixture, "gitops sets: a generator that fails deletes nothing and says why") {
  create_set("[{name: dev}]");
  start();
  change("[text]");
  CHECK(names() == "app-dev ");
  CHECK(condition("ErrorOccurred") == "True: list: an element is no object");
  CHECK(condition("ParametersGenerated").starts_with("False"));
}

TEST_CASE_FIXTURE(SetFixture, "gitops sets: an application of somebody else's is left alone") {
  create_app();
  create_set("[{name: x}]", "{template: {metadata: {name: web}, spec: {project: other}}}");
  start();
  CHECK(app()["spec"]["project"].text() == "default");
  CHECK(condition("ErrorOccurred").contains("belongs to somebody else"));
}

}  // namespace gp::gitops
