// Rows of a table in pages, changed one at a time. Pages are sorted as the server lists: by namespace, then name.

import type { Row, Table } from "./kube";

function compare(a: Row, b: Row): number {
  const one = a.object.metadata;
  const two = b.object.metadata;
  const byNamespace = (one.namespace ?? "") < (two.namespace ?? "") ? -1 : one.namespace === two.namespace ? 0 : 1;
  return byNamespace !== 0 ? byNamespace : one.name < two.name ? -1 : one.name === two.name ? 0 : 1;
}

export function removeRow(pages: Table[], uid: string): Table[] {
  return pages.map((page) =>
    page.rows.some((row) => row.object.metadata.uid === uid)
      ? { ...page, rows: page.rows.filter((row) => row.object.metadata.uid !== uid) }
      : page,
  );
}

// Replaces the row of the same object, or puts it where it belongs. What sorts behind the last page that was read is
// left out while there are more: it comes with its page.
export function placeRow(pages: Table[], row: Row): Table[] {
  const uid = row.object.metadata.uid;
  const isThere = pages.some((page) => page.rows.some((other) => other.object.metadata.uid === uid));
  if (isThere) {
    return pages.map((page) => ({
      ...page,
      rows: page.rows.map((other) => (other.object.metadata.uid === uid ? row : other)),
    }));
  }
  const target = pages.findIndex((page) => {
    const last = page.rows.at(-1);
    return last !== undefined && compare(row, last) < 0;
  });
  const end = pages.length - 1;
  if (target < 0 && pages[end]?.metadata.continue) return pages;
  const at = target < 0 ? end : target;
  return pages.map((page, index) => {
    if (index !== at) return page;
    const before = page.rows.findIndex((other) => compare(row, other) < 0);
    const split = before < 0 ? page.rows.length : before;
    return { ...page, rows: [...page.rows.slice(0, split), row, ...page.rows.slice(split)] };
  });
}
