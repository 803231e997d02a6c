// Which rows of a long table are worth drawing, and how wide its columns are when not all rows are there to tell.

export interface Slice {
  first: number;
  end: number; // behind the last
}

// Rows drawn beyond what is seen: a page of the keyboard must not reach nothing.
const kExtra = 24;
// Slices change by steps, so that scrolling does not draw anew for every pixel.
const kStep = 8;

export function sliceOf(count: number, rowHeight: number, scrollTop: number, height: number): Slice {
  const top = Math.floor(Math.max(0, scrollTop) / rowHeight) - kExtra;
  const bottom = Math.ceil((Math.max(0, scrollTop) + height) / rowHeight) + kExtra;
  const end = Math.min(count, Math.ceil(bottom / kStep) * kStep);
  // A list that became shorter while scrolled far down still shows its end.
  const first = Math.min(Math.max(0, Math.floor(top / kStep) * kStep), Math.max(0, end - kExtra));
  return { first, end };
}

const kShortest = 5;
const kLongest = 46;

// Shares of the whole width in percent, from the longest text of each column.
export function columnShares(heads: string[], rows: Iterable<readonly unknown[]>): number[] {
  const longest = heads.map((head) => Math.max(kShortest, head.length + 1));
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      const size = typeof cell === "string" ? cell.length : String(cell ?? "").length;
      if (size > (longest[index] ?? Infinity)) longest[index] = size;
    }
  }
  const wished = longest.map((size) => Math.min(size, kLongest) + 4);
  const whole = wished.reduce((sum, size) => sum + size, 0);
  return wished.map((size) => (size / whole) * 100);
}
