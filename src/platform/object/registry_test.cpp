#include <doctest/doctest.h>

#include "platform/object/kind.hpp"

namespace gp::object {
namespace {

struct Fixture {
  Fixture() { add_builtin_kinds(kinds); }

  std::string resolved(std::string_view argument) {
    const KindPtr kind = kinds.resolve(argument);
    return kind ? kind->resource() + " " + kind->version : "";
  }

  KindRegistry kinds;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "registry: kubectl's ways to name a kind") {
  CHECK(resolved("cm") == "configmaps v1");
  CHECK(resolved("ConfigMap") == "configmaps v1");
  CHECK(resolved("configmaps.v1.") == "configmaps v1");
  CHECK(resolved("deploy.apps") == "deployments.apps v1");
  CHECK(resolved("deployments.v1.apps") == "deployments.apps v1");
  CHECK(resolved("hpa") == "horizontalpodautoscalers.autoscaling v2");
  CHECK(resolved("hpa.v1.autoscaling") == "horizontalpodautoscalers.autoscaling v1");
  CHECK(resolved("events") == "events v1");
  CHECK(resolved("events.events.k8s.io") == "events.events.k8s.io v1");
  CHECK(resolved("role.rbac") == "roles.rbac.authorization.k8s.io v1");
  CHECK(resolved("nothing") == "");
  CHECK(resolved("cm.apps") == "");
}

TEST_CASE_FIXTURE(Fixture, "registry: a kind is found by what it is") {
  CHECK(kinds.find("apps", "v1", "deployments")->kind == "Deployment");
  CHECK(kinds.find_kind("", "v1", "Secret")->plural == "secrets");
  CHECK(kinds.find_resource("deployments.apps")->kind == "Deployment");
  CHECK(kinds.find("apps", "v2", "deployments") == nullptr);
}

TEST_CASE_FIXTURE(Fixture, "registry: readers keep what they hold while it changes") {
  const KindPtr before = kinds.find("", "v1", "configmaps");
  const std::uint64_t generation = kinds.generation();

  CHECK(kinds.remove("", "v1", "configmaps"));

  CHECK(kinds.find("", "v1", "configmaps") == nullptr);
  CHECK(before->kind == "ConfigMap");
  CHECK(kinds.generation() > generation);
  CHECK_FALSE(kinds.remove("", "v1", "configmaps"));
}

TEST_CASE_FIXTURE(Fixture, "registry: core comes first, then the API server's order") {
  const std::vector<KindPtr> all = kinds.all();
  CHECK(all.front()->group == "");
  std::vector<std::string> groups;
  for (const KindPtr& kind : all) {
    if (groups.empty() || groups.back() != kind->group) groups.push_back(kind->group);
  }
  CHECK(groups.at(1) == "apiregistration.k8s.io");
  CHECK(groups.at(2) == "apps");
}

}  // namespace gp::object
