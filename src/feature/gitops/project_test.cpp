#include "feature/gitops/project.hpp"

#include <doctest/doctest.h>

#include "base/yaml.hpp"

using namespace gp;
using namespace gp::gitops;

namespace {

Value project(std::string_view spec) {
  return parse_yaml(fmt::format("{{metadata: {{name: p, namespace: argocd}}, spec: {}}}", spec))
      .value();
}

Application app(std::string_view repo, std::string_view ns) {
  Application made;
  made.name = "web";
  made.ns = "argocd";
  made.project = "p";
  made.sources.push_back(Source::of(Value::object({{"repoURL", repo}, {"path", "."}})));
  made.destination.ns = ns;
  return made;
}

constexpr std::string_view kServer = "https://kubernetes.default.svc";

bool is_allowed(std::string_view spec, std::string_view repo = "https://g/a",
                std::string_view ns = "shop") {
  return project_problems(project(spec), app(repo, ns), std::string(kServer)).empty();
}

}  // namespace

TEST_CASE("gitops project: sources and destinations by pattern, a denied one wins") {
  CHECK(is_allowed("{sourceRepos: ['*'], destinations: [{server: '*', namespace: '*'}]}"));
  CHECK(is_allowed(
      "{sourceRepos: ['https://g/*'], destinations: [{server: '*', namespace: 'sh*'}]}"));
  CHECK(is_allowed("{sourceRepos: ['https://g/a'], destinations: [{server: '*', namespace: '*'}]}",
                   "https://G/a.git"));
  CHECK_FALSE(is_allowed(
      "{sourceRepos: ['*', '!https://g/a'], destinations: [{server: '*', namespace: '*'}]}"));
  CHECK_FALSE(is_allowed("{sourceRepos: ['*'], destinations: [{server: '*', namespace: other}]}"));
  CHECK_FALSE(
      is_allowed("{sourceRepos: ['*'], destinations: [{server: '*', namespace: '*'}, {server: '*', "
                 "namespace: '!shop'}]}"));
  CHECK_FALSE(is_allowed("{}"));
}

TEST_CASE("gitops project: cluster-wide kinds must be listed, namespaced ones may be denied") {
  const ResourceKey role{"rbac.authorization.k8s.io", "ClusterRole", "", "r"};
  const ResourceKey map{"", "ConfigMap", "shop", "m"};
  CHECK(kind_problem(project("{}"), role, false) ==
        "resource rbac.authorization.k8s.io:ClusterRole is not permitted in project p");
  CHECK(kind_problem(project("{clusterResourceWhitelist: [{group: '*', kind: '*'}]}"), role, false)
            .empty());
  CHECK(kind_problem(project("{}"), map, true).empty());
  CHECK_FALSE(kind_problem(project("{namespaceResourceBlacklist: [{group: '', kind: ConfigMap}]}"),
                           map, true)
                  .empty());
  CHECK_FALSE(
      kind_problem(project("{namespaceResourceWhitelist: [{group: apps, kind: '*'}]}"), map, true)
          .empty());
}
