import { describe, expect, test } from "vitest";

import { lineDiff } from "./line_diff";

const shown = (before: string, after: string, context?: number) =>
  lineDiff(before, after, context).map(({ sign, text }) => sign + text);

describe("a diff of lines", () => {
  test("names what is removed and what is added, with lines around", () => {
    expect(shown("a\nb\nc\n", "a\nB\nc\n")).toEqual([" a", "-b", "+B", " c"]);
  });

  test("finds what stays between two changes", () => {
    expect(shown("a\nkeep\nb\n", "x\nkeep\ny\nz\n")).toEqual(["-a", "+x", " keep", "-b", "+y", "+z"]);
  });

  test("leaves out equal lines far from every change and says how many", () => {
    expect(shown("1\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n", 1)).toEqual(["@3 equal lines", " 4", "-5", "+five"]);
    expect(shown("1\n2\n3\n", "one\n2\n3\n", 1)).toEqual(["-1", "+one", " 2", "@1 equal line"]);
  });

  test("of something new every line is added, of something gone every line removed", () => {
    expect(shown("", "a\nb\n")).toEqual(["+a", "+b"]);
    expect(shown("a\nb\n", "")).toEqual(["-a", "-b"]);
    expect(shown("", "")).toEqual([]);
  });

  test("numbers lines on both sides", () => {
    expect(lineDiff("a\nb\nc\n", "a\nc\n")).toEqual([
      { sign: " ", text: "a", before: 1, after: 1 },
      { sign: "-", text: "b", before: 2 },
      { sign: " ", text: "c", before: 3, after: 2 },
    ]);
  });

  test("two long texts without anything in common are told at once", () => {
    const many = (letter: string) => Array.from({ length: 3000 }, (_, number) => `${letter}${number}\n`).join("");
    const lines = lineDiff(many("a"), many("b"));
    expect(lines).toHaveLength(6000);
    expect(lines[2999]?.sign).toBe("-");
    expect(lines[3000]?.sign).toBe("+");
  });
});
