// The catalog list's state in the address: ?kind=component&owner=group:default/booking&q=pay&sort=spec.owner,desc&cursor=…

import type { Filters } from "../api/catalog";
import { kindLabel, kindPlural, parseRef, refLabel } from "./refs";

export interface FacetSpec {
  parameter: string;
  field: string;
  label: string;
  render: (value: string) => string;
}

const plain = (value: string) => value;

export const kFacets: FacetSpec[] = [
  { parameter: "kind", field: "kind", label: "Kind", render: kindLabel },
  { parameter: "type", field: "spec.type", label: "Type", render: plain },
  { parameter: "owner", field: "relations.ownedBy", label: "Owner", render: (ref) => refLabel(parseRef(ref)) },
  { parameter: "lifecycle", field: "spec.lifecycle", label: "Lifecycle", render: plain },
  { parameter: "tag", field: "metadata.tags", label: "Tag", render: plain },
  { parameter: "namespace", field: "metadata.namespace", label: "Namespace", render: plain },
];

export const kDefaultSort = "metadata.name,asc";

export interface CatalogView {
  filters: Filters;
  text: string;
  sort: string;
  cursor: string;
}

export function viewOf(query: URLSearchParams): CatalogView {
  const filters: Filters = {};
  for (const { parameter, field } of kFacets) {
    const values = query.getAll(parameter);
    if (values.length > 0) filters[field] = values;
  }
  return {
    filters,
    text: query.get("q") ?? "",
    sort: query.get("sort") ?? kDefaultSort,
    cursor: query.get("cursor") ?? "",
  };
}

export function titleOf(view: CatalogView): string {
  const kinds = view.filters["kind"] ?? [];
  return kinds.length === 1 && kinds[0] ? kindPlural(kinds[0]) : "Catalog";
}
