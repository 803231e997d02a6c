// Kinds by API group: the core first, then the platform's and well-known ones, then the rest by name.

import { resourceOf } from "../api/kube";
import type { Kind } from "../api/kube";
import { matches } from "./match";

const kFirst = [
  "",
  "goldenpath.dev",
  "backstage.io",
  "scaffolder.backstage.io",
  "argoproj.io",
  "external-secrets.io",
  "monitoring.coreos.com",
  "apps",
  "batch",
];

export function isCalled(kind: Kind, text: string): boolean {
  const typed = text.trim().toLowerCase();
  return (
    typed === "" || matches(kind.kind, typed) || resourceOf(kind).includes(typed) || kind.shortNames.includes(typed)
  );
}

export function groupLabel(group: string): string {
  return group === "" ? "core" : group;
}

export function groupKinds(kinds: Kind[]): [string, Kind[]][] {
  const groups = new Map<string, Kind[]>();
  for (const kind of kinds) groups.set(kind.group, [...(groups.get(kind.group) ?? []), kind]);
  const rank = (group: string) => {
    const at = kFirst.indexOf(group);
    return at < 0 ? kFirst.length : at;
  };
  return [...groups].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
}
