import { describe, expect, test } from "vitest";

import type { Entity } from "../api/catalog";
import { edgeOf, neighbourhood, neighboursOnOneSide, relationLabel } from "./relations";

function entity(name: string, ...relations: [type: string, target: string][]): [string, Entity] {
  const kind = "Component";
  return [
    `component:default/${name}`,
    {
      apiVersion: "backstage.io/v1alpha1",
      kind,
      metadata: { name, namespace: "default" },
      relations: relations.map(([type, target]) => ({ type, targetRef: `component:default/${target}` })),
    },
  ];
}
const ref = (name: string) => `component:default/${name}`;

describe("relations", () => {
  test("both directions of one relation are the same line", () => {
    expect(edgeOf("a", "ownerOf", "b")).toEqual({ from: "b", to: "a", type: "ownedBy" });
    expect(edgeOf("b", "ownedBy", "a")).toEqual({ from: "b", to: "a", type: "ownedBy" });
  });

  test("unknown relations keep their name and direction", () => {
    expect(edgeOf("a", "haunts", "b")).toEqual({ from: "a", to: "b", type: "haunts" });
    expect(relationLabel("haunts")).toBe("haunts");
    expect(relationLabel("apiConsumedBy")).toBe("API consumed by");
  });

  const world = new Map<string, Entity | null>([
    entity("a", ["dependsOn", "b"], ["ownedBy", "team"]),
    entity("b", ["dependencyOf", "a"], ["dependsOn", "c"], ["ownedBy", "team"]),
    entity("c", ["dependencyOf", "b"], ["dependsOn", "a"]),
    [ref("team"), null],
  ]);

  test("one step reaches the neighbours", () => {
    const around = neighbourhood(world, ref("a"), 1, new Set());
    expect(around.refs).toEqual([ref("a"), ref("b"), ref("team")]);
    expect(around.edges).toHaveLength(2);
    expect(around.types).toEqual(["dependsOn", "ownedBy"]);
  });

  test("two steps go round a circle and end", () => {
    const around = neighbourhood(world, ref("a"), 4, new Set());
    expect(around.refs).toHaveLength(4);
    expect(around.edges.filter(({ type }) => type === "dependsOn")).toHaveLength(3);
  });

  test("hidden relations lead nowhere, but can be shown again", () => {
    const around = neighbourhood(world, ref("a"), 3, new Set(["ownedBy"]));
    expect(around.refs).not.toContain(ref("team"));
    expect(around.types).toContain("ownedBy");
  });

  test("what does not fit is counted", () => {
    const around = neighbourhood(world, ref("a"), 3, new Set(), 2);
    expect(around.refs).toEqual([ref("a"), ref("b")]);
    expect(around.left).toBe(2);
    expect(around.edges.every(({ from, to }) => around.refs.includes(from) && around.refs.includes(to))).toBe(true);
  });

  test("the picture is as high as its fuller side", () => {
    const [, a] = entity("x", ["dependsOn", "1"], ["dependsOn", "2"], ["dependencyOf", "3"], ["ownerOf", "4"]);
    expect(neighboursOnOneSide(a, new Set())).toBe(2);
    expect(neighboursOnOneSide(a, new Set(["dependsOn", "ownedBy"]))).toBe(1);
  });
});
