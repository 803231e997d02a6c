// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Kind, Row } from "../../api/kube";
import { watchHub } from "../../api/watch";
import { FakeSocket, Refusal, leave, serve, show } from "../../testing";
import type { Asked } from "../../testing";
import { ObjectList } from "./object_list";

const kind: Kind = { group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", isNamespaced: true, verbs: ["list"], shortNames: [], categories: [] };
const column = (name: string, type = "string") => ({ name, type, format: name === "Name" ? "name" : "", description: "", priority: 0 });
const row = (name: string, data = 1, version = "1"): Row => ({
  cells: [name, data],
  object: { metadata: { name, namespace: "shop", uid: `uid-${name}`, resourceVersion: version } },
});
const table = (rows: Row[], more = {}) => ({ metadata: { resourceVersion: "7", ...more }, columnDefinitions: [column("Name"), column("Data", "integer")], rows });
const object = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: row(name).object.metadata });

beforeEach(() => {
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => {
  leave();
  // The hub lives as long as the page: the next test begins with a new connection.
  act(() => FakeSocket.last?.onclose?.());
  expect(watchHub.isLive).toBe(false);
});
const rows = () => [...document.querySelectorAll("tr[data-row] .row-link")].map((link) => link.textContent);

describe("the list of a kind", () => {
  const routes = (list: Row[]) => ({
    "/kube/api/v1/configmaps": table(list),
    "/kube/api/v1/namespaces": { metadata: { resourceVersion: "7" }, items: [{ metadata: { name: "shop" } }] },
    "/kube/api/v1/namespaces/shop/configmaps/": ({ path }: Asked) => table([row(path.split("/").at(-1) ?? "", 9, "8")]),
  });

  test("shows the server's columns and follows what changes from the list's revision on", async () => {
    serve(routes([row("a"), row("c")]));
    show(<ObjectList kind={kind} />, "/objects/core/configmaps");
    await waitFor(() => {
      expect(rows()).toEqual(["a", "c"]);
    });
    await screen.findByText("live");
    expect(FakeSocket.last?.sent[0]?.path).toBe("/api/v1/configmaps?watch=true&allowWatchBookmarks=true&resourceVersion=7");

    act(() => FakeSocket.last?.event("ADDED", object("b")));
    await waitFor(() => {
      expect(rows()).toEqual(["a", "b", "c"]);
    });
    act(() => FakeSocket.last?.event("DELETED", object("a")));
    await waitFor(() => {
      expect(rows()).toEqual(["b", "c"]);
    });
  });

  test("many changes at once are one new list, not a request each", async () => {
    const log = serve(routes([row("a")]));
    show(<ObjectList kind={kind} />, "/objects/core/configmaps");
    await screen.findByText("live");
    act(() => {
      for (let number = 0; number < 50; number++) FakeSocket.last?.event("ADDED", object(`n${number}`));
    });
    const lists = () => log.filter(({ path }) => path.startsWith("/kube/api/v1/configmaps?limit"));
    await waitFor(() => {
      expect(lists()).toHaveLength(2);
    });
    expect(log.filter(({ path }) => path.includes("/configmaps/n"))).toHaveLength(0);
  });

  test("of ten thousand rows only those in sight are drawn", async () => {
    serve(routes(Array.from({ length: 10_000 }, (_, number) => row(`config-${String(number).padStart(5, "0")}`))));
    show(<ObjectList kind={kind} />, "/objects/core/configmaps");
    await screen.findByText("10,000 objects");
    expect(rows().length).toBeLessThan(120);
    expect(document.querySelector("table")?.getAttribute("aria-rowcount")).toBe("10001");
    expect(document.querySelector("tr[data-row]")?.getAttribute("aria-rowindex")).toBe("2");
  });

  test("a name is looked for in all pages", async () => {
    serve({
      ...routes([]),
      "/kube/api/v1/configmaps": ({ path }: Asked) =>
        path.includes("continue=more") ? table([row("wanted")]) : table([row("a")], { continue: "more", remainingItemCount: 1 }),
    });
    show(<ObjectList kind={kind} />, "/objects/core/configmaps");
    await screen.findByText("2 objects");
    fireEvent.change(screen.getByLabelText("Find configmaps by name"), { target: { value: "WANT" } });
    await waitFor(() => {
      expect(rows()).toEqual(["wanted"]);
    });
    expect(window.location.search).toBe("?q=WANT");
  });

  test("namespace and labels narrow what the server lists and watches", async () => {
    const log = serve({ ...routes([]), "/kube/api/v1/namespaces/shop/configmaps": table([row("a")]) });
    show(<ObjectList kind={kind} />, "/objects/core/configmaps?namespace=shop&labels=app%3Dweb");
    await waitFor(() => {
      expect(rows()).toEqual(["a"]);
    });
    expect(log.some(({ path }) => path === "/kube/api/v1/namespaces/shop/configmaps?labelSelector=app%3Dweb&limit=500")).toBe(true);
    await waitFor(() => {
      expect(FakeSocket.last?.sent.at(-1)?.path).toContain("/api/v1/namespaces/shop/configmaps?watch=true&allowWatchBookmarks=true&labelSelector=app%3Dweb");
    });
    expect(screen.queryByRole("columnheader", { name: "Namespace" })).toBeNull();
  });

  test("none yet, none that fit, and a refusal are three different things", async () => {
    serve(routes([]));
    const empty = show(<ObjectList kind={kind} />, "/objects/core/configmaps");
    await screen.findByText("There are no configmaps yet");
    empty.unmount();
    const narrowed = show(<ObjectList kind={kind} />, "/objects/core/configmaps?q=x");
    await screen.findByText("No configmaps fit");
    narrowed.unmount();
    serve({ "/kube/api/v1/configmaps": new Refusal(403, { kind: "Status", reason: "Forbidden", message: "configmaps is forbidden" }) });
    show(<ObjectList kind={kind} />, "/objects/core/configmaps");
    expect((await screen.findByRole("alert")).textContent).toContain("configmaps is forbidden");
  });
});
