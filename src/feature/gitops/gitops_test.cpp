#include "feature/gitops/gitops_fixture.hpp"

namespace gp::gitops {

using namespace std::chrono_literals;

TEST_CASE_FIXTURE(GitOpsFixture,
                  "gitops: an application without a policy is compared, not synced") {
  write("app/a.yaml", map_text("a", "1"));
  create_app();
  start();

  CHECK(sync_state() == "OutOfSync");
  CHECK(status()["health"]["status"].text() == "Missing");
  CHECK(status()["resources"].at(0)["name"].text() == "a");
  CHECK(status()["resources"].at(0)["status"].text() == "OutOfSync");
  CHECK(status()["sourceType"].text() == "Directory");
  CHECK(status()["sync"]["revision"].text().size() == 40);
  CHECK_FALSE(exists("configmaps", "shop", "a"));
}

TEST_CASE_FIXTURE(GitOpsFixture,
                  "gitops: a sync that is asked for is done, remembered, and no longer asked") {
  write("app/a.yaml", map_text("a", "1"));
  create_app();
  start();
  sync();

  CHECK(text_of("a") == "1");
  CHECK(sync_state() == "Synced");
  CHECK(status()["health"]["status"].text() == "Healthy");
  CHECK(app()["operation"].is_null());
  const Value operation = status()["operationState"];
  CHECK(operation["phase"].text() == "Succeeded");
  CHECK(operation["message"].text() == "successfully synced (all tasks run)");
  CHECK(operation["syncResult"]["resources"].at(0)["message"].text() == "configmap/a created");
  CHECK(status()["history"].size() == 1);
  CHECK(status()["history"].at(0)["revision"] == status()["sync"]["revision"]);
}

TEST_CASE_FIXTURE(
    GitOpsFixture,
    "gitops: a changed file is synced, a removed one pruned, a change by hand healed") {
  write("app/a.yaml", map_text("a", "1"));
  write("app/b.yaml", map_text("b", "1"));
  create_app(kAutomatic);
  start();
  CHECK(text_of("a") == "1");

  write("app/a.yaml", map_text("a", "2"));
  REQUIRE(files::remove_file(root / "app/b.yaml"));
  refresh("hard");
  CHECK(text_of("a") == "2");
  CHECK_FALSE(exists("configmaps", "shop", "b"));
  CHECK(status()["history"].size() == 2);

  write("app/a.yaml", map_text("a", "3"));  // of the same name and size
  refresh("hard");
  CHECK(text_of("a") == "3");

  merge("configmaps", "shop", "a", parse_yaml("{data: {text: by-hand}}").value());
  quiet();
  CHECK(text_of("a") == "3");
  CHECK(sync_state() == "Synced");
}

TEST_CASE_FIXTURE(GitOpsFixture, "gitops: nothing is pruned unless that is allowed") {
  write("app/a.yaml", map_text("a", "1"));
  write("app/b.yaml", map_text("b", "1"));
  create_app("{syncPolicy: {syncOptions: [PrunePropagationPolicy=background]}}");
  start();
  sync();
  REQUIRE(files::remove_file(root / "app/b.yaml"));
  refresh("hard");

  CHECK(sync_state() == "OutOfSync");
  CHECK(status()["resources"].at(1)["requiresPruning"].boolean());
  sync();
  CHECK(exists("configmaps", "shop", "b"));
  CHECK(status()["operationState"]["syncResult"]["resources"].at(0)["message"].text() ==
        "ignored (requires pruning)");
  sync("{prune: true}");
  CHECK_FALSE(exists("configmaps", "shop", "b"));
  CHECK(sync_state() == "Synced");
}

TEST_CASE_FIXTURE(GitOpsFixture, "gitops: an empty source does not wipe out what is there") {
  write("app/a.yaml", map_text("a", "1"));
  create_app(kAutomatic);
  start();
  write("app/a.yaml", "# nothing\n");
  refresh("hard");

  CHECK(exists("configmaps", "shop", "a"));
  CHECK(status()["conditions"].at(0)["type"].text() == "SyncError");
}

TEST_CASE_FIXTURE(GitOpsFixture, "gitops: a broken file changes nothing and is named") {
  write("app/a.yaml", map_text("a", "1"));
  create_app(kAutomatic);
  start();
  write("app/a.yaml", map_text("a", "2"));
  write("app/broken.yaml", "apiVersion: v1\nkind: [\n");
  refresh("hard");

  CHECK(text_of("a") == "1");
  CHECK(sync_state() == "Unknown");
  const Value condition = status()["conditions"].at(0);
  CHECK(condition["type"].text() == "ComparisonError");
  CHECK(condition["message"].text().contains("broken.yaml: "));
}

TEST_CASE_FIXTURE(
    GitOpsFixture,
    "gitops: an object that the API refuses fails the sync before anything is written") {
  write("app/a.yaml", map_text("a", "1"));
  write("app/z.yaml",
        "{apiVersion: v1, kind: Service, metadata: {name: z}, spec: {ports: [{port: 99999}]}}");
  create_app(kAutomatic);
  start();

  CHECK_FALSE(exists("configmaps", "shop", "a"));
  const Value operation = status()["operationState"];
  CHECK(operation["phase"].text() == "Failed");
  CHECK(operation["message"].text().contains("spec.ports[0].port: Invalid value: 99999"));
  CHECK(status()["conditions"].at(0)["message"].text().contains("Failed last sync attempt"));
}

TEST_CASE_FIXTURE(GitOpsFixture, "gitops: waves go one after the other, hooks around them") {
  write("app/all.yaml",
        map_text("second", "1", "argocd.argoproj.io/sync-wave: '2'") + "---\n" +
            map_text("first", "1", "argocd.argoproj.io/sync-wave: '-1'") + "---\n" +
            map_text("before", "1", "argocd.argoproj.io/hook: PreSync") + "---\n" +
            map_text("after", "1",
                     "argocd.argoproj.io/hook: PostSync, argocd.argoproj.io/hook-delete-policy: "
                     "HookSucceeded"));
  create_app(kAutomatic);
  start();

  std::string order;
  for (const Value& result : status()["operationState"]["syncResult"]["resources"].items())
    order += result["name"].string() + " ";
  CHECK(order == "before first second after ");
  CHECK(exists("configmaps", "shop", "before"));
  CHECK_FALSE(exists("configmaps", "shop", "after"));
  CHECK(sync_state() == "Synced");
}

TEST_CASE_FIXTURE(GitOpsFixture,
                  "gitops: a hook that is not done holds the phase, one that fails ends the sync") {
  const std::string job =
      "{apiVersion: batch/v1, kind: Job, metadata: {name: check, annotations: "
      "{argocd.argoproj.io/hook: PreSync}}, spec: {template: {spec: {restartPolicy: Never, "
      "containers: [{name: c, image: busybox}]}}}}";
  write("app/all.yaml", map_text("a", "1") + "---\n" + job);
  create_app(kAutomatic);
  start();
  CHECK_FALSE(exists("configmaps", "shop", "a"));
  CHECK(status()["operationState"]["phase"].text() == "Running");
  CHECK(status()["operationState"]["message"].text() ==
        "waiting for completion of hook batch/Job/check");

  Value failed = read("jobs.batch", "shop", "check");
  failed.set("status", parse_yaml("{conditions: [{type: Failed, status: 'True', message: boom, "
                                  "reason: X}], startTime: 2024-01-01T00:00:00Z}")
                           .value());
  const auto updated = cluster.update_status(context, failed, "test");
  if (!updated) FAIL(updated.error().to_string());
  quiet();
  CHECK(status()["operationState"]["phase"].text() == "Failed");
  CHECK(status()["operationState"]["message"].text().contains("boom"));
  CHECK_FALSE(exists("configmaps", "shop", "a"));
}

TEST_CASE_FIXTURE(
    GitOpsFixture,
    "gitops: differences that do not count are ignored, and kept in a sync that respects them") {
  write("app/a.yaml", map_text("a", "1"));
  create_app(R"({ignoreDifferences: [{group: "", kind: ConfigMap, jsonPointers: [/data/text]}],
                 syncPolicy: {syncOptions: [RespectIgnoreDifferences=true]}})");
  start();
  sync();
  merge("configmaps", "shop", "a", parse_yaml("{data: {text: by-hand}}").value());
  quiet();
  CHECK(sync_state() == "Synced");
  sync();
  CHECK(text_of("a") == "by-hand");
}

