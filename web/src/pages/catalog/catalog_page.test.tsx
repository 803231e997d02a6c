// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, test } from "vitest";

import { Refusal, leave, serve, show } from "../../testing";
import type { Asked } from "../../testing";
import { CatalogPage } from "./catalog_page";

afterEach(leave);

const entity = (name: string, more = {}) => ({
  apiVersion: "backstage.io/v1alpha1", kind: "Component", metadata: { name, namespace: "default" }, spec: { type: "service" }, ...more,
});
const page = (...items: unknown[]) => ({ items, totalItems: items.length, pageInfo: {} });
const facets = ({ path }: Asked) => {
  const field = new URL(path, "http://x").searchParams.get("facet") ?? "";
  const values: Record<string, unknown> = { kind: [{ value: "API", count: 2 }, { value: "Component", count: 7 }], "metadata.tags": [{ value: "go", count: 3 }] };
  return { facets: { [field]: values[field] ?? [] } };
};
const queries = (log: Asked[]) => log.filter(({ path }) => path.includes("by-query")).map(({ path }) => new URL(path, "http://x").searchParams);

describe("the catalog's list", () => {
  test("the address narrows what is asked for", async () => {
    const log = serve({ "/api/catalog/entities/by-query": page(entity("a")), "/api/catalog/entity-facets": facets });
    show(<CatalogPage />, "/catalog?kind=component&tag=go&q=pay&sort=spec.owner,desc");

    expect(await screen.findByRole("link", { name: "a" })).toBeTruthy();
    const [query] = queries(log);
    expect(query?.get("filter")).toBe("kind=component,metadata.tags=go");
    expect(query?.get("fullTextFilterTerm")).toBe("pay");
    expect(query?.get("orderField")).toBe("spec.owner,desc");
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Components");
    expect(screen.getByLabelText<HTMLInputElement>("Search names, descriptions, tags").value).toBe("pay");
  });

  test("ticking a filter writes it into the address and goes back to the first page", async () => {
    serve({ "/api/catalog/entities/by-query": page(entity("a")), "/api/catalog/entity-facets": facets });
    show(<CatalogPage />, "/catalog?cursor=abc");
    const kinds = within(await screen.findByRole("group", { name: "Kind" }));
    expect(kinds.getAllByRole("checkbox").map((box) => box.closest("label")?.textContent)).toEqual(["Component7", "API2"]);

    fireEvent.click(kinds.getByRole("checkbox", { name: /API/ }));
    expect(window.location.search).toBe("?kind=API");
    fireEvent.click(kinds.getByRole("checkbox", { name: /Component/ }));
    expect(window.location.search).toBe("?kind=API&kind=Component");
    fireEvent.click(screen.getByRole("button", { name: "Clear filters" }));
    expect(window.location.search).toBe("");
  });

  test("typing waits for a pause, then searches once", async () => {
    const log = serve({ "/api/catalog/entities/by-query": page(entity("a")), "/api/catalog/entity-facets": facets });
    show(<CatalogPage />, "/catalog");
    const box = await screen.findByLabelText("Search names, descriptions, tags");
    for (const text of ["p", "pa", "pay"]) fireEvent.change(box, { target: { value: text } });
    await waitFor(() => {
      expect(window.location.search).toBe("?q=pay");
    });
    await waitFor(() => {
      expect(queries(log).map((query) => query.get("fullTextFilterTerm"))).toEqual([null, "pay"]);
    });
  });

  test("heads sort, and a second click turns the order", async () => {
    serve({ "/api/catalog/entities/by-query": page(entity("a")), "/api/catalog/entity-facets": facets });
    show(<CatalogPage />, "/catalog");
    await screen.findByRole("link", { name: "a" });
    fireEvent.click(screen.getByRole("button", { name: "Owner" }));
    expect(window.location.search).toBe("?sort=spec.owner%2Casc");
    fireEvent.click(screen.getByRole("button", { name: "Owner" }));
    expect(window.location.search).toBe("?sort=spec.owner%2Cdesc");
    expect(screen.getByRole("columnheader", { name: /Owner/ }).getAttribute("aria-sort")).toBe("descending");
  });

  test("pages are turned with the server's cursors", async () => {
    serve({
      "/api/catalog/entities/by-query": { items: [entity("a")], totalItems: 90, pageInfo: { nextCursor: "two" } },
      "/api/catalog/entity-facets": facets,
    });
    show(<CatalogPage />, "/catalog");
    await screen.findByText("90 entities");
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Previous" }).disabled).toBe(true);
    act(() => {
      screen.getByRole("button", { name: "Next" }).click();
    });
    expect(window.location.search).toBe("?cursor=two");
  });

  test("nothing that fits and nothing at all are told apart", async () => {
    serve({ "/api/catalog/entities/by-query": page(), "/api/catalog/entity-facets": facets });
    const first = show(<CatalogPage />, "/catalog?q=zebra");
    expect(await screen.findByText("No entity fits these filters")).toBeTruthy();
    first.unmount();
    show(<CatalogPage />, "/catalog");
    expect(await screen.findByText("The catalog is empty")).toBeTruthy();
  });

  test("a refusal is shown with its hint", async () => {
    serve({ "/api/catalog/entities/by-query": new Refusal(503, { error: { name: "ServiceUnavailableError", message: "the store is starting", hint: "wait a moment" } }) });
    show(<CatalogPage />, "/catalog");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("the store is starting");
    expect(alert.textContent).toContain("wait a moment");
  });
});
