#include "feature/gitops/sync_plan.hpp"

#include <doctest/doctest.h>

#include "base/yaml.hpp"

using namespace gp;
using namespace gp::gitops;

namespace {

ResourceState state(std::string_view kind, std::string_view name,
                    std::string_view annotations = "") {
  ResourceState made;
  made.target = parse_yaml(fmt::format("{{apiVersion: v1, kind: {}, metadata: {{name: {}, "
                                       "annotations: {{{}}}}}}}",
                                       kind, name, annotations))
                    .value();
  made.key = key_of(made.target);
  made.is_hook = is_hook(made.target);
  made.wave = wave_of(made.target);
  return made;
}

ResourceState pruned(std::string_view name, std::string_view annotations = "") {
  ResourceState made = state("ConfigMap", name, annotations);
  made.live = std::exchange(made.target, Value());
  made.requires_pruning = true;
  return made;
}

std::string order(std::vector<ResourceState> states, const SyncRequest& request = {}) {
  Comparison comparison;
  comparison.resources = std::move(states);
  std::string text;
  for (const Task& task : plan_tasks(comparison, request, {}))
    text += (task.is_prune ? "-" : "") + task.state->key.name + " ";
  return text;
}

constexpr std::string_view kWave = "argocd.argoproj.io/sync-wave: ";

}  // namespace

TEST_CASE(
    "gitops plan: kinds that others need come first, unknown ones behind those that are known") {
  CHECK(order({state("Deployment", "d"), state("Bee", "b"), state("Service", "s"),
               state("Namespace", "space"), state("APIService", "a"), state("ConfigMap", "c")}) ==
        "space c s d b a ");
}

TEST_CASE("gitops plan: what is pruned goes in the reverse order of the waves, or last") {
  CHECK(
      order({pruned("one", fmt::format("{}'1'", kWave)), pruned("two", fmt::format("{}'2'", kWave)),
             state("ConfigMap", "new", fmt::format("{}'1'", kWave))}) == "-two new -one ");
  CHECK(order({pruned("last", "argocd.argoproj.io/sync-options: PruneLast=true"),
               state("ConfigMap", "new", fmt::format("{}'5'", kWave))}) == "new -last ");
}

TEST_CASE("gitops plan: a selection leaves hooks and others out, and excludes by a mark") {
  SyncRequest request;
  request.resources = parse_yaml(
                          "[{group: '*', kind: '*', name: '*'}, {group: '!', kind: ConfigMap, "
                          "name: b}]")
                          .value();
  CHECK(order({state("ConfigMap", "a"), state("ConfigMap", "b"),
               state("ConfigMap", "h", "argocd.argoproj.io/hook: PreSync")},
              request) == "a ");
}

TEST_CASE("gitops plan: a hook stands in each of its phases") {
  CHECK(order({state("ConfigMap", "h", "argocd.argoproj.io/hook: 'PreSync,PostSync'"),
               state("ConfigMap", "a")}) == "h a h ");
}
