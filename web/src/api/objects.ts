// Objects in the query cache, kept current by watches.

import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";

import { kCatalogSourceKind, kEventKind, kManifestSourceKind, kNamespaceKind } from "../generated/kinds";
import type { FoundObject, FoundObjects, ObjectCounts } from "../generated/portal";
import type { Json } from "../lib/yaml_text";
import { request } from "./client";
import type { ApiError } from "./client";
import {
  apiVersionOf,
  deleteObject,
  kubePath,
  patchObject,
  readKinds,
  readObject,
  readObjects,
  readRow,
  readTable,
  writeObject,
} from "./kube";
import type { Kind, KubeEvent, KubeObject, List, ListOptions, Metadata, Row, Table } from "./kube";
import { placeRow, removeRow } from "./rows";
import { watchHub } from "./watch";
import type { EventType } from "./watch";

export function useKinds() {
  return useQuery({
    queryKey: ["kube", "kinds"],
    queryFn: ({ signal }) => readKinds(signal),
    staleTime: 60_000,
    refetchInterval: 60_000,
  });
}

export function findKind(kinds: Kind[] | undefined, group: string, plural: string): Kind | undefined {
  return kinds?.find((kind) => kind.group === group && kind.plural === plural);
}

export function findKindByName(kinds: Kind[] | undefined, apiVersion: string, name: string): Kind | undefined {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return kinds?.find((kind) => kind.group === group && kind.kind === name);
}

// Object counts by resource ("applications.argoproj.io"), of every kind that has any.
export function useCounts() {
  return useQuery({
    queryKey: ["kube", "counts"],
    queryFn: async ({ signal }) => {
      const answer = await request<ObjectCounts>("/api/portal/counts", { signal });
      return new Map(Object.entries(answer.counts));
    },
    refetchInterval: 5000,
  });
}

export type { FoundObject };

export const kPageSize = 500;

type Pages = InfiniteData<Table, string>;

function tableKey(kind: Kind, options: ListOptions): unknown[] {
  return ["kube", "table", apiVersionOf(kind), kind.plural, options.namespace ?? "", options.labelSelector ?? ""];
}

export function useTable(kind: Kind, options: ListOptions) {
  const key = tableKey(kind, options);
  const table = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      readTable(kind, { ...options, limit: kPageSize, continue: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.metadata.continue || undefined,
    staleTime: Infinity,
    // A watch keeps it; a list that nobody watches must not be taken for current.
    gcTime: 0,
  });
  const revision = table.data?.pages[0]?.metadata.resourceVersion;
  const path = watchPath(kind, options);
  const cache = useQueryClient();
  useWatch(path, revision, {
    onBatch: (changed) => void applyChanges(cache, key, kind, changed),
    onLost: () => void cache.invalidateQueries({ queryKey: key }),
  });
  return table;
}

function watchPath(kind: Kind, options: ListOptions): string {
  const parameters = new URLSearchParams({ watch: "true", allowWatchBookmarks: "true" });
  if (options.labelSelector) parameters.set("labelSelector", options.labelSelector);
  if (options.fieldSelector) parameters.set("fieldSelector", options.fieldSelector);
  return `${kubePath(kind, options.namespace)}?${parameters}`;
}

const kRowsOneByOne = 20;
const kListsApartMs = 1500;
const listAgainAt = new WeakMap<QueryClient, Map<string, number>>();

// Lists anew, now and then: while thousands of objects change, each list must have the time to arrive.
function listAgain(cache: QueryClient, key: unknown[]): void {
  const times = listAgainAt.get(cache) ?? new Map<string, number>();
  listAgainAt.set(cache, times);
  const name = JSON.stringify(key);
  const now = Date.now();
  const wait = (times.get(name) ?? 0) - now;
  if (wait > kListsApartMs) return; // one is waiting already
  const at = Math.max(now, now + wait);
  times.set(name, at + kListsApartMs);
  setTimeout(() => {
    void cache.invalidateQueries({ queryKey: key }, { cancelRefetch: false });
  }, at - now);
}

