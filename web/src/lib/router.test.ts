// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { matchPath, navigate, pathOf, usePlace, useQueryEdit, withQuery } from "./router";

beforeEach(() => {
  window.history.replaceState(null, "", "/");
  window.scrollTo = vi.fn();
});

describe("paths", () => {
  test("a pattern names the parts of a path", () => {
    expect(matchPath("/catalog/:namespace/:kind/:name", "/catalog/default/api/tickets")).toEqual({
      namespace: "default",
      kind: "api",
      name: "tickets",
    });
    expect(matchPath("", "/")).toEqual({});
    expect(matchPath("/catalog", "/catalog/")).toEqual({});
  });

  test("what is longer, shorter or empty does not fit", () => {
    expect(matchPath("/catalog", "/catalog/default")).toBeNull();
    expect(matchPath("/catalog/:namespace", "/catalog")).toBeNull();
    expect(matchPath("/a/:b/c", "/a//c")).toBeNull();
  });

  test("parts are decoded, and broken encodings shown as they are", () => {
    expect(matchPath("/x/:name", "/x/a%2Fb%20c")).toEqual({ name: "a/b c" });
    expect(matchPath("/x/:name", "/x/100%")).toEqual({ name: "100%" });
  });

  test("parts are encoded on the way out, so that a path leads back to them", () => {
    const path = pathOf("objects", "core", "a/b?c#d", "ü");
    expect(path).toBe("/objects/core/a%2Fb%3Fc%23d/%C3%BC");
    expect(matchPath("/objects/:group/:plural/:name", path)).toEqual({ group: "core", plural: "a/b?c#d", name: "ü" });
  });

  test("a query is written only when there is one", () => {
    expect(withQuery("/catalog", {})).toBe("/catalog");
    expect(withQuery("/catalog", { kind: "api", tag: ["a", "b"], none: undefined })).toBe("/catalog?kind=api&tag=a&tag=b");
  });
});

describe("the address as state", () => {
  test("navigating tells the page, and back brings the old one", () => {
    const place = renderHook(() => usePlace());
    act(() => {
      navigate("/catalog?q=pay");
    });
    expect(place.result.current.path).toBe("/catalog");
    expect(place.result.current.query.get("q")).toBe("pay");
    act(() => {
      window.history.replaceState(null, "", "/objects");
      window.dispatchEvent(new PopStateEvent("popstate"));
    });
    expect(place.result.current.path).toBe("/objects");
  });

  test("editing changes some parameters and keeps the others", () => {
    window.history.replaceState(null, "", "/catalog?kind=api&q=x&cursor=5");
    const edit = renderHook(() => useQueryEdit()).result.current;
    act(() => {
      edit({ q: "pay", cursor: null, tag: ["a", "b"] });
    });
    expect(window.location.search).toBe("?kind=api&q=pay&tag=a&tag=b");
    act(() => {
      edit({ q: "" });
    });
    expect(window.location.search).toBe("?kind=api&tag=a&tag=b");
  });

  test("typing replaces the entry, so that Back leaves the page", () => {
    const before = window.history.length;
    act(() => {
      navigate("/catalog?q=p", { replace: true });
      navigate("/catalog?q=pa", { replace: true });
    });
    expect(window.history.length).toBe(before);
  });
});
