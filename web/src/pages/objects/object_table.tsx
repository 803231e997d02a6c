// A table in the server's columns. Rows that change light up for a moment; of very many only those in sight are drawn.

import { memo, useEffect, useMemo, useRef, useState } from "react";

import type { Column, Kind, Row } from "../../api/kube";
import { useSlice } from "../../components/use_slice";
import { Pill } from "../../components/basics";
import { kRowAttribute } from "../../components/list_keys";
import { objectPath } from "../../lib/object_paths";
import { Link, withQuery, usePlace } from "../../lib/router";
import { fullTime, secondsSince, shortAge, useNow } from "../../lib/time";
import { toneOf } from "../../lib/tones";
import { columnShares } from "../../lib/window_rows";
import type { Json } from "../../lib/yaml_text";

// From here on the table scrolls in a frame of its own.
export const kManyRows = 200;
const kRowHeight = 37; // as objects.css has it for [data-many], its line included
const kRowsAhead = 150; // how near the last row must be for more to be asked for

interface Shown {
  column: Column;
  index: number;
}

export function ObjectTable({
  kind,
  columns,
  rows,
  hasNamespace,
  open,
  onNearEnd,
}: {
  kind: Kind;
  columns: Column[];
  rows: Row[];
  hasNamespace: boolean;
  open: string | null;
  onNearEnd?: () => void;
}) {
  const now = useNow();
  const fresh = useFresh(rows);
  const frame = useRef<HTMLDivElement>(null);
  const isMany = rows.length > kManyRows;
  const { first, end } = useSlice(frame, rows.length, kRowHeight, isMany);
  useEffect(() => {
    if (isMany && end > rows.length - kRowsAhead) onNearEnd?.();
  }, [isMany, end, rows.length, onNearEnd]);

  // Wide columns (priority above 0) are for the detail.
  const shown = useMemo(
    () => columns.map((column, index) => ({ column, index })).filter(({ column }) => column.priority === 0),
    [columns],
  );
  const shares = useMemo(
    () => (isMany ? columnShares(headsOf(shown, hasNamespace), cellsOf(rows, shown, hasNamespace)) : []),
    [isMany, shown, rows, hasNamespace],
  );
  return (
    <div ref={frame} className="table-scroll" data-many={isMany || undefined} tabIndex={isMany ? 0 : undefined}>
      <table className="table object-table" aria-rowcount={isMany ? rows.length + 1 : undefined}>
        {isMany && (
          <colgroup>
            {shares.map((share, index) => (
              <col key={index} style={{ width: `${share}%` }} />
            ))}
          </colgroup>
        )}
        <thead>
          <tr>
            {shown.map(({ column, index }) => (
              <ColumnHeads key={column.name + String(index)} column={column} hasNamespace={hasNamespace} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Gap rows={first} />
          {rows.slice(first, end).map((row, index) => {
            const { uid, name, namespace = "" } = row.object.metadata;
            return (
              <ObjectRow
                key={uid}
                kind={kind}
                shown={shown}
                row={row}
                place={isMany ? first + index + 2 : undefined}
                hasNamespace={hasNamespace}
                isFresh={fresh.has(uid)}
                isOpen={open === `${namespace}/${name}`}
                now={now}
              />
            );
          })}
          <Gap rows={rows.length - end} />
        </tbody>
      </table>
    </div>
  );
}

// Stands for rows out of sight.
function Gap({ rows }: { rows: number }) {
  return rows > 0 ? <tr className="row-gap" aria-hidden="true" style={{ height: rows * kRowHeight }} /> : null;
}

function headsOf(shown: Shown[], hasNamespace: boolean): string[] {
  return shown.flatMap(({ column }) => (isName(column) && hasNamespace ? [column.name, "Namespace"] : [column.name]));
}

function* cellsOf(rows: Row[], shown: Shown[], hasNamespace: boolean): Generator<unknown[]> {
  for (const row of rows) {
    yield shown.flatMap(({ column, index }) => {
      if (isName(column) && hasNamespace) return [row.object.metadata.name, row.object.metadata.namespace];
      return [column.name === "Age" ? "" : row.cells[index]];
    });
  }
}

const ObjectRow = memo(function ObjectRow({
  kind,
  shown,
  row,
  place,
  hasNamespace,
  isFresh,
  isOpen,
  now,
}: {
  kind: Kind;
  shown: Shown[];
  row: Row;
  place: number | undefined; // its number among all, when not all are drawn
  hasNamespace: boolean;
  isFresh: boolean;
  isOpen: boolean;
  now: number;
}) {
  return (
    <tr
      {...kRowAttribute}
      aria-rowindex={place}
      data-fresh={isFresh || undefined}
      data-open={isOpen || undefined}
      data-leaving={row.object.metadata.deletionTimestamp ? true : undefined}
    >
      {shown.map(({ column, index }) => (
        <Cells
          key={column.name + String(index)}
          kind={kind}
          column={column}
          row={row}
          cell={row.cells[index] ?? null}
          hasNamespace={hasNamespace}
          now={now}
        />
      ))}
    </tr>
  );
});

function isName(column: Column): boolean {
  return column.format === "name" || column.name === "Name";
}

function ColumnHeads({ column, hasNamespace }: { column: Column; hasNamespace: boolean }) {
  const isNumber = column.type === "integer" || column.type === "number";
  return (
    <>
      <th scope="col" className={isNumber ? "number" : undefined} title={column.description}>
        {column.name}
      </th>
      {isName(column) && hasNamespace && <th scope="col">Namespace</th>}
    </>
  );
}

function Cells({
  kind,
  column,
  row,
  cell,
  hasNamespace,
  now,
}: {
  kind: Kind;
  column: Column;
  row: Row;
  cell: Json;
  hasNamespace: boolean;
  now: number;
}) {
  const { name, namespace = "", creationTimestamp } = row.object.metadata;
  const { path, query } = usePlace();
  if (isName(column)) {
    const filters = Object.fromEntries([...query].filter(([key]) => key !== "open"));
    return (
      <>
        <td className="object-name">
          <Link
            className="row-link"
            keepScroll
            to={withQuery(path, { ...filters, open: `${namespace}/${name}` })}
            title={objectPath(kind, namespace, name)}
          >
            {name}
          </Link>
        </td>
        {hasNamespace && (
          <td>
            <Link className="muted" to={withQuery(path, { ...filters, namespace })}>
              {namespace}
            </Link>
          </td>
        )}
      </>
    );
  }
  if (column.name === "Age" && creationTimestamp) {
    return (
      <td className="muted tabular" title={fullTime(creationTimestamp)}>
        {shortAge(secondsSince(creationTimestamp, now))}
      </td>
    );
  }
  const isNumber = column.type === "integer" || column.type === "number";
  return (
    <td className={isNumber ? "number" : "object-cell"}>
      <Cell value={cell} column={column} />
    </td>
  );
}

function Cell({ value, column }: { value: Json; column: Column }) {
  if (value === null || value === "" || value === "<none>") return <span className="muted">–</span>;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const isTruth = (text === "True" || text === "False") && /Ready|Available|Healthy|Synced/.test(column.name);
  const tone = isTruth ? (text === "True" ? "ok" : "bad") : typeof value === "string" ? toneOf(text) : undefined;
  return tone ? <Pill tone={tone}>{text}</Pill> : <span title={text.length > 60 ? text : undefined}>{text}</span>;
}

const kFreshMs = 1600;

// Uids of rows that appeared or changed just now; nothing at first, when everything is new.
function useFresh(rows: Row[]): ReadonlySet<string> {
  const known = useRef<Map<string, string> | null>(null);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const before = known.current;
    known.current = new Map(rows.map((row) => [row.object.metadata.uid, row.object.metadata.resourceVersion]));
    if (!before) return;
    const changed = rows
      .map((row) => row.object.metadata)
      .filter(({ uid, resourceVersion }) => before.get(uid) !== resourceVersion)
      .map(({ uid }) => uid);
    // A filter that is taken away shows many rows again; that is not news.
    if (changed.length === 0 || changed.length > rows.length / 2 + 5) return;
    setFresh(new Set(changed));
    const timer = setTimeout(() => {
      setFresh(new Set());
    }, kFreshMs);
    return () => {
      clearTimeout(timer);
    };
  }, [rows]);
  return fresh;
}
