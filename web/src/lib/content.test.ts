import { describe, expect, test } from "vitest";

import type { Kind, KubeObject } from "../api/kube";
import { readOutline } from "./api_outline";
import { highlight, languageOf } from "./highlight";
import { groupKinds, isCalled } from "./kind_groups";
import { groupOfPath, kindPath, namespaceOfPath, objectPath } from "./object_paths";
import { problemsOf } from "./problems";
import { covered, secretValues } from "./secret_values";
import { columnShares, sliceOf } from "./window_rows";

const kind = (group: string, name: string, plural = `${name.toLowerCase()}s`): Kind => ({
  group, version: "v1", kind: name, plural, isNamespaced: true, verbs: [], shortNames: name === "ConfigMap" ? ["cm"] : [], categories: [],
});
const object = (more: object): KubeObject =>
  ({ apiVersion: "v1", kind: "Secret", metadata: { name: "a", uid: "u", resourceVersion: "1" }, ...more }) as KubeObject;

describe("secrets", () => {
  const secret = object({ data: { user: btoa("ada"), key: btoa("\u00ff\u0000"), broken: "%%%" }, stringData: { x: "y" } });

  test("nothing of their values is in what is shown at first", () => {
    const text = JSON.stringify(covered(secret));
    expect(text).not.toContain(btoa("ada"));
    expect(text).not.toContain('"y"');
    expect(text).toContain("user");
  });

  test("values are text, or bytes that are only counted", () => {
    expect(secretValues(secret)).toEqual([
      { key: "user", bytes: 3, text: "ada" },
      { key: "key", bytes: 2, text: null },
      { key: "broken", bytes: 0, text: "" },
    ]);
  });

  test("other objects are left alone", () => {
    const map = object({ kind: "ConfigMap", data: { a: "b" } });
    expect(covered(map)).toBe(map);
  });
});

describe("code", () => {
  const joined = (text: string, language: "yaml" | "json" | "proto" | "graphql") =>
    highlight(text, language).map((line) => line.map((token) => token.text).join("")).join("\n");

  test.each([
    ["yaml", 'a: 1 # x\n- b: "c"\n  d: |\n    e: f\n\n    g\n# h\n"i j": {k: l}\n---\n? x\n'],
    ["json", '{"a": [1, true, "b\\"c", null], "d": -1.5e3}\n'],
    ["proto", 'syntax = "proto3"; // x\nmessage A { string b = 1; }\n'],
    ["graphql", "type A { b(c: Int!): [String] } # x\n"],
  ] as const)("colours change no character of %s", (language, text) => {
    expect(joined(text, language)).toBe(text.replace(/\n$/, ""));
  });

  test("keys, values and comments of YAML are told apart", () => {
    expect(highlight('port: 80 \nname: "x"\n# y', "yaml").map((line) => line.map((token) => token.kind))).toEqual([
      ["key", "mark", "number"], ["key", "mark", "string"], ["comment"],
    ]);
  });

  test("a literal block ends where its indentation does", () => {
    const lines = highlight("a: |\n  b: c\nd: e", "yaml");
    expect(lines[1]?.map((token) => token.kind)).toEqual(["string"]);
    expect(lines[2]?.[0]?.kind).toBe("key");
  });

  test("definitions are known by their type or their first character", () => {
    expect([languageOf("grpc", ""), languageOf("graphql", ""), languageOf("openapi", " {"), languageOf("openapi", "openapi: 3")]).toEqual([
      "proto", "graphql", "json", "yaml",
    ]);
  });
});

describe("outlines of APIs", () => {
  test("operations of OpenAPI, in the order they are written", () => {
    const outline = readOutline("openapi: 3.0.0\ninfo: {title: T, version: 1.0}\npaths:\n  /a:\n    post: {summary: S, deprecated: true}\n    get: {description: 'D\n\n      more'}\n");
    expect(outline.title).toBe("T");
    expect(outline.operations).toEqual([
      { verb: "get", path: "/a", summary: "D", isDeprecated: false },
      { verb: "post", path: "/a", summary: "S", isDeprecated: true },
    ]);
  });

  test("channels of AsyncAPI 2 and 3", () => {
    expect(readOutline("asyncapi: 2.0.0\nchannels: {a: {publish: {summary: x}}}").operations[0]?.verb).toBe("publish");
    expect(readOutline("asyncapi: 3.0.0\nchannels: {a: {address: /b}}").operations[0]?.path).toBe("/b");
  });

  test.each(["", "a: [", "- 1", "7", "paths: 5", "paths: {a: 7}", "info: []\npaths: {/x: {get: null}}"])("%j breaks nothing", (text) => {
    expect(Array.isArray(readOutline(text).operations)).toBe(true);
  });
});

