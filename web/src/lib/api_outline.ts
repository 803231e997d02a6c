// The operations of an OpenAPI (2 or 3) or AsyncAPI (2 or 3) document. Anything else has none.

import { parse } from "yaml";

export interface Operation {
  verb: string;
  path: string;
  summary: string;
  isDeprecated: boolean;
}
export interface Outline {
  title: string;
  version: string;
  operations: Operation[];
}

type Members = Record<string, unknown>;

const kHttpVerbs = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];

function members(value: unknown): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function readOutline(source: string): Outline {
  let root: Members;
  try {
    root = members(parse(source, { maxAliasCount: 100, logLevel: "silent" }));
  } catch {
    return { title: "", version: "", operations: [] }; // shown as text all the same
  }
  const info = members(root["info"]);
  const operations = root["asyncapi"] === undefined ? httpOperations(root) : messages(root);
  return { title: text(info["title"]) || "Operations", version: text(info["version"]), operations };
}

function operation(verb: string, path: string, described: Members): Operation {
  return {
    verb,
    path,
    summary: text(described["summary"]) || (text(described["description"]).split("\n")[0] ?? ""),
    isDeprecated: described["deprecated"] === true,
  };
}

function httpOperations(root: Members): Operation[] {
  return Object.entries(members(root["paths"])).flatMap(([path, item]) =>
    kHttpVerbs
      .filter((verb) => members(item)[verb] !== undefined)
      .map((verb) => operation(verb, path, members(members(item)[verb]))),
  );
}

function messages(root: Members): Operation[] {
  const channels = Object.entries(members(root["channels"]));
  const inChannels = channels.flatMap(([name, item]) =>
    ["publish", "subscribe"]
      .filter((verb) => members(item)[verb] !== undefined)
      .map((verb) => {
        const described = members(members(item)[verb]);
        const found = operation(verb, name, described);
        return { ...found, summary: found.summary || text(members(item)["description"]) };
      }),
  );
  if (inChannels.length > 0) return inChannels;
  return channels.map(([name, item]) => operation("channel", text(members(item)["address"]) || name, members(item)));
}
