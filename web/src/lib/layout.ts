// A layered layout of a directed graph, left to right, after Sugiyama: cycles are opened, nodes put in layers, long
// edges given a place in every layer they pass, layers ordered to cross little, and heights chosen to bend little.
// Deterministic: the same graph always looks the same.

export interface LayoutNode {
  id: string;
  width: number;
  height: number;
}
export interface LayoutEdge {
  from: string;
  to: string;
}
export interface Point {
  x: number;
  y: number;
}
export interface Layout {
  width: number;
  height: number;
  nodes: Map<string, Point>; // centres
  edges: Point[][]; // for each given edge, from its start to its end
}

const kLayerGap = 76;
const kNodeGap = 14;
const kSweeps = 8;

// A node, or the place where a long edge passes through a layer.
interface Item {
  id: string;
  layer: number;
  width: number;
  height: number;
  y: number;
  left: Item[];
  right: Item[];
}

export function layoutGraph(nodes: LayoutNode[], edges: LayoutEdge[]): Layout {
  const forward = openCycles(nodes, edges);
  const layers = assignLayers(nodes, forward);
  const items = new Map<string, Item>();
  for (const node of nodes) {
    items.set(node.id, { ...node, layer: layers.get(node.id) ?? 0, y: 0, left: [], right: [] });
  }
  const chains = forward.map((edge, index) => chainOf(edge, index, items));
  const rows = order([...items.values()]);
  setHeights(rows);
  return place(rows, items, chains, edges, forward);
}

// Edges that close a cycle are turned around; drawing turns them back.
function openCycles(nodes: LayoutNode[], edges: LayoutEdge[]): LayoutEdge[] {
  const out = new Map<string, number[]>();
  for (const [index, edge] of edges.entries()) out.set(edge.from, [...(out.get(edge.from) ?? []), index]);
  const state = new Map<string, "open" | "done">();
  const turned = new Set<number>();
  const visit = (id: string) => {
    state.set(id, "open");
    for (const index of out.get(id) ?? []) {
      const to = edges[index]?.to ?? "";
      if (state.get(to) === "open") turned.add(index);
      else if (!state.has(to)) visit(to);
    }
    state.set(id, "done");
  };
  for (const node of nodes) if (!state.has(node.id)) visit(node.id);
  return edges.map((edge, index) => (turned.has(index) ? { from: edge.to, to: edge.from } : edge));
}

// The longest way from the left; then what has only followers moves up close to them.
function assignLayers(nodes: LayoutNode[], edges: LayoutEdge[]): Map<string, number> {
  const layers = new Map(nodes.map((node) => [node.id, 0]));
  const at = (id: string) => layers.get(id) ?? 0;
  for (let round = 0; round < nodes.length; round++) {
    let hasMoved = false;
    for (const { from, to } of edges) {
      if (from === to || at(to) > at(from)) continue;
      layers.set(to, at(from) + 1);
      hasMoved = true;
    }
    if (!hasMoved) break;
  }
  for (const node of nodes) {
    if (edges.some((edge) => edge.to === node.id)) continue;
    const followers = edges.filter((edge) => edge.from === node.id && edge.to !== node.id).map((edge) => at(edge.to));
    if (followers.length > 0) layers.set(node.id, Math.min(...followers) - 1);
  }
  return layers;
}

function join(left: Item, right: Item): void {
  left.right.push(right);
  right.left.push(left);
}

function chainOf(edge: LayoutEdge, index: number, items: Map<string, Item>): Item[] {
  const from = items.get(edge.from);
  const to = items.get(edge.to);
  if (!from || !to || from === to) return [];
  const chain = [from];
  for (let layer = from.layer + 1; layer < to.layer; layer++) {
    const passing: Item = { id: `edge ${index} layer ${layer}`, layer, width: 0, height: 6, y: 0, left: [], right: [] };
    items.set(passing.id, passing);
    chain.push(passing);
  }
  chain.push(to);
  for (let at = 1; at < chain.length; at++) {
    const [left, right] = [chain[at - 1], chain[at]];
    if (left && right) join(left, right);
  }
  return chain;
}

function order(items: Item[]): Item[][] {
  const rows: Item[][] = [];
  for (const item of items) (rows[item.layer] ??= []).push(item);
  for (let layer = 0; layer < rows.length; layer++) rows[layer] ??= [];
  let best = rows.map((row) => [...row]);
  let fewest = crossings(rows);
  for (let sweep = 0; sweep < kSweeps && fewest > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    const layers = [...rows.keys()];
    for (const layer of isDown ? layers : layers.reverse()) sortRow(rows, layer, isDown);
    const now = crossings(rows);
    if (now < fewest) {
      fewest = now;
      best = rows.map((row) => [...row]);
    }
  }
  return best;
}

