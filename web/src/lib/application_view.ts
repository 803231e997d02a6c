// What the pages of applications say, worked out from the objects.

import type { Application, Deployment, InitiatedBy, ResourceStatus, Source } from "../api/applications";
import type { Json } from "./yaml_text";
import { pathOf } from "./router";

export function applicationPath(app: { metadata: { name: string; namespace?: string } }): string {
  return pathOf("applications", app.metadata.namespace ?? "", app.metadata.name);
}

export function syncOf(app: Application): string {
  return app.status?.sync?.status ?? "Unknown";
}

export function healthOf(app: Application): string {
  return app.status?.health?.status ?? "Unknown";
}

export function sourcesOf({ source, sources }: { source?: Source; sources?: Source[] }): Source[] {
  if (sources && sources.length > 0) return sources;
  return source ? [source] : [];
}

export function revisionsOf(of: { revision?: string; revisions?: string[] } | undefined): string[] {
  if (of?.revisions && of.revisions.length > 0) return of.revisions;
  return of?.revision ? [of.revision] : [];
}

// Commits and digests by their first seven digits; names and versions as they are.
export function shortRevision(revision: string): string {
  const digits = revision.replace(/^sha256:/, "");
  return /^[0-9a-f]{12,}$/i.test(digits) ? digits.slice(0, 7) : revision;
}

export function destinationOf(app: Application): string {
  const { name, server, namespace } = app.spec.destination ?? {};
  const isHere = server === "https://kubernetes.default.svc" || name === "in-cluster" || (!server && !name);
  const cluster = isHere ? "this cluster" : (name ?? server ?? "");
  return namespace ? `${namespace} · ${cluster}` : cluster;
}

export function isHere(app: Application): boolean {
  return /(^|· )this cluster$/.test(destinationOf(app));
}

export function isAutomated(app: Application): boolean {
  const automated = app.spec.syncPolicy?.automated;
  return automated !== undefined && automated !== null && automated.enabled !== false;
}

export function isOperating(app: Application): boolean {
  const phase = app.status?.operationState?.phase;
  return app.operation !== undefined || phase === "Running" || phase === "Terminating";
}

export function lastSyncOf(app: Application): string | undefined {
  return app.status?.history?.at(-1)?.deployedAt ?? app.status?.operationState?.finishedAt;
}

export interface Notice {
  title: string;
  message: string;
}

// Everything that somebody should do something about, in the platform's words.
export function problemsOf(app: Application): Notice[] {
  const notices = (app.status?.conditions ?? []).map(({ type, message }) => ({ title: type, message }));
  const operation = app.status?.operationState;
  const isFailed = operation?.phase === "Failed" || operation?.phase === "Error";
  // The condition about a failed sync often repeats the operation's message.
  if (isFailed && !notices.some(({ message }) => message.includes(operation.message ?? "-"))) {
    notices.push({ title: `Sync ${operation.phase === "Failed" ? "failed" : "error"}`, message: operation.message ?? "" });
  }
  return notices;
}

export interface ApplicationFilter {
  text: string;
  sync: string[];
  health: string[];
}

function isWanted(wanted: string[], value: string): boolean {
  return wanted.length === 0 || wanted.some((one) => one.toLowerCase() === value.toLowerCase());
}

export function filterApplications(apps: Application[], { text, sync, health }: ApplicationFilter): Application[] {
  const typed = text.trim().toLowerCase();
  const fits = (app: Application) => {
    const sources = sourcesOf(app.spec).flatMap(({ repoURL, path, chart }) => [repoURL, path, chart]);
    const words = [app.metadata.name, app.metadata.namespace, app.spec.project, destinationOf(app), ...sources];
    return words.some((word) => word?.toLowerCase().includes(typed));
  };
  return apps
    .filter((app) => isWanted(sync, syncOf(app)) && isWanted(health, healthOf(app)) && fits(app))
    .sort((a, b) => a.metadata.name.localeCompare(b.metadata.name) || (a.metadata.namespace ?? "").localeCompare(b.metadata.namespace ?? ""));
}

export function countedBy<T>(items: T[], value: (item: T) => string): { value: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(value(item), (counts.get(value(item)) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ value: name, count }));
}

const kPortal = { username: "portal" };

export function syncPatch(prune: boolean): Json {
  return { operation: { initiatedBy: kPortal, sync: { prune } } };
}

export function refreshPatch(how: "normal" | "hard"): Json {
  return { metadata: { annotations: { "argocd.argoproj.io/refresh": how } } };
}

// Syncs to what a deployment had: its revisions and its sources.
export function rollbackPatch(to: Deployment, prune: boolean): Json {
  const { revision, revisions, source, sources } = to;
  const sync = { prune, revision, revisions, source, sources } as unknown as { [field: string]: Json };
  return { operation: { initiatedBy: kPortal, sync } };
}

export function initiatorText(by: InitiatedBy | undefined): string {
  return by?.automated ? "automated" : (by?.username ?? "–");
}

export function resourceId({ group = "", kind, namespace = "", name }: Omit<ResourceStatus, "version">): string {
  return [group, kind, namespace, name].join("/");
}