TEST_CASE_FIXTURE(GitOpsFixture, "gitops: a chart sees the kinds that the cluster serves") {
  write("app/Chart.yaml", "{apiVersion: v2, name: c, version: 1.0.0}");
  write("app/templates/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  text: "
        "{{ .Capabilities.APIVersions.Has \"test.goldenpath.dev/v1/Widget\" | quote }}\n");
  create_app();
  start();
  sync();
  CHECK(status()["sourceType"].text() == "Helm");
  CHECK(text_of("a") == "true");
}

TEST_CASE_FIXTURE(GitOpsFixture,
                  "gitops: kustomizations are built with the application's settings") {
  write("app/kustomization.yaml", "{resources: [a.yaml], namePrefix: x-}");
  write("app/a.yaml", map_text("a", "1"));
  create_app(R"({source: {repoURL: "https://git.example/acme/platform", path: app,
                          kustomize: {namePrefix: y-, commonLabels: {team: web}}}})");
  start();
  sync();
  CHECK(status()["sourceType"].text() == "Kustomize");
  CHECK(read("configmaps", "shop", "y-a")["metadata"]["labels"]["team"].text() == "web");
}

TEST_CASE_FIXTURE(GitOpsFixture, "gitops: a namespace is made when that is asked for") {
  write("app/a.yaml", map_text("a", "1"));
  create_app(R"({destination: {server: "https://kubernetes.default.svc", namespace: fresh},
                 syncPolicy: {automated: {}, syncOptions: [CreateNamespace=true],
                              managedNamespaceMetadata: {labels: {team: web}}}})");
  start();
  CHECK(read("namespaces", "", "fresh")["metadata"]["labels"]["team"].text() == "web");
  CHECK(exists("configmaps", "fresh", "a"));
}