describe("kinds", () => {
  test("the core comes first, ours next, strangers by name at the end", () => {
    const groups = groupKinds([kind("z.example", "Z"), kind("a.example", "A"), kind("goldenpath.dev", "P"), kind("", "Pod")]);
    expect(groups.map(([group]) => group)).toEqual(["", "goldenpath.dev", "a.example", "z.example"]);
  });

  test("are found by name, plural, group and short name", () => {
    for (const text of ["config", "CM", "configmaps", " cm "]) expect(isCalled(kind("", "ConfigMap"), text)).toBe(true);
    expect(isCalled(kind("argoproj.io", "Application"), "argoproj")).toBe(true);
    expect(isCalled(kind("", "ConfigMap"), "pod")).toBe(false);
  });

  test("addresses name the core and no namespace by words of their own", () => {
    expect(kindPath(kind("", "Pod"))).toBe("/objects/core/pods");
    expect(objectPath(kind("", "Node"), "", "n1")).toBe("/objects/core/nodes/-/n1");
    expect([groupOfPath("core"), groupOfPath("apps"), namespaceOfPath("-"), namespaceOfPath("x")]).toEqual(["", "apps", "", "x"]);
  });
});

describe("problems of sources", () => {
  test("errors come before warnings, by file and line; what is no problem is left out", () => {
    const source = object({
      spec: { target: "catalog/all.yaml" },
      status: { problems: [
        { file: "b.yaml", line: 2, message: "two" }, { file: "a.yaml", message: "w", severity: "warning" }, "nonsense", null,
        { file: "b.yaml", line: 1, message: "one", entityRef: "component:default/x" },
      ] },
    });
    const found = problemsOf(source);
    expect(found.target).toBe("catalog/all.yaml");
    expect(found.problems.map(({ message }) => message)).toEqual(["one", "two", "w"]);
    expect(found.problems[0]).toMatchObject({ subject: "component:default/x", line: 1, isWarning: false });
  });

  test("a source that says nothing has none", () => {
    expect(problemsOf(object({})).problems).toEqual([]);
    expect(problemsOf(object({ status: { problems: 7 } })).problems).toEqual([]);
  });
});

describe("long tables", () => {
  test("rows in sight are drawn, with some around them", () => {
    const { first, end } = sliceOf(10_000, 36, 36_000, 720);
    expect(first).toBeLessThanOrEqual(1000 - 20);
    expect(end).toBeGreaterThanOrEqual(1020 + 20);
    expect(end - first).toBeLessThan(100);
  });

  test("the ends are reached and not overrun", () => {
    expect(sliceOf(10, 36, 0, 720)).toEqual({ first: 0, end: 10 });
    expect(sliceOf(0, 36, 500, 720)).toEqual({ first: 0, end: 0 });
    expect(sliceOf(1000, 36, 35_280, 720).end).toBe(1000);
    expect(sliceOf(1000, 36, -50, 720).first).toBe(0);
  });

  test("a list that became short while scrolled down still shows rows", () => {
    const { first, end } = sliceOf(30, 36, 90_000, 720);
    expect(end).toBe(30);
    expect(first).toBeLessThan(30);
  });

  test("columns share the width by their longest text", () => {
    const [name = 0, data = 0, age = 0] = columnShares(["Name", "Data", "Age"], [["a-rather-long-name", 1, ""], ["x", 12, null]]);
    expect(name + data + age).toBeCloseTo(100);
    expect(name).toBeGreaterThan(data);
    expect(columnShares(["A", "B"], [["x".repeat(5000), "y"]])[1]).toBeGreaterThan(10);
  });
});
