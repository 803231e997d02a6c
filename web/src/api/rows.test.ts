import { describe, expect, test } from "vitest";

import type { Row, Table } from "./kube";
import { placeRow, removeRow } from "./rows";

const row = (name: string, namespace = "a", version = "1"): Row => ({
  cells: [name],
  object: { metadata: { name, namespace, uid: `${namespace}/${name}`, resourceVersion: version } },
});
const page = (names: string[], more = false): Table => ({
  metadata: { resourceVersion: "1", ...(more ? { continue: "x" } : {}) },
  columnDefinitions: [],
  rows: names.map((name) => row(name)),
});
const names = (pages: Table[]) => pages.map((one) => one.rows.map(({ object }) => object.metadata.name).join(" "));

describe("rows that change", () => {
  test("a new one stands where the server would list it", () => {
    expect(names(placeRow([page(["b", "d"]), page(["f"])], row("c")))).toEqual(["b c d", "f"]);
    expect(names(placeRow([page(["b"])], row("a")))).toEqual(["a b"]);
    expect(names(placeRow([page(["b"])], row("z")))).toEqual(["b z"]);
    expect(names(placeRow([page([])], row("a")))).toEqual(["a"]);
  });

  test("namespaces are sorted before names", () => {
    expect(names(placeRow([page(["b"])], row("a", "z")))).toEqual(["b a"]);
  });

  test("the same object is replaced in its place, once", () => {
    const pages = placeRow([page(["a", "b"]), page(["c"])], row("b", "a", "2"));
    expect(names(pages)).toEqual(["a b", "c"]);
    expect(pages[0]?.rows[1]?.object.metadata.resourceVersion).toBe("2");
  });

  test("what belongs to a page that was not read yet comes with that page", () => {
    expect(names(placeRow([page(["a", "b"], true)], row("z")))).toEqual(["a b"]);
  });

  test("a deleted one goes, and pages without it stay the same objects", () => {
    const pages = [page(["a", "b"]), page(["c"])];
    const left = removeRow(pages, "a/a");
    expect(names(left)).toEqual(["b", "c"]);
    expect(left[1]).toBe(pages[1]);
  });
});
