// Where an entity was read from, out of the annotations that the catalog adds.

import type { Entity } from "../api/catalog";
import { safeUrl } from "./text";

export interface Source {
  label: string; // what to show: the file's name with its folder
  whole: string; // all of it
  url?: string; // when a browser can open it
}

export function sourceOf(entity: Entity): Source | null {
  const annotations = entity.metadata.annotations ?? {};
  const location = annotations["backstage.io/managed-by-location"];
  if (!location) return null;
  const colon = location.indexOf(":");
  const target = location.slice(colon + 1);
  const view = annotations["backstage.io/view-url"];
  const url = safeUrl(view ?? target);
  return { label: lastParts(target), whole: target, url };
}

export function lastParts(path: string, count = 3): string {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.length > count ? `…/${parts.slice(-count).join("/")}` : path;
}
