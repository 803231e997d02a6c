// The software catalog, as Backstage serves it.

import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";

import type { Json } from "../lib/yaml_text";
import { request } from "./client";

export interface EntityLink {
  url: string;
  title?: string;
  icon?: string;
  type?: string;
}

export interface Relation {
  type: string;
  targetRef: string;
}

export interface EntityStatusItem {
  type: string;
  level: string;
  message: string;
}

export interface Entity {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    uid?: string;
    title?: string;
    description?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    tags?: string[];
    links?: EntityLink[];
  };
  spec?: Record<string, Json | undefined>;
  relations?: Relation[];
  status?: { items?: EntityStatusItem[] };
}

export interface EntityPage {
  items: Entity[];
  totalItems: number;
  pageInfo: { nextCursor?: string; prevCursor?: string };
}

export interface FacetValue {
  value: string;
  count: number;
}

// What the list is narrowed to: values of one field are alternatives, fields add up.
export type Filters = Record<string, string[]>;

export function filterText(filters: Filters): string {
  return Object.entries(filters)
    .flatMap(([field, values]) => values.map((value) => `${field}=${value}`))
    .join(",");
}

export interface EntityQuery {
  filters: Filters;
  text: string;
  order: string; // "metadata.name,asc"
  cursor: string;
  limit: number;
  fields?: string[]; // that `text` is looked for in
}

// Fields that the text in the search box is looked for in.
export const kSearchFields = [
  "metadata.name",
  "metadata.title",
  "metadata.description",
  "metadata.tags",
  "spec.type",
  "spec.owner",
  "spec.system",
  "spec.profile.displayName",
  "spec.profile.email",
];

// Lists need no definitions: an OpenAPI document can be a megabyte.
const kListFields = [
  "apiVersion",
  "kind",
  "metadata",
  "relations",
  "status",
  "spec.type",
  "spec.lifecycle",
  "spec.owner",
  "spec.system",
  "spec.profile",
  "spec.target",
  "spec.targets",
];

function queryPath(query: EntityQuery): string {
  const parameters = new URLSearchParams({ limit: String(query.limit), fields: kListFields.join(",") });
  if (query.cursor !== "") {
    parameters.set("cursor", query.cursor);
    return `/api/catalog/entities/by-query?${parameters}`;
  }
  const filter = filterText(query.filters);
  if (filter !== "") parameters.set("filter", filter);
  if (query.text !== "") {
    parameters.set("fullTextFilterTerm", query.text);
    parameters.set("fullTextFilterFields", (query.fields ?? kSearchFields).join(","));
  }
  parameters.set("orderField", query.order);
  return `/api/catalog/entities/by-query?${parameters}`;
}

const kRefreshMs = 15_000;

export function useEntities(query: EntityQuery, enabled = true) {
  return useQuery({
    queryKey: ["catalog", "list", query],
    queryFn: ({ signal }) => request<EntityPage>(queryPath(query), { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: kRefreshMs,
    enabled,
  });
}

// Counts of each field's values. A field's own selection does not narrow its own values, so that others can be added.
export function useFacets(fields: string[], filters: Filters): Record<string, FacetValue[] | undefined> {
  const results = useQueries({
    queries: fields.map((field) => {
      const others = Object.fromEntries(Object.entries(filters).filter(([name]) => name !== field));
      const parameters = new URLSearchParams({ facet: field });
      const filter = filterText(others);
      if (filter !== "") parameters.set("filter", filter);
      return {
        queryKey: ["catalog", "facet", field, filter],
        queryFn: ({ signal }: { signal: AbortSignal }) =>
          request<{ facets: Record<string, FacetValue[]> }>(`/api/catalog/entity-facets?${parameters}`, { signal }),
        placeholderData: keepPreviousData,
        refetchInterval: kRefreshMs,
      };
    }),
  });
  return Object.fromEntries(fields.map((field, index) => [field, results[index]?.data?.facets[field]]));
}

export function useEntity(kind: string, namespace: string, name: string) {
  const path = [kind, namespace, name].map(encodeURIComponent).join("/");
  return useQuery({
    queryKey: ["catalog", "entity", kind, namespace, name],
    queryFn: ({ signal }) => request<Entity>(`/api/catalog/entities/by-name/${path}`, { signal }),
    refetchInterval: kRefreshMs,
  });
}

// Entities by reference, for graphs and tables; null for what is not in the catalog.
export async function readByRefs(refs: string[], signal?: AbortSignal): Promise<Map<string, Entity | null>> {
  const found = new Map<string, Entity | null>();
  if (refs.length === 0) return found;
  const answer = await request<{ items: (Entity | null)[] }>("/api/catalog/entities/by-refs", {
    method: "POST",
    body: { entityRefs: refs, fields: kListFields },
    signal,
  });
  for (const [index, ref] of refs.entries()) found.set(ref, answer.items[index] ?? null);
  return found;
}

export function useByRefs(refs: string[]) {
  return useQuery({
    queryKey: ["catalog", "refs", refs],
    queryFn: ({ signal }) => readByRefs(refs, signal),
    placeholderData: keepPreviousData,
    enabled: refs.length > 0,
  });
}
