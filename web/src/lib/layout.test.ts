import { describe, expect, test } from "vitest";

import { curve, keepApart, layoutGraph } from "./layout";
import type { LayoutEdge } from "./layout";

const edge = (text: string): LayoutEdge => {
  const [from = "", to = ""] = text.split(">");
  return { from, to };
};
const layout = (...texts: string[]) => {
  const ids = [...new Set(texts.flatMap((text) => text.split(">")))];
  const nodes = ids.map((id) => ({ id, width: 100, height: 40 }));
  return layoutGraph(nodes, texts.filter((text) => text.includes(">")).map(edge));
};
const x = (graph: ReturnType<typeof layout>, id: string) => graph.nodes.get(id)?.x ?? NaN;
const y = (graph: ReturnType<typeof layout>, id: string) => graph.nodes.get(id)?.y ?? NaN;

describe("a graph's layout", () => {
  test("one node alone has a place", () => {
    const graph = layout("a");
    expect(graph.nodes.get("a")).toEqual({ x: 50, y: 20 });
    expect([graph.width, graph.height]).toEqual([100, 40]);
  });

  test("edges lead to the right", () => {
    const graph = layout("a>b", "b>c", "a>c");
    expect(x(graph, "a")).toBeLessThan(x(graph, "b"));
    expect(x(graph, "b")).toBeLessThan(x(graph, "c"));
  });

  test("a circle ends, and its edges keep their direction", () => {
    const graph = layout("a>b", "b>c", "c>a");
    expect(graph.nodes.size).toBe(3);
    const back = graph.edges[2] ?? [];
    expect(back[0]?.x).toBeGreaterThan(back.at(-1)?.x ?? NaN);
  });

  test("an edge to itself and one to nowhere are drawn as nothing", () => {
    const graph = layoutGraph([{ id: "a", width: 10, height: 10 }], [edge("a>a"), edge("a>gone")]);
    expect(graph.edges).toEqual([[], []]);
  });

  test("nodes of a layer do not touch, in however many there are", () => {
    const names = Array.from({ length: 40 }, (_, index) => `n${index}`);
    const graph = layout(...names.map((name) => `root>${name}`));
    const heights = names.map((name) => y(graph, name)).sort((a, b) => a - b);
    for (let at = 1; at < heights.length; at++) expect((heights[at] ?? 0) - (heights[at - 1] ?? 0)).toBeGreaterThanOrEqual(54 - 1e-6);
    expect(graph.height).toBeGreaterThan(40 * 40);
  });

  test("lines that could run without crossing do", () => {
    const graph = layout("a>1", "b>2", "c>3");
    const left = ["a", "b", "c"].sort((p, q) => y(graph, p) - y(graph, q)).join("");
    const right = ["1", "2", "3"].sort((p, q) => y(graph, p) - y(graph, q)).join("");
    expect(right).toBe(left.replace(/[abc]/g, (name) => String("abc".indexOf(name) + 1)));
  });

  test("a long edge passes the nodes between its ends", () => {
    const graph = layout("a>b", "b>c", "a>c");
    const line = graph.edges[2] ?? [];
    const middle = line.filter((point) => Math.abs(point.x - x(graph, "b")) <= 50);
    expect(middle.length).toBeGreaterThan(0);
    for (const point of middle) expect(Math.abs(point.y - y(graph, "b"))).toBeGreaterThan(20);
  });

  test("the same graph always looks the same", () => {
    const edges = ["a>b", "a>c", "b>d", "c>d", "d>a", "c>e"];
    expect(layout(...edges).nodes).toEqual(layout(...edges).nodes);
  });
});

describe("heights", () => {
  test("wishes that do not clash are granted", () => {
    expect(keepApart([{ height: 10 }, { height: 10 }], [0, 100])).toEqual([0, 100]);
  });

  test("those that do are pushed apart evenly, in their order", () => {
    const [a = 0, b = 0] = keepApart([{ height: 10 }, { height: 10 }], [50, 50]);
    expect(b - a).toBe(24);
    expect((a + b) / 2).toBe(50);
  });
});

test("a curve goes through its points", () => {
  expect(curve([])).toBe("");
  expect(curve([{ x: 0, y: 0 }, { x: 10, y: 20 }])).toBe("M0 0C5 0 5 20 10 20");
});
