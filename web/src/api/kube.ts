// The Kubernetes API on the portal's listener, below /kube: discovery, tables, objects, changes.

import type { Event, ListMeta, ObjectMeta } from "../generated/kube";
import type { Json } from "../lib/yaml_text";
import { request } from "./client";

export type { Condition, OwnerReference } from "../generated/kube";

export interface Kind {
  group: string; // "" is core
  version: string;
  kind: string;
  plural: string;
  isNamespaced: boolean;
  verbs: string[];
  shortNames: string[];
  categories: string[];
}

// What the server has always filled in of what it sends.
export type Metadata = ObjectMeta & { name: string; uid: string; resourceVersion: string };

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec?: Record<string, Json | undefined>;
  status?: Record<string, Json | undefined>;
  [field: string]: unknown;
}

export type KubeEvent = KubeObject & Event;

export interface Column {
  name: string;
  type: string;
  format: string;
  description: string;
  priority: number;
}

export interface Row {
  cells: Json[];
  object: { metadata: Metadata };
}

export interface Table {
  metadata: ListMeta & { resourceVersion: string };
  columnDefinitions: Column[];
  rows: Row[];
}

export interface List<T> {
  metadata: ListMeta & { resourceVersion: string };
  items: T[];
}

export const kTableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const kDiscoveryAccept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

export function apiVersionOf(kind: { group: string; version: string }): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

// "configmaps", "applications.argoproj.io"
export function resourceOf(kind: { group: string; plural: string }): string {
  return kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
}

// The path in the Kubernetes API, without /kube: "/api/v1/namespaces/shop/configmaps/web".
export function kubePath(kind: Kind, namespace = "", name = ""): string {
  const root = kind.group === "" ? "/api" : `/apis/${kind.group}`;
  const scope = kind.isNamespaced && namespace !== "" ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  const end = name === "" ? "" : `/${encodeURIComponent(name)}`;
  return `${root}/${kind.version}${scope}/${kind.plural}${end}`;
}

interface DiscoveredResource {
  resource: string;
  responseKind?: { group?: string; version?: string; kind?: string };
  scope: string;
  verbs?: string[];
  shortNames?: string[];
  categories?: string[];
}
interface DiscoveredGroup {
  metadata: { name?: string };
  versions?: { version: string; resources?: DiscoveredResource[] }[];
}

// Every kind that can be listed, in its preferred version, by group and name.
export async function readKinds(signal?: AbortSignal): Promise<Kind[]> {
  const answers = await Promise.all(
    ["/kube/api", "/kube/apis"].map((path) =>
      request<{ items?: DiscoveredGroup[] }>(path, { accept: kDiscoveryAccept, signal }),
    ),
  );
  return answers.flatMap((answer) => (answer.items ?? []).flatMap(kindsOfGroup));
}

function kindsOfGroup(group: DiscoveredGroup): Kind[] {
  const seen = new Set<string>();
  const kinds: Kind[] = [];
  for (const { version, resources } of group.versions ?? []) {
    for (const found of resources ?? []) {
      const kind = kindOf(group.metadata.name ?? "", version, found);
      if (seen.has(kind.plural) || !kind.verbs.includes("list")) continue;
      seen.add(kind.plural);
      kinds.push(kind);
    }
  }
  return kinds.sort((a, b) => a.kind.localeCompare(b.kind));
}

function kindOf(group: string, version: string, found: DiscoveredResource): Kind {
  return {
    group,
    version,
    kind: found.responseKind?.kind ?? found.resource,
    plural: found.resource,
    isNamespaced: found.scope === "Namespaced",
    verbs: found.verbs ?? [],
    shortNames: found.shortNames ?? [],
    categories: found.categories ?? [],
  };
}

export interface ListOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  limit?: number;
  continue?: string;
}

function listQuery(options: ListOptions): string {
  const parameters = new URLSearchParams();
  if (options.labelSelector) parameters.set("labelSelector", options.labelSelector);
  if (options.fieldSelector) parameters.set("fieldSelector", options.fieldSelector);
  if (options.limit) parameters.set("limit", String(options.limit));
  if (options.continue) parameters.set("continue", options.continue);
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

export function readTable(kind: Kind, options: ListOptions, signal?: AbortSignal): Promise<Table> {
  const path = `/kube${kubePath(kind, options.namespace)}${listQuery(options)}`;
  return request<Table>(path, { accept: kTableAccept, signal });
}

export function readRow(kind: Kind, namespace: string, name: string): Promise<Table> {
  return request<Table>(`/kube${kubePath(kind, namespace, name)}`, { accept: kTableAccept });
}

export function readObjects<T = KubeObject>(
  kind: Kind,
  options: ListOptions = {},
  signal?: AbortSignal,
): Promise<List<T>> {
  return request<List<T>>(`/kube${kubePath(kind, options.namespace)}${listQuery(options)}`, { signal });
}

export function readObject(kind: Kind, namespace: string, name: string, signal?: AbortSignal): Promise<KubeObject> {
  return request<KubeObject>(`/kube${kubePath(kind, namespace, name)}`, { signal });
}

export function writeObject(kind: Kind, namespace: string, name: string, document: Json): Promise<KubeObject> {
  return request<KubeObject>(`/kube${kubePath(kind, namespace, name)}?fieldManager=goldenpath-portal&fieldValidation=Strict`, {
    method: "PUT",
    body: document,
  });
}

// Changes some fields of an object: null takes one away.
export function patchObject(kind: Kind, namespace: string, name: string, patch: Json): Promise<KubeObject> {
  return request<KubeObject>(`/kube${kubePath(kind, namespace, name)}?fieldManager=goldenpath-portal`, {
    method: "PATCH",
    body: patch,
    contentType: "application/merge-patch+json",
  });
}

export function deleteObject(kind: Kind, namespace: string, name: string): Promise<unknown> {
  return request<unknown>(`/kube${kubePath(kind, namespace, name)}`, {
    method: "DELETE",
    body: { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Background" },
  });
}
