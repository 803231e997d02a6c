import { describe, expect, test } from "vitest";

import { filterText } from "../api/catalog";
import { kDefaultSort, titleOf, viewOf } from "./catalog_view";

const view = (query: string) => viewOf(new URLSearchParams(query));

describe("the catalog's address", () => {
  test("an empty one is the whole catalog by name", () => {
    expect(view("")).toEqual({ filters: {}, text: "", sort: kDefaultSort, cursor: "" });
  });

  test("filters, text, order and page are read from it", () => {
    expect(view("kind=component&tag=go&tag=grpc&owner=group:default/booking&q=pay&sort=spec.owner,desc&cursor=abc")).toEqual({
      filters: { kind: ["component"], "metadata.tags": ["go", "grpc"], "relations.ownedBy": ["group:default/booking"] },
      text: "pay",
      sort: "spec.owner,desc",
      cursor: "abc",
    });
  });

  test("parameters that mean nothing are left alone", () => {
    expect(view("tab=yaml&colour=blue").filters).toEqual({});
  });

  test("one kind gives the page its name, several do not", () => {
    expect(titleOf(view("kind=api"))).toBe("APIs");
    expect(titleOf(view("kind=component"))).toBe("Components");
    expect(titleOf(view("kind=api&kind=component"))).toBe("Catalog");
    expect(titleOf(view(""))).toBe("Catalog");
  });

  test("values of one field are alternatives, fields add up, in Backstage's words", () => {
    expect(filterText(view("kind=component&tag=go&tag=grpc").filters)).toBe(
      "kind=component,metadata.tags=go,metadata.tags=grpc",
    );
  });
});
