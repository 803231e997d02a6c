// Entities and their relations, drawn. Nodes are links: Tab and the arrow keys walk them, Enter opens. Drag moves the
// picture, Ctrl and the wheel or the buttons resize it.

import { useMemo, useRef, useState } from "react";
import type { KeyboardEvent } from "react";

import "./graph.css";
import { kGraphEntitiesMax, useAround } from "../../api/graph";
import { curve, layoutGraph } from "../../lib/layout";
import type { Layout, Point } from "../../lib/layout";
import { neighbourhood, relationLabel } from "../../lib/relations";
import type { EntityMap, GraphEdge, Neighbourhood } from "../../lib/relations";
import { entityPath, kindLabel, parseRef, refLabel } from "../../lib/refs";
import { counted } from "../../lib/text";
import { Link } from "../../lib/router";
import { IconButton } from "../basics";
import { entityTitle } from "../entity_link";
import { KindIcon } from "../icon";
import { Problem, Skeleton } from "../states";
import { useView } from "./view";

const kNode = { width: 196, height: 46 };

const kNothing: ReadonlySet<string> = new Set();

export function RelationGraph({
  root,
  initialDepth = 1,
  initiallyHidden = kNothing,
  height,
}: {
  root: string;
  initialDepth?: number;
  initiallyHidden?: ReadonlySet<string>; // types of relations
  height: number;
}) {
  const [depth, setDepth] = useState(initialDepth);
  const [hidden, setHidden] = useState(initiallyHidden);
  const around = useAround(root, depth);
  const entities = around.data;
  const part = useMemo(
    () => (entities ? neighbourhood(entities, root, depth, hidden, kGraphEntitiesMax) : null),
    [entities, root, depth, hidden],
  );
  if (around.error) return <Problem error={around.error} />;

  return (
    <div className="graph">
      <div className="graph-bar">
        <DepthControl depth={depth} onChange={setDepth} />
        <Legend types={part?.types ?? []} hidden={hidden} onChange={setHidden} />
      </div>
      {part && entities ? (
        <Canvas part={part} entities={entities} root={root} height={height} />
      ) : (
        <div style={{ height }}>
          <Skeleton rows={4} height={60} />
        </div>
      )}
      {part !== null && part.left > 0 && (
        <p className="graph-note">
          {counted(part.left, "more entity", "more entities")} not drawn: choose fewer steps, or hide a relation
        </p>
      )}
    </div>
  );
}

function DepthControl({ depth, onChange }: { depth: number; onChange: (depth: number) => void }) {
  return (
    <div className="segmented" role="group" aria-label="Steps from this entity">
      {[1, 2, 3, 4].map((steps) => (
        <button
          key={steps}
          type="button"
          aria-pressed={steps === depth}
          onClick={() => {
            onChange(steps);
          }}
        >
          {steps === 1 ? "1 step" : steps}
        </button>
      ))}
    </div>
  );
}

function Legend({
  types,
  hidden,
  onChange,
}: {
  types: string[];
  hidden: ReadonlySet<string>;
  onChange: (hidden: ReadonlySet<string>) => void;
}) {
  const toggle = (type: string) => {
    const next = new Set(hidden);
    if (!next.delete(type)) next.add(type);
    onChange(next);
  };
  return (
    <div className="graph-legend" role="group" aria-label="Relations shown">
      {types.map((type) => (
        <button
          key={type}
          type="button"
          aria-pressed={!hidden.has(type)}
          onClick={() => {
            toggle(type);
          }}
        >
          <svg width="18" height="6" aria-hidden="true">
            <path className="graph-edge" data-type={type} d="M0 3h18" />
          </svg>
          {relationLabel(type)}
        </button>
      ))}
    </div>
  );
}

