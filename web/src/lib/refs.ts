// Entity references, "[kind:][namespace/]name", and where the portal shows what they name.

import { pathOf } from "./router";

export interface EntityRef {
  kind: string;
  namespace: string;
  name: string;
}

export function parseRef(text: string, defaults: { kind?: string; namespace?: string } = {}): EntityRef {
  const colon = text.indexOf(":");
  const slash = text.indexOf("/", colon + 1);
  return {
    kind: (colon > 0 ? text.slice(0, colon) : (defaults.kind ?? "component")).toLowerCase(),
    namespace: slash > 0 ? text.slice(colon + 1, slash) : (defaults.namespace ?? "default"),
    name: text.slice((slash > 0 ? slash : colon) + 1),
  };
}

// Written out in full and in lower case, as the catalog compares them.
export function refText({ kind, namespace, name }: EntityRef): string {
  return `${kind}:${namespace}/${name}`.toLowerCase();
}

// What a reader needs: the namespace only when it is not the default one.
export function refLabel(ref: EntityRef): string {
  return ref.namespace === "default" ? ref.name : `${ref.namespace}/${ref.name}`;
}

// The same address as in Backstage.
export function entityPath({ kind, namespace, name }: EntityRef): string {
  return pathOf("catalog", namespace, kind.toLowerCase(), name);
}

// Kinds as they are written; the catalog's own answers keep the author's spelling.
const kSpelling: Record<string, string> = {
  api: "API",
  component: "Component",
  domain: "Domain",
  group: "Group",
  location: "Location",
  resource: "Resource",
  system: "System",
  template: "Template",
  user: "User",
};

export function kindLabel(kind: string): string {
  return kSpelling[kind.toLowerCase()] ?? kind;
}

const kPlurals: Record<string, string> = { api: "APIs" };

export function kindPlural(kind: string): string {
  return kPlurals[kind.toLowerCase()] ?? `${kindLabel(kind)}s`;
}
