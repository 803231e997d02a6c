import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { toYaml } from "./yaml_text";
import type { Json } from "./yaml_text";

describe("YAML", () => {
  test("looks as kubectl writes it", () => {
    expect(
      toYaml({
        apiVersion: "v1",
        metadata: { name: "web", labels: {}, finalizers: [] },
        spec: { ports: [{ port: 80, protocol: "TCP" }, { port: 443 }], command: ["sh", "-c"], paused: false },
        status: undefined,
      }),
    ).toBe(`apiVersion: v1
metadata:
  name: web
  labels: {}
  finalizers: []
spec:
  ports:
  - port: 80
    protocol: TCP
  - port: 443
  command:
  - sh
  - -c
  paused: false
`);
  });

  test("texts of several lines are blocks", () => {
    expect(toYaml({ a: "one\ntwo\n", b: "no end\nhere", c: "two ends\n\n" })).toBe(
      "a: |\n  one\n  two\nb: |-\n  no end\n  here\nc: |+\n  two ends\n\n",
    );
  });

  // Each of these would be read as something else, or not at all, if it stood there bare.
  const kTricky = [
    "", " ", "yes", "No", "on", "OFF", "y", "n", "true", "null", "~", "Null", "0", "-1", "+1", "1.0", ".5", "1e3", "0x1f", "0o7",
    "017", "1_000", ".inf", "-.INF", ".nan", "2024-01-02", "2024-01-02T03:04:05Z", "12:30:45", "190:20:30", "a: b", "a:", "- a", "-",
    "?", "? a", "#a", "a #b", "a# b", "[a", "]", "{a}", "&a", "*a", "!a", "|", ">", "'a'", '"a"', "%a", "@a", "`a`", "a\tb", "a\nb",
    "\na", " a\nb", "a \nb", "a\r\nb", "tab\there\nx", "trailing ", "é", "日本", "🚢", "\u0000", "\u2028", "\u0085x\ny", "---", "...", "<<", "=",
    "http://x.example:80/a?b=c#d", "a:b", "key: [1]", "1:2", "sha256:abc", "10.0.0.1", "v1", "a,b", "a]b", "$(X)", "\\", "a\\nb",
  ];
  test.each(kTricky)("%j comes back as it was, as value, in lists and as key", (text) => {
    const document: Json = { value: text, list: [text, [text]], inner: { [text === "" ? "empty" : text]: 1 } };
    expect(parse(toYaml(document))).toEqual(document);
    expect(parse(toYaml(document), { version: "1.1" })).toEqual(document);
  });

  test("numbers, truths and nothing stay what they are", () => {
    const document: Json = { a: 1, b: -0.5, c: 1e21, d: true, e: null, f: [null, false, 0], g: [[], {}, [[1]], [{ a: [] }]] };
    expect(parse(toYaml(document))).toEqual(document);
  });

  test("a scalar alone is a document", () => {
    expect(parse(toYaml("a: b"))).toBe("a: b");
    expect(toYaml([])).toBe("[]\n");
  });
});