TEST_CASE_FIXTURE(GitOpsFixture,
                  "gitops: deleting an application with its finalizer deletes what it has made") {
  write("app/a.yaml", map_text("a", "1"));
  create_app(kAutomatic);
  merge(kApplications, "argocd", "web",
        Value::object(
            {{"metadata", Value::object({{"finalizers", Value::array({std::string(kFinalizer) +
                                                                      "/background"})}})}}));
  start();
  CHECK(exists("configmaps", "shop", "a"));
  remove(kApplications, "argocd", "web");
  quiet();
  clock.advance(2s);
  quiet();
  CHECK_FALSE(exists("configmaps", "shop", "a"));
  CHECK_FALSE(exists(kApplications, "argocd", "web"));
}

TEST_CASE_FIXTURE(GitOpsFixture, "gitops: a project bounds sources, destinations and kinds") {
  write("app/a.yaml", map_text("a", "1"));
  create(parse_yaml(R"({apiVersion: argoproj.io/v1alpha1, kind: AppProject,
    metadata: {name: tight, namespace: argocd},
    spec: {sourceRepos: ["https://git.example/other/*"], destinations: [{server: "*", namespace: "*"}]}})")
             .value());
  create_app("{project: tight}");
  start();
  CHECK(status()["conditions"].at(0)["message"].text() ==
        "application repo https://git.example/acme/platform is not permitted in project 'tight'");

  merge(
      kProjects, "argocd", "tight",
      parse_yaml(
          R"({spec: {sourceRepos: ["*"], namespaceResourceBlacklist: [{group: "", kind: ConfigMap}]}})")
          .value());
  quiet();
  CHECK(status()["conditions"].at(0)["message"].text() ==
        "resource :ConfigMap is not permitted in project tight");
}

TEST_CASE_FIXTURE(GitOpsFixture, "gitops: what cannot be meant is an InvalidSpecError") {
  create_app(R"({destination: {name: nowhere, namespace: shop}})");
  start();
  const Value condition = status()["conditions"].at(0);
  CHECK(condition["type"].text() == "InvalidSpecError");
  CHECK(condition["message"].text() ==
        "application destination spec is invalid: unable to find destination server: there are no "
        "clusters with this name: nowhere");
  CHECK(sync_state() == "Unknown");
}

