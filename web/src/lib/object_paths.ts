// Addresses of the object browser: /objects/GROUP/PLURAL[/NAMESPACE/NAME]; "core" and "-" stand for nothing.

import { pathOf } from "./router";

interface Resource {
  group: string;
  plural: string;
}

export function kindPath({ group, plural }: Resource): string {
  return pathOf("objects", group || "core", plural);
}

export function objectPath({ group, plural }: Resource, namespace: string, name: string): string {
  return pathOf("objects", group || "core", plural, namespace || "-", name);
}

export function groupOfPath(part: string): string {
  return part === "core" ? "" : part;
}

export function namespaceOfPath(part: string): string {
  return part === "-" ? "" : part;
}