// The watch brings objects, the table needs the server's columns: rows are asked for again, one by one while few changed.
async function applyChanges(cache: QueryClient, key: unknown[], kind: Kind, changed: Changed): Promise<void> {
  const edit = (change: (pages: Table[]) => Table[]) => {
    cache.setQueryData<Pages>(key, (data) => data && { ...data, pages: change(data.pages) });
  };
  const written = [...changed.values()].filter(({ type }) => type !== "DELETED");
  for (const { type, object } of changed.values()) {
    if (type === "DELETED") edit((pages) => removeRow(pages, object.metadata.uid));
  }
  if (written.length > kRowsOneByOne) {
    listAgain(cache, key);
    return;
  }
  const rows = await Promise.all(written.map(({ object }) => rowOf(kind, object)));
  for (const row of rows) if (row) edit((pages) => placeRow(pages, row));
}

async function rowOf(kind: Kind, object: KubeObject): Promise<Row | undefined> {
  try {
    return (await readRow(kind, object.metadata.namespace ?? "", object.metadata.name)).rows[0];
  } catch {
    return undefined; // deleted meanwhile: its event is on the way
  }
}

type Changed = Map<string, { type: EventType; object: KubeObject }>;

interface WatchHandlers {
  onBatch: (changed: Changed) => void;
  onLost: () => void;
}

const kBatchMs = 120;

// Watches `path` from `revision` (nothing while undefined) and hands over what changed, last state per object.
function useWatch(path: string, revision: string | undefined, handlers: WatchHandlers): void {
  useEffect(() => {
    if (revision === undefined) return;
    let changed: Changed = new Map();
    let batch: ReturnType<typeof setTimeout> | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const stop = watchHub.subscribe({
      path: `${path}&resourceVersion=${encodeURIComponent(revision)}`,
      onEvent: (type, object) => {
        if (type === "BOOKMARK") return;
        changed.set(object.metadata.uid, { type, object });
        batch ??= setTimeout(() => {
          batch = undefined;
          handlers.onBatch(changed);
          changed = new Map();
        }, kBatchMs);
      },
      onLost: () => {
        retry = setTimeout(handlers.onLost, watchHub.waitMs);
      },
    });
    return () => {
      clearTimeout(batch);
      clearTimeout(retry);
      stop();
    };
    // Handlers close over the same path and cache; a new function each render is no reason to watch anew.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [path, revision]);
}

export function useIsLive(): boolean {
  return useSyncExternalStore(
    (listener) => watchHub.onLiveChange(listener),
    () => watchHub.isLive,
  );
}

function objectKey(kind: Kind, namespace: string, name: string): unknown[] {
  return ["kube", "object", apiVersionOf(kind), kind.plural, namespace, name];
}

export function useObject(kind: Kind, namespace: string, name: string) {
  const key = objectKey(kind, namespace, name);
  const cache = useQueryClient();
  const object = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readObject(kind, namespace, name, signal),
    staleTime: Infinity,
    gcTime: 0,
  });
  useWatch(watchPath(kind, { namespace, fieldSelector: `metadata.name=${name}` }), object.data?.metadata.resourceVersion, {
    onBatch: (changed) => {
      for (const { type, object: now } of changed.values()) {
        if (type === "DELETED") void cache.invalidateQueries({ queryKey: key });
        else cache.setQueryData(key, now);
      }
    },
    onLost: () => void cache.invalidateQueries({ queryKey: key }),
  });
  return object;
}

