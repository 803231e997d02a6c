// A table in the server's columns. Rows that change light up for a moment.

import { useEffect, useRef, useState } from "react";

import type { Column, Kind, Row } from "../../api/kube";
import { Pill } from "../../components/basics";
import { kRowAttribute } from "../../components/list_keys";
import { objectPath } from "../../lib/object_paths";
import { Link, withQuery, usePlace } from "../../lib/router";
import { fullTime, secondsSince, shortAge, useNow } from "../../lib/time";
import { toneOf } from "../../lib/tones";
import type { Json } from "../../lib/yaml_text";

export function ObjectTable({
  kind,
  columns,
  rows,
  hasNamespace,
  open,
}: {
  kind: Kind;
  columns: Column[];
  rows: Row[];
  hasNamespace: boolean;
  open: string | null;
}) {
  const now = useNow();
  const fresh = useFresh(rows);
  // Wide columns (priority above 0) are for the detail.
  const shown = columns.map((column, index) => ({ column, index })).filter(({ column }) => column.priority === 0);
  return (
    <div className="table-scroll">
      <table className="table object-table">
        <thead>
          <tr>
            {shown.map(({ column, index }) => (
              <ColumnHeads key={column.name + String(index)} column={column} hasNamespace={hasNamespace} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { uid, name, namespace = "", deletionTimestamp } = row.object.metadata;
            return (
              <tr
                key={uid}
                {...kRowAttribute}
                data-fresh={fresh.has(uid) || undefined}
                data-open={open === `${namespace}/${name}` || undefined}
                data-leaving={deletionTimestamp !== undefined || undefined}
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
          })}
        </tbody>
      </table>
    </div>
  );
}

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
