import { afterEach, describe, expect, test, vi } from "vitest";

import { apiVersionOf, kubePath, readKinds, readTable, resourceOf } from "./kube";
import type { Kind } from "./kube";

const kind = (more: Partial<Kind> = {}): Kind => ({
  group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", isNamespaced: true, verbs: [], shortNames: [], categories: [], ...more,
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("paths of the Kubernetes API", () => {
  test("of the core and of groups, with and without a namespace", () => {
    expect(kubePath(kind())).toBe("/api/v1/configmaps");
    expect(kubePath(kind(), "shop", "a/b")).toBe("/api/v1/namespaces/shop/configmaps/a%2Fb");
    expect(kubePath(kind({ group: "argoproj.io", version: "v1alpha1", plural: "applications" }), "x")).toBe(
      "/apis/argoproj.io/v1alpha1/namespaces/x/applications",
    );
    expect(kubePath(kind({ plural: "nodes", isNamespaced: false }), "ignored", "n")).toBe("/api/v1/nodes/n");
  });

  test("names of resources and versions", () => {
    expect([resourceOf(kind()), apiVersionOf(kind())]).toEqual(["configmaps", "v1"]);
    expect([resourceOf(kind({ group: "g" })), apiVersionOf(kind({ group: "g" }))]).toEqual(["configmaps.g", "g/v1"]);
  });

  test("selectors and pages go into the query", async () => {
    const fetched = vi.fn((_path: string) => Promise.resolve(new Response("{}")));
    vi.stubGlobal("fetch", fetched);
    await readTable(kind(), { namespace: "shop", labelSelector: "a=b,c!=d", limit: 500, continue: "x+y" });
    expect(fetched.mock.calls[0]?.[0]).toBe(
      "/kube/api/v1/namespaces/shop/configmaps?labelSelector=a%3Db%2Cc%21%3Dd&limit=500&continue=x%2By",
    );
  });
});

test("discovery: the preferred version of what can be listed, once", async () => {
  const resource = (name: string, verbs: string[], more = {}) => ({
    resource: name, responseKind: { kind: name.toUpperCase() }, scope: "Namespaced", verbs, ...more,
  });
  const answers: Record<string, unknown> = {
    "/kube/api": { items: [{ metadata: {}, versions: [{ version: "v1", resources: [resource("pods", ["list"]), resource("bindings", ["create"])] }] }] },
    "/kube/apis": {
      items: [
        { metadata: { name: "g" }, versions: [{ version: "v2", resources: [resource("as", ["list"])] }, { version: "v1", resources: [resource("as", ["list"]), resource("bs", ["list"], { scope: "Cluster", shortNames: ["b"] })] }] },
        { metadata: { name: "empty" } },
      ],
    },
  };
  vi.stubGlobal("fetch", vi.fn((path: string) => Promise.resolve(new Response(JSON.stringify(answers[path])))));

  const kinds = await readKinds();

  expect(kinds.map((one) => `${one.group}/${one.version}/${one.plural}`)).toEqual(["/v1/pods", "g/v2/as", "g/v1/bs"]);
  expect(kinds[2]).toMatchObject({ isNamespaced: false, shortNames: ["b"], kind: "BS" });
});