// All objects of a kind as they are, not as a table; for kinds of which there are hundreds, not thousands.
export function useObjects<T extends { metadata: Metadata }>(kind: Kind) {
  const key = ["kube", "objects", apiVersionOf(kind), kind.plural];
  const cache = useQueryClient();
  const list = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readObjects<T>(kind, {}, signal),
    staleTime: Infinity,
    gcTime: 0,
  });
  useWatch(watchPath(kind, {}), list.data?.metadata.resourceVersion, {
    onBatch: (changed) => {
      cache.setQueryData<List<T>>(key, (data) => {
        if (!data) return data;
        const rest = data.items.filter(({ metadata }) => !changed.has(metadata.uid));
        const written = [...changed.values()].filter(({ type }) => type !== "DELETED");
        return { ...data, items: [...rest, ...written.map(({ object }) => object as unknown as T)] };
      });
    },
    onLost: () => void cache.invalidateQueries({ queryKey: key }),
  });
  return list;
}

export const kNotDiscovered = { verbs: [], shortNames: [], categories: [] };
export const kNamespaces: Kind = { ...kNamespaceKind, ...kNotDiscovered };
export const kEvents: Kind = { ...kEventKind, ...kNotDiscovered };
export const kCatalogSources: Kind = { ...kCatalogSourceKind, ...kNotDiscovered };
export const kManifestSources: Kind = { ...kManifestSourceKind, ...kNotDiscovered };

export function useNamespaces() {
  return useQuery({
    queryKey: ["kube", "namespaces"],
    queryFn: async ({ signal }) =>
      (await readObjects(kNamespaces, {}, signal)).items.map((item) => item.metadata.name).sort(),
    staleTime: 30_000,
    refetchInterval: 30_000,
  });
}

export function eventTime(event: KubeEvent): string {
  return event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? event.metadata.creationTimestamp ?? "";
}

// Newest first. With `uid`: of one object.
export function useEvents(options: { namespace?: string; uid?: string; limit?: number }) {
  return useQuery({
    queryKey: ["kube", "events", options],
    queryFn: async ({ signal }) => {
      const fieldSelector = options.uid ? `involvedObject.uid=${options.uid}` : undefined;
      const list = await readObjects<KubeEvent>(kEvents, { namespace: options.namespace, fieldSelector }, signal);
      const sorted = list.items.sort((a, b) => eventTime(b).localeCompare(eventTime(a)));
      return { total: sorted.length, items: sorted.slice(0, options.limit ?? 200) };
    },
    refetchInterval: 5000,
  });
}

export function useWriteObject(kind: Kind, namespace: string, name: string) {
  const cache = useQueryClient();
  return useMutation<KubeObject, ApiError, Json>({
    mutationFn: (document) => writeObject(kind, namespace, name, document),
    onSuccess: (object) => {
      cache.setQueryData(objectKey(kind, namespace, name), object);
    },
  });
}

export function usePatchObject(kind: Kind, namespace: string, name: string) {
  const cache = useQueryClient();
  return useMutation<KubeObject, ApiError, Json>({
    mutationFn: (patch) => patchObject(kind, namespace, name, patch),
    onSuccess: (object) => {
      cache.setQueryData(objectKey(kind, namespace, name), object);
    },
  });
}

export function useDeleteObject(kind: Kind, namespace: string, name: string) {
  return useMutation<unknown, ApiError>({ mutationFn: () => deleteObject(kind, namespace, name) });
}

// Objects of every kind by a part of their name; entities are found in the catalog instead.
export function useObjectSearch(text: string) {
  return useQuery({
    queryKey: ["kube", "search", text],
    queryFn: async ({ signal }) => {
      const parameters = new URLSearchParams({ name: text, limit: "12" });
      return (await request<FoundObjects>(`/api/portal/objects?${parameters}`, { signal })).items;
    },
    placeholderData: keepPreviousData,
    enabled: text !== "",
  });
}

// Where the platform reads from, with what was refused.
export function useSources() {
  return useQuery({
    queryKey: ["kube", "sources"],
    queryFn: async ({ signal }) => {
      const lists = await Promise.all([kCatalogSources, kManifestSources].map((kind) => readObjects(kind, {}, signal)));
      return lists.flatMap((list, index) =>
        list.items.map((item) => ({ ...item, kind: index === 0 ? kCatalogSources.kind : kManifestSources.kind })),
      );
    },
    refetchInterval: 5000,
  });
}