function Canvas({
  part,
  entities,
  root,
  height,
}: {
  part: Neighbourhood;
  entities: EntityMap;
  root: string;
  height: number;
}) {
  const layout = useMemo(
    () => layoutGraph(part.refs.map((id) => ({ id, ...kNode })), part.edges),
    [part],
  );
  const [near, setNear] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const view = useView(frame, layout.width, layout.height, layout.nodes.get(root));

  const onKeyDown = (event: KeyboardEvent) => {
    const step = kArrows[event.key];
    if (!step) return;
    const from = (event.target as HTMLElement).dataset["ref"];
    const next = from ? nearest(layout, from, step) : root;
    if (!next) return;
    event.preventDefault();
    const node = frame.current?.querySelector<HTMLElement>(`[data-ref="${CSS.escape(next)}"]`);
    node?.focus({ preventScroll: true });
    const point = layout.nodes.get(next);
    if (point) view.reveal(point);
  };

  return (
    <div
      ref={frame}
      className="graph-frame"
      style={{ height }}
      role="group"
      aria-label={`${counted(part.refs.length, "entity", "entities")}, ${counted(part.edges.length, "relation")}`}
      onKeyDown={onKeyDown}
      {...view.handlers}
    >
      <div className="graph-canvas" style={{ transform: view.transform, width: layout.width, height: layout.height }}>
        <Edges layout={layout} edges={part.edges} near={near} />
        {part.refs.map((ref) => (
          <Node
            key={ref}
            nodeRef={ref}
            at={layout.nodes.get(ref)}
            entities={entities}
            isRoot={ref === root}
            onNear={setNear}
          />
        ))}
      </div>
      <div className="graph-tools">
        <IconButton icon="plus" label="Larger" size={14} onClick={() => { view.zoom(1.25); }} />
        <IconButton icon="minus" label="Smaller" size={14} onClick={() => { view.zoom(0.8); }} />
        <IconButton icon="fit" label="Fit" size={14} onClick={view.fit} />
      </div>
    </div>
  );
}

const kArrows: Record<string, Point | undefined> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

// The closest node in the direction of the arrow; what lies to the side counts as farther.
function nearest(layout: Layout, from: string, step: Point): string | undefined {
  const start = layout.nodes.get(from);
  if (!start) return undefined;
  let best: { id: string; cost: number } | undefined;
  for (const [id, point] of layout.nodes) {
    const along = (point.x - start.x) * step.x + (point.y - start.y) * step.y;
    const across = Math.abs((point.x - start.x) * step.y) + Math.abs((point.y - start.y) * step.x);
    if (along < 1) continue;
    const cost = along + across * 2;
    if (!best || cost < best.cost) best = { id, cost };
  }
  return best?.id;
}

function Edges({ layout, edges, near }: { layout: Layout; edges: GraphEdge[]; near: string | null }) {
  return (
    <svg className="graph-edges" width={layout.width} height={layout.height} aria-hidden="true">
      <defs>
        <marker id="graph-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path d="M1 1l6 3-6 3" fill="none" stroke="context-stroke" strokeWidth="1.300" />
        </marker>
      </defs>
      {edges.map((edge, index) => {
        const points = layout.edges[index] ?? [];
        const isNear = near === edge.from || near === edge.to;
        const state = near === null ? undefined : isNear ? "near" : "far";
        return (
          <g key={`${edge.from} ${edge.type} ${edge.to}`} data-state={state}>
            <path className="graph-edge" data-type={edge.type} d={curve(points)} markerEnd="url(#graph-arrow)" />
            {isNear && <EdgeLabel points={points} text={relationLabel(edge.type)} />}
          </g>
        );
      })}
    </svg>
  );
}

function EdgeLabel({ points, text }: { points: Point[]; text: string }) {
  const [a, b] = points;
  if (!a || !b) return null;
  return (
    <text className="graph-label" x={(a.x + b.x) / 2} y={(a.y + b.y) / 2 - 5}>
      {text}
    </text>
  );
}

function Node({
  nodeRef,
  at,
  entities,
  isRoot,
  onNear,
}: {
  nodeRef: string;
  at: Point | undefined;
  entities: EntityMap;
  isRoot: boolean;
  onNear: (ref: string | null) => void;
}) {
  if (!at) return null;
  const ref = parseRef(nodeRef);
  const entity = entities.get(nodeRef);
  const type = entity?.spec?.["type"];
  const isMissing = entity === null;
  return (
    <Link
      className="graph-node"
      data-ref={nodeRef}
      data-state={isRoot ? "root" : isMissing ? "missing" : undefined}
      to={entityPath(ref)}
      draggable={false}
      aria-current={isRoot ? "true" : undefined}
      style={{ left: at.x - kNode.width / 2, top: at.y - kNode.height / 2, width: kNode.width, height: kNode.height }}
      onMouseEnter={() => { onNear(nodeRef); }}
      onMouseLeave={() => { onNear(null); }}
      onFocus={() => { onNear(nodeRef); }}
      onBlur={() => { onNear(null); }}
    >
      <KindIcon kind={ref.kind} />
      <span className="graph-node-text">
        <span className="graph-node-title">{entity ? entityTitle(entity) : refLabel(ref)}</span>
        <span className="graph-node-kind">
          {isMissing ? "not in the catalog" : [kindLabel(ref.kind), typeof type === "string" ? type : ""].filter(Boolean).join(" · ")}
        </span>
      </span>
    </Link>
  );
}