function sortRow(rows: Item[][], layer: number, isDown: boolean): void {
  const row = rows[layer] ?? [];
  const beside = rows[layer + (isDown ? -1 : 1)] ?? [];
  const place = new Map(beside.map((item, index) => [item, index]));
  const wish = new Map(
    row.map((item, index) => {
      const places = (isDown ? item.left : item.right).map((other) => place.get(other) ?? 0);
      return [item, places.length === 0 ? index : places.reduce((a, b) => a + b, 0) / places.length];
    }),
  );
  row.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
}

function crossings(rows: Item[][]): number {
  let count = 0;
  for (let layer = 1; layer < rows.length; layer++) {
    const place = new Map((rows[layer - 1] ?? []).map((item, index) => [item, index]));
    const ends = (rows[layer] ?? []).flatMap((item) => item.left.map((other) => place.get(other) ?? 0).sort((a, b) => a - b));
    for (let a = 0; a < ends.length; a++) {
      for (let b = a + 1; b < ends.length; b++) if ((ends[a] ?? 0) > (ends[b] ?? 0)) count++;
    }
  }
  return count;
}

// Each item wants to stand at the middle of its neighbours; a row grants the wishes as far as its order allows.
function setHeights(rows: Item[][]): void {
  for (const row of rows) {
    let y = 0;
    for (const item of row) {
      item.y = y + item.height / 2;
      y += item.height + kNodeGap;
    }
  }
  for (let round = 0; round < 12; round++) {
    const layers = [...rows.keys()];
    for (const layer of round % 2 === 0 ? layers : layers.reverse()) {
      const row = rows[layer] ?? [];
      const wishes = row.map((item) => {
        const beside = [...item.left, ...item.right];
        return beside.length === 0 ? item.y : beside.reduce((sum, other) => sum + other.y, 0) / beside.length;
      });
      for (const [index, y] of keepApart(row, wishes).entries()) {
        const item = row[index];
        if (item) item.y = y;
      }
    }
  }
}

// The nearest heights (least squares) that keep order and gaps: isotonic regression, by pooling neighbours that clash.
export function keepApart(row: { height: number }[], wishes: number[]): number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (const [index, item] of row.entries()) {
    if (index > 0) offset += ((row[index - 1]?.height ?? 0) + item.height) / 2 + kNodeGap;
    offsets.push(offset);
  }
  const pools: { sum: number; size: number }[] = [];
  for (const [index, wish] of wishes.entries()) {
    let pool = { sum: wish - (offsets[index] ?? 0), size: 1 };
    for (let last = pools.at(-1); last && last.sum / last.size > pool.sum / pool.size; last = pools.at(-1)) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, size: pool.size + last.size };
    }
    pools.push(pool);
  }
  const bases = pools.flatMap((pool) => Array.from({ length: pool.size }, () => pool.sum / pool.size));
  return bases.map((base, index) => base + (offsets[index] ?? 0));
}

function place(
  rows: Item[][],
  items: Map<string, Item>,
  chains: Item[][],
  edges: LayoutEdge[],
  forward: LayoutEdge[],
): Layout {
  const all = [...items.values()];
  const top = Math.min(0, ...all.map((item) => item.y - item.height / 2));
  const bottom = Math.max(0, ...all.map((item) => item.y + item.height / 2));
  const centres: number[] = [];
  const halves: number[] = [];
  let width = 0;
  for (const [layer, row] of rows.entries()) {
    const widest = Math.max(0, ...row.map((item) => item.width));
    if (layer > 0) width += kLayerGap;
    centres.push(width + widest / 2);
    halves.push(widest / 2);
    width += widest;
  }
  const centre = (item: Item): Point => ({ x: centres[item.layer] ?? 0, y: item.y - top });
  const nodes = new Map(all.filter((item) => item.width > 0).map((item) => [item.id, centre(item)]));
  const lines = chains.map((chain, index) => {
    const points = chain.flatMap((item, at) => {
      const { x, y } = centre(item);
      if (at === 0) return { x: x + item.width / 2, y };
      if (at === chain.length - 1) return { x: x - item.width / 2, y };
      // Straight through between the nodes of that layer, however wide they are.
      const half = halves[item.layer] ?? 0;
      return [
        { x: x - half, y },
        { x: x + half, y },
      ];
    });
    return forward[index] === edges[index] ? points : points.reverse();
  });
  return { width, height: bottom - top, nodes, edges: lines };
}

// A smooth line through the points, level at each.
export function curve(points: Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first.x} ${first.y}`;
  let from = first;
  for (const to of rest) {
    const bend = (to.x - from.x) / 2;
    path += `C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
    from = to;
  }
  return path;
}
