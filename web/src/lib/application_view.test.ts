import { describe, expect, test } from "vitest";

import type { Application } from "../api/applications";
import { destinationOf, filterApplications, isAutomated, problemsOf, rollbackPatch, shortRevision, syncPatch } from "./application_view";

function application(name: string, spec: Application["spec"] = {}, status: Application["status"] = {}): Application {
  return { metadata: { name, namespace: "argocd", uid: name, resourceVersion: "1" }, spec, status };
}

describe("applications", () => {
  test("are narrowed by text, sync and health, and sorted by name", () => {
    const apps = [
      application("web", { source: { repoURL: "https://git.example/shop" } }, { sync: { status: "Synced" }, health: { status: "Healthy" } }),
      application("api", { project: "shop" }, { sync: { status: "OutOfSync" }, health: { status: "Healthy" } }),
      application("db", {}, { sync: { status: "OutOfSync" }, health: { status: "Degraded" } }),
    ];
    const names = (text: string, sync: string[] = [], health: string[] = []) =>
      filterApplications(apps, { text, sync, health }).map(({ metadata }) => metadata.name);
    expect(names("")).toEqual(["api", "db", "web"]);
    expect(names("SHOP")).toEqual(["api", "web"]);
    expect(names("", ["outofsync"])).toEqual(["api", "db"]);
    expect(names("", ["OutOfSync", "Synced"], ["Healthy"])).toEqual(["api", "web"]);
    expect(names("web", ["OutOfSync"])).toEqual([]);
  });

  test("say where they go", () => {
    expect(destinationOf(application("a", { destination: { server: "https://kubernetes.default.svc", namespace: "shop" } }))).toBe("shop · this cluster");
    expect(destinationOf(application("a", { destination: { name: "far", namespace: "shop" } }))).toBe("shop · far");
    expect(destinationOf(application("a", { destination: { server: "https://far.example" } }))).toBe("https://far.example");
  });

  test("shorten commits and digests, but not names", () => {
    expect(shortRevision("0123456789abcdef0123456789abcdef01234567")).toBe("0123456");
    expect(shortRevision("sha256:0123456789abcdef")).toBe("0123456");
    expect(shortRevision("release-2026-11")).toBe("release-2026-11");
    expect(shortRevision("1.2.3")).toBe("1.2.3");
  });

  test("are automated unless that is absent or switched off", () => {
    expect(isAutomated(application("a"))).toBe(false);
    expect(isAutomated(application("a", { syncPolicy: { automated: {} } }))).toBe(true);
    expect(isAutomated(application("a", { syncPolicy: { automated: { enabled: false } } }))).toBe(false);
    expect(isAutomated(application("a", { syncPolicy: { automated: null } }))).toBe(false);
  });

  test("tell one failure once", () => {
    const operationState = { phase: "Failed", message: "ConfigMap \"x\" was refused" };
    expect(problemsOf(application("a", {}, { operationState }))).toEqual([{ title: "Sync failed", message: operationState.message }]);
    const conditions = [{ type: "SyncError", message: `Failed sync: ${operationState.message}` }];
    expect(problemsOf(application("a", {}, { operationState, conditions })).map(({ title }) => title)).toEqual(["SyncError"]);
    expect(problemsOf(application("a", {}, { operationState: { phase: "Succeeded", message: "fine" } }))).toEqual([]);
  });
});

describe("what is asked of the platform", () => {
  test("a sync says who asked and whether to prune", () => {
    expect(syncPatch(true)).toEqual({ operation: { initiatedBy: { username: "portal" }, sync: { prune: true } } });
  });

  test("a rollback names the revisions and sources of the deployment", () => {
    const source = { repoURL: "https://git.example/shop", path: "web" };
    const patch = rollbackPatch({ id: 3, revision: "abc", source, deployedAt: "2026-11-24T10:00:00Z" }, false);
    expect(JSON.parse(JSON.stringify(patch))).toEqual({
      operation: { initiatedBy: { username: "portal" }, sync: { prune: false, revision: "abc", source } },
    });
  });
});
