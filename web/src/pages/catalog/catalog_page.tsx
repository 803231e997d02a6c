// The catalog's entities: narrowed by filters and text, sorted, page by page.

import { useEffect, useState } from "react";

import "./catalog.css";
import { useEntities, useFacets } from "../../api/catalog";
import type { EntityPage } from "../../api/catalog";
import { Button, SearchBox } from "../../components/basics";
import { FilterList } from "../../components/filter_list";
import { Page } from "../../components/page";
import { Empty, Problem, Skeleton } from "../../components/states";
import { kDefaultSort, kFacets, titleOf, viewOf } from "../../lib/catalog_view";
import type { CatalogView } from "../../lib/catalog_view";
import { Link, usePlace, useQueryEdit } from "../../lib/router";
import { counted } from "../../lib/text";
import { EntityTable } from "./entity_table";

const kPageSize = 50;

export function CatalogPage() {
  const { query } = usePlace();
  const edit = useQueryEdit();
  const view = viewOf(query);
  const entities = useEntities({
    filters: view.filters,
    text: view.text,
    order: view.sort,
    cursor: view.cursor,
    limit: kPageSize,
  });
  const title = titleOf(view);
  return (
    <Page
      title={title}
      titleText={title}
      isWide
      actions={
        <CatalogSearch
          text={view.text}
          onChange={(text) => {
            edit({ q: text, cursor: null }, { replace: true });
          }}
        />
      }
      subtitle={<Found page={entities.data} view={view} />}
    >
      <div className="catalog">
        <Filters view={view} />
        <div className="catalog-list">
          {entities.error && !entities.data ? (
            <Problem error={entities.error} title="The catalog cannot be read" />
          ) : entities.data === undefined ? (
            <div className="card">
              <Skeleton rows={12} height={52} />
            </div>
          ) : entities.data.items.length === 0 ? (
            <Nothing isNarrowed={isNarrowed(view)} />
          ) : (
            <div data-stale={entities.isPlaceholderData || undefined} className="settling">
              <div className="card">
                <EntityTable
                  entities={entities.data.items}
                  hasKind={view.filters["kind"]?.length !== 1}
                  sort={view.sort}
                  onSort={(sort) => {
                    edit({ sort: sort === kDefaultSort ? null : sort, cursor: null });
                  }}
                />
              </div>
              <Pager page={entities.data} />
            </div>
          )}
        </div>
      </div>
    </Page>
  );
}

function isNarrowed(view: CatalogView): boolean {
  return view.text !== "" || Object.keys(view.filters).length > 0;
}

// Typing waits for a pause before it becomes the address.
function CatalogSearch({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  if (known !== text) {
    setKnown(text);
    setTyped(text);
  }
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => {
      onChange(typed);
    }, 150);
    return () => {
      clearTimeout(timer);
    };
  });
  return <SearchBox value={typed} onChange={setTyped} label="Search names, descriptions, tags" />;
}

function Found({ page, view }: { page: EntityPage | undefined; view: CatalogView }) {
  const field = view.sort.split(",")[0] ?? "";
  const word = field.slice(field.lastIndexOf(".") + 1);
  return (
    <p className="muted tabular" aria-live="polite">
      {page ? counted(page.totalItems, "entity", "entities") : " "}
      {page && field.startsWith("spec.") && ` with ${/^[aeiou]/.test(word) ? "an" : "a"} ${word}`}
      {page && view.text !== "" && ` for “${view.text}”`}
    </p>
  );
}

function Filters({ view }: { view: CatalogView }) {
  const edit = useQueryEdit();
  const facets = useFacets(
    kFacets.map(({ field }) => field),
    view.filters,
  );
  const chosen = Object.values(view.filters).flat().length;
  // Open beside the list; folded above it on small screens.
  const [isOpen, setOpen] = useState(false);
  return (
    <aside className="filters" aria-label="Filters" data-open={isOpen || undefined}>
      <Button
        className="filters-toggle"
        icon="filter"
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        Filters{chosen > 0 && ` (${chosen})`}
      </Button>
      <div className="filters-body">
        {kFacets.map(({ parameter, field, label, render }) => (
          <FilterList
            key={field}
            label={label}
            render={render}
            values={facets[field]}
            chosen={view.filters[field] ?? []}
            onChange={(values) => {
              edit({ [parameter]: values, cursor: null });
            }}
          />
        ))}
        {chosen > 0 && (
          <Button
            look="quiet"
            icon="close"
            onClick={() => {
              edit({ ...Object.fromEntries(kFacets.map(({ parameter }) => [parameter, null])), cursor: null });
            }}
          >
            Clear filters
          </Button>
        )}
      </div>
    </aside>
  );
}

function Pager({ page }: { page: EntityPage }) {
  const edit = useQueryEdit();
  const { nextCursor, prevCursor } = page.pageInfo;
  if (!nextCursor && !prevCursor) return null;
  const go = (cursor: string | undefined) => {
    if (!cursor) return;
    edit({ cursor });
    window.scrollTo(0, 0);
  };
  return (
    <nav className="pager" aria-label="Pages">
      <Button icon="left" disabled={!prevCursor} onClick={() => { go(prevCursor); }}>
        Previous
      </Button>
      <Button disabled={!nextCursor} onClick={() => { go(nextCursor); }}>
        Next
      </Button>
    </nav>
  );
}

function Nothing({ isNarrowed }: { isNarrowed: boolean }) {
  if (isNarrowed) {
    return (
      <Empty icon="search" title="No entity fits these filters">
        <Link to="/catalog">Show the whole catalog</Link>
      </Empty>
    );
  }
  return (
    <Empty icon="catalog" title="The catalog is empty">
      <p>Name the files that describe your components in platform.yaml; they are read at once, and again on every change.</p>
      <pre className="empty-code">{`spec:
  catalog:
    locations:
      - catalog/all.yaml
      - "teams/*/catalog-info.yaml"`}</pre>
      <p>
        Already there? See <Link to="/problems">Problems</Link> for files that were refused.
      </p>
    </Empty>
  );
}
