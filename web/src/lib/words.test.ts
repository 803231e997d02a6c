import { describe, expect, test } from "vitest";

import type { Entity } from "../api/catalog";
import { matches } from "./match";
import { entityPath, kindLabel, kindPlural, parseRef, refLabel, refText } from "./refs";
import { lastParts, sourceOf } from "./source";
import { capitalized, counted, safeUrl, spaced } from "./text";
import { secondsSince, shortAge, tookText } from "./time";
import { conditionTone, partTone, toneOf } from "./tones";

describe("times", () => {
  test.each([
    [-3, "0s"], [0.4, "0s"], [59.9, "59s"], [60, "1m"], [3599, "59m"], [3600, "1h"], [86399, "23h"], [86400, "1d"], [31536000, "1y"],
  ])("%d seconds ago is %s", (seconds, text) => {
    expect(shortAge(seconds)).toBe(text);
  });

  test("ages are counted from the server's time", () => {
    expect(secondsSince("2026-11-24T10:00:00Z", Date.parse("2026-11-24T10:01:30Z"))).toBe(90);
  });

  test.each([[0.42, "0.4 ms"], [12.4, "12 ms"], [999.4, "999 ms"], [1340, "1.3 s"]])("%d ms is said as %s", (ms, text) => {
    expect(tookText(ms)).toBe(text);
  });
});

describe("references", () => {
  test("are read with their defaults", () => {
    expect(parseRef("group:team-a/booking")).toEqual({ kind: "group", namespace: "team-a", name: "booking" });
    expect(parseRef("Booking", { kind: "Group", namespace: "x" })).toEqual({ kind: "group", namespace: "x", name: "Booking" });
    expect(parseRef("x/y")).toEqual({ kind: "component", namespace: "x", name: "y" });
  });

  test("are compared in lower case and shown without the default namespace", () => {
    expect(refText({ kind: "API", namespace: "Default", name: "Tickets" })).toBe("api:default/tickets");
    expect(refLabel(parseRef("group:default/a"))).toBe("a");
    expect(refLabel(parseRef("group:other/a"))).toBe("other/a");
    expect(entityPath({ kind: "API", namespace: "default", name: "a b" })).toBe("/catalog/default/api/a%20b");
  });

  test("kinds are spelled as people do", () => {
    expect([kindLabel("api"), kindPlural("api"), kindPlural("AiResource")]).toEqual(["API", "APIs", "AiResources"]);
  });
});

describe("words", () => {
  test("numbers come with their noun", () => {
    expect([counted(1, "entity", "entities"), counted(12345, "object")]).toEqual(["1 entity", "12,345 objects"]);
    expect([capitalized("ready"), spaced("dependencyOf")]).toEqual(["Ready", "dependency of"]);
  });

  test("only what a browser may open is a link", () => {
    expect(safeUrl("https://a.example")).toBe("https://a.example");
    for (const url of ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "/x"])
      expect(safeUrl(url)).toBeUndefined();
  });

  test("a name fits by a part of it or by its words' beginnings", () => {
    expect(matches("ExternalSecret", "secret")).toBe(true);
    expect(matches("ExternalSecret", "es")).toBe(true);
    expect(matches("ExternalSecret", "x")).toBe(true);
    expect(matches("ConfigMap", "es")).toBe(false);
  });

  test("status words have a tone, others none", () => {
    expect([toneOf("Synced"), toneOf("Degraded"), toneOf("Purple")]).toEqual(["ok", "bad", undefined]);
    expect([conditionTone("Ready", "True"), conditionTone("Ready", "False"), conditionTone("Ready", "Unknown")]).toEqual(["ok", "bad", "warn"]);
    expect([conditionTone("MemoryPressure", "True"), conditionTone("MemoryPressure", "False")]).toEqual(["bad", "ok"]);
    expect([partTone("failed"), partTone("off")]).toEqual(["bad", "off"]);
  });
});

describe("sources", () => {
  const from = (annotations: Record<string, string>) =>
    sourceOf({ apiVersion: "", kind: "Component", metadata: { name: "a", namespace: "default", annotations } } satisfies Entity);

  test("files are named by their end, URLs can be opened", () => {
    expect(lastParts("/srv/platform/catalog/booking/a.yaml")).toBe("…/catalog/booking/a.yaml");
    expect(from({ "backstage.io/managed-by-location": "file:/srv/p/catalog/booking/a.yaml" })?.url).toBeUndefined();
    expect(from({ "backstage.io/managed-by-location": "url:https://git.example/a.yaml" })?.url).toBe("https://git.example/a.yaml");
    expect(from({})).toBeNull();
  });
});