TEST_CASE_FIXTURE(GitOpsFixture, "gitops: a failed sync is tried again as its policy says") {
  write("app/a.yaml",
        "{apiVersion: v1, kind: Service, metadata: {name: z}, spec: {ports: [{port: 99999}]}}");
  create_app("{syncPolicy: {automated: {}, retry: {limit: 1, backoff: {duration: 10s}}}}");
  start();
  CHECK(status()["operationState"]["phase"].text() == "Running");
  CHECK(status()["operationState"]["retryCount"].integer() == 1);
  clock.advance(11s);
  quiet();
  CHECK(status()["operationState"]["phase"].text() == "Failed");
}

TEST_CASE_FIXTURE(GitOpsFixture,
                  "gitops: a hook without a name gets one for each sync, and is waited for") {
  write("app/all.yaml",
        map_text("a", "1") + "---\n" +
            "{apiVersion: batch/v1, kind: Job, metadata: {generateName: check-, annotations: "
            "{argocd.argoproj.io/hook: PreSync}}, spec: {template: {spec: {restartPolicy: Never, "
            "containers: [{name: c, image: busybox}]}}}}");
  create_app();
  start();
  sync();
  CHECK(all("jobs.batch").size() == 1);
  clock.advance(10s);
  quiet();
  CHECK(all("jobs.batch").size() == 1);
  Value job = all("jobs.batch").front();
  CHECK(job["metadata"]["name"].text().starts_with("check-"));
  CHECK(job["metadata"]["name"].text().contains("-presync-"));
  job.set("status", parse_yaml("{conditions: [{type: Complete, status: 'True', reason: X}, {type: "
                               "SuccessCriteriaMet, status: 'True', reason: X}], startTime: "
                               "2024-01-01T00:00:00Z, completionTime: 2024-01-01T00:00:01Z, "
                               "succeeded: 1}")
                        .value());
  const auto updated = cluster.update_status(context, job, "test");
  if (!updated) FAIL(updated.error().to_string());
  clock.advance(3s);
  quiet();
  CHECK(text_of("a") == "1");
  CHECK(status()["operationState"]["phase"].text() == "Succeeded");
}

TEST_CASE_FIXTURE(
    GitOpsFixture,
    "gitops: what somebody else keeps changing is healed later each time, without history") {
  write("app/a.yaml", map_text("a", "1"));
  create_app(kAutomatic);
  start();
  const auto change = [&] {
    merge("configmaps", "shop", "a", parse_yaml("{data: {text: other}}").value());
    quiet();
  };
  change();
  CHECK(text_of("a") == "1");
  change();
  CHECK(text_of("a") == "other");
  clock.advance(3s);
  quiet();
  CHECK(text_of("a") == "1");
  change();
  clock.advance(3s);
  quiet();
  CHECK(text_of("a") == "other");
  clock.advance(4s);
  quiet();
  CHECK(text_of("a") == "1");
  CHECK(status()["history"].size() == 1);
}

TEST_CASE_FIXTURE(GitOpsFixture, "gitops: a refresh that finds nothing new writes nothing") {
  write("app/a.yaml", map_text("a", "1"));
  create_app(kAutomatic);
  start();
  const auto revision = store->revision();
  manager.enqueue("gitops", {std::string(kApplications), "argocd", "web"});
  quiet();
  CHECK(store->revision() == revision);
}

TEST_CASE_FIXTURE(GitOpsFixture,
                  "gitops: what a sync has brought up to date is waited for by the next wave") {
  write(
      "app/all.yaml",
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {selector: {matchLabels: "
      "{a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}"
      "\n---\n" +
          map_text("later", "1", "argocd.argoproj.io/sync-wave: '1'"));
  create_app("{syncPolicy: {automated: {}, syncOptions: [ApplyOutOfSyncOnly=true]}}");
  start();
  CHECK(exists("deployments.apps", "shop", "d"));
  CHECK_FALSE(exists("configmaps", "shop", "later"));
  CHECK(status()["operationState"]["message"].text() ==
        "waiting for healthy state of apps/Deployment/d");
}

}  // namespace gp::gitops
