// Two texts line by line, as a unified diff shows them: what is removed, what is added, a few lines around.

export interface DiffLine {
  sign: " " | "-" | "+" | "@"; // "@": lines that are equal were left out here
  text: string;
  before?: number; // line numbers, from 1
  after?: number;
}

// Beyond this many cells the middle of two texts is told as all removed and all added.
const kCellsMax = 4_000_000;

export function lineDiff(before: string, after: string, context = 3): DiffLine[] {
  return folded(allLines(linesOf(before), linesOf(after)), context);
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function allLines(a: string[], b: string[]): DiffLine[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const out: DiffLine[] = [];
  const keep = (i: number, j: number) => out.push({ sign: " ", text: a[i] ?? "", before: i + 1, after: j + 1 });
  for (let i = 0; i < start; i++) keep(i, i);
  out.push(...middle(a, b, start, a.length - end, b.length - end));
  for (let i = end; i > 0; i--) keep(a.length - i, b.length - i);
  return out;
}

// The longest common subsequence by the textbook's table, of what lies between equal beginnings and ends.
function middle(a: string[], b: string[], start: number, aEnd: number, bEnd: number): DiffLine[] {
  const rows = aEnd - start;
  const columns = bEnd - start;
  const width = columns + 1;
  const hasTable = rows * columns <= kCellsMax;
  const table = new Uint32Array(hasTable ? (rows + 1) * width : 0);
  const at = (row: number, column: number) => table[row * width + column] ?? 0;
  if (hasTable) {
    for (let i = rows - 1; i >= 0; i--) {
      for (let j = columns - 1; j >= 0; j--) {
        const isSame = a[start + i] === b[start + j];
        table[i * width + j] = isSame ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
      }
    }
  }
  const out: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < rows || j < columns) {
    const [left, right] = [a[start + i] ?? "", b[start + j] ?? ""];
    if (hasTable && i < rows && j < columns && left === right) {
      out.push({ sign: " ", text: left, before: start + ++i, after: start + ++j });
    } else if (i < rows && (j >= columns || at(i + 1, j) >= at(i, j + 1))) {
      out.push({ sign: "-", text: left, before: start + ++i });
    } else {
      out.push({ sign: "+", text: right, after: start + ++j });
    }
  }
  return out;
}

function folded(lines: DiffLine[], context: number): DiffLine[] {
  const isNear = new Array<boolean>(lines.length).fill(false);
  for (const [index, { sign }] of lines.entries()) {
    if (sign !== " ") isNear.fill(true, Math.max(0, index - context), index + context + 1);
  }
  const out: DiffLine[] = [];
  let hidden = 0;
  const close = () => {
    if (hidden > 0) out.push({ sign: "@", text: `${hidden} equal ${hidden === 1 ? "line" : "lines"}` });
    hidden = 0;
  };
  for (const [index, line] of lines.entries()) {
    if (!isNear[index]) {
      hidden++;
      continue;
    }
    close();
    out.push(line);
  }
  close();
  return out;
}
