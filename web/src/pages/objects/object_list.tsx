// The objects of one kind, with the server's own columns, as they change.

import { useCallback, useEffect, useMemo, useState } from "react";

import { apiVersionOf, resourceOf } from "../../api/kube";
import type { Kind, Row } from "../../api/kube";
import { useNamespaces, useTable } from "../../api/objects";
import { Button, SearchBox } from "../../components/basics";
import { LiveMark } from "../../components/live_mark";
import { Page } from "../../components/page";
import { Empty, Problem, Skeleton } from "../../components/states";
import { usePlace, useQueryEdit } from "../../lib/router";
import { counted } from "../../lib/text";
import { ObjectDrawer } from "./object_drawer";
import { ObjectTable } from "./object_table";

// A search by name reads no more rows than this.
const kSearchedMax = 20_000;

export function ObjectList({ kind }: { kind: Kind }) {
  const { query } = usePlace();
  const edit = useQueryEdit();
  const namespace = query.get("namespace") ?? "";
  const labels = query.get("labels") ?? "";
  const text = query.get("q") ?? "";
  const open = query.get("open");
  const table = useTable(kind, { namespace, labelSelector: labels });

  const rows = useMemo(() => table.data?.pages.flatMap((page) => page.rows) ?? [], [table.data]);
  const shown = useMemo(() => rows.filter((row) => isNamed(row, text)), [rows, text]);
  const columns = table.data?.pages[0]?.columnDefinitions ?? [];
  const rest = table.data?.pages.at(-1)?.metadata.remainingItemCount ?? 0;
  const isNarrowed = namespace !== "" || labels !== "" || text !== "";
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = table;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  // Names are looked for in the rows that are here; so those that are not must come.
  useEffect(() => {
    if (text !== "" && rows.length < kSearchedMax) more();
  }, [text, rows.length, more]);
  return (
    <Page
      title={kind.kind}
      titleText={kind.kind}
      crumbs={[{ label: "Objects", to: "/objects" }]}
      isWide
      subtitle={
        <p className="objects-subtitle">
          <code className="muted">
            {kind.plural} · {apiVersionOf(kind)}
          </code>
          <LiveMark />
        </p>
      }
      actions={
        <>
          <SearchBox
            value={text}
            label={`Find ${kind.plural} by name`}
            onChange={(q) => {
              edit({ q }, { replace: true });
            }}
          />
          {kind.isNamespaced && <NamespacePicker namespace={namespace} />}
          <LabelFilter key={labels} labels={labels} />
        </>
      }
    >
      {table.error ? (
        <Problem error={table.error} title={`${resourceOf(kind)} cannot be listed`} />
      ) : table.data === undefined ? (
        <div className="card">
          <Skeleton rows={12} />
        </div>
      ) : shown.length === 0 && isFetchingNextPage ? (
        <div className="card">
          <Skeleton rows={12} />
        </div>
      ) : shown.length === 0 ? (
        <NoObjects kind={kind} isNarrowed={isNarrowed} />
      ) : (
        <>
          <div className="card">
            <ObjectTable
              kind={kind}
              columns={columns}
              rows={shown}
              hasNamespace={kind.isNamespaced && namespace === ""}
              open={open}
              onNearEnd={more}
            />
          </div>
          <p className="objects-foot muted tabular" aria-live="polite">
            {shown.length < rows.length
              ? `${shown.length.toLocaleString("en")} of ${counted(rows.length + rest, "object")}`
              : counted(rows.length + rest, "object")}
            {rest > 0 && <span>{isFetchingNextPage ? "reading more…" : `${rows.length.toLocaleString("en")} read`}</span>}
          </p>
        </>
      )}
      {open !== null && <ObjectDrawer key={open} kind={kind} open={open} />}
    </Page>
  );
}

function isNamed(row: Row, text: string): boolean {
  const { name, namespace = "" } = row.object.metadata;
  const wanted = text.toLowerCase();
  return wanted === "" || name.toLowerCase().includes(wanted) || `${namespace}/${name}`.includes(wanted);
}

function NamespacePicker({ namespace }: { namespace: string }) {
  const namespaces = useNamespaces();
  const edit = useQueryEdit();
  const names = namespaces.data ?? [];
  return (
    <select
      className="select"
      aria-label="Namespace"
      value={namespace}
      onChange={(event) => {
        edit({ namespace: event.target.value, open: null });
      }}
    >
      <option value="">All namespaces</option>
      {namespace !== "" && !names.includes(namespace) && <option value={namespace}>{namespace}</option>}
      {names.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

function LabelFilter({ labels }: { labels: string }) {
  const [typed, setTyped] = useState(labels);
  const edit = useQueryEdit();
  useEffect(() => {
    if (typed === labels) return;
    const timer = setTimeout(() => {
      edit({ labels: typed }, { replace: true });
    }, 500);
    return () => {
      clearTimeout(timer);
    };
  }, [typed, labels, edit]);
  return (
    <input
      className="field label-filter mono"
      aria-label="Label selector"
      placeholder="labels: app=web,tier!=db"
      spellCheck={false}
      autoComplete="off"
      value={typed}
      onChange={(event) => {
        setTyped(event.target.value);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") edit({ labels: typed }, { replace: true });
      }}
    />
  );
}

function NoObjects({ kind, isNarrowed }: { kind: Kind; isNarrowed: boolean }) {
  const edit = useQueryEdit();
  if (isNarrowed) {
    return (
      <Empty icon="search" title={`No ${kind.plural} fit`}>
        <Button
          onClick={() => {
            edit({ namespace: null, labels: null, q: null });
          }}
        >
          Show all
        </Button>
      </Empty>
    );
  }
  return (
    <Empty icon="objects" title={`There are no ${kind.plural} yet`}>
      <p>They appear here as they are created, by a manifest of the platform repository or with kubectl.</p>
    </Empty>
  );
}
