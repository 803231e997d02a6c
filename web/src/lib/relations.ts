// Relations come in pairs, one on each entity; a graph draws one line for both, in the direction of these names.

import type { Entity } from "../api/catalog";

const kTurned: Record<string, string> = {
  ownerOf: "ownedBy",
  hasPart: "partOf",
  dependencyOf: "dependsOn",
  apiProvidedBy: "providesApi",
  apiConsumedBy: "consumesApi",
  hasMember: "memberOf",
  parentOf: "childOf",
};

const kLabels: Record<string, string> = {
  ownedBy: "owned by",
  ownerOf: "owner of",
  partOf: "part of",
  hasPart: "has part",
  dependsOn: "depends on",
  dependencyOf: "dependency of",
  providesApi: "provides API",
  apiProvidedBy: "API provided by",
  consumesApi: "consumes API",
  apiConsumedBy: "API consumed by",
  memberOf: "member of",
  hasMember: "has member",
  childOf: "child of",
  parentOf: "parent of",
};

export function relationLabel(type: string): string {
  return kLabels[type] ?? type;
}

export interface GraphEdge {
  from: string;
  to: string;
  type: string;
}

export function edgeOf(ref: string, type: string, target: string): GraphEdge {
  const turned = kTurned[type];
  return turned ? { from: target, to: ref, type: turned } : { from: ref, to: target, type };
}

export interface Neighbourhood {
  refs: string[];
  edges: GraphEdge[];
  types: string[]; // of all relations met, hidden ones too
  left: number; // entities that did not fit
}

// How many nodes stand above one another at most when an entity is drawn with its neighbours.
export function neighboursOnOneSide(entity: Entity, hidden: ReadonlySet<string>): number {
  const ref = "";
  const before = new Set<string>();
  const behind = new Set<string>();
  for (const { type, targetRef } of entity.relations ?? []) {
    const edge = edgeOf(ref, type, targetRef);
    if (!hidden.has(edge.type)) (edge.from === ref ? behind : before).add(targetRef);
  }
  return Math.max(1, before.size, behind.size);
}

export type EntityMap = ReadonlyMap<string, Entity | null>;

// What is reached from `root` in `depth` steps over relations that are not hidden.
export function neighbourhood(
  entities: EntityMap,
  root: string,
  depth: number,
  hidden: ReadonlySet<string>,
  refsMax = Infinity,
): Neighbourhood {
  const seen = new Set([root]);
  const leftOut = new Set<string>();
  const types = new Set<string>();
  const edges = new Map<string, GraphEdge>();
  let frontier = [root];
  for (let step = 0; step < depth; step++) {
    const next: string[] = [];
    for (const ref of frontier) {
      for (const relation of entities.get(ref)?.relations ?? []) {
        const target = relation.targetRef.toLowerCase();
        const edge = edgeOf(ref, relation.type, target);
        types.add(edge.type);
        if (hidden.has(edge.type) || target === ref) continue;
        if (!seen.has(target)) {
          if (seen.size >= refsMax) {
            leftOut.add(target);
            continue;
          }
          seen.add(target);
          next.push(target);
        }
        edges.set(`${edge.from} ${edge.type} ${edge.to}`, edge);
      }
    }
    frontier = next;
  }
  return { refs: [...seen], edges: [...edges.values()], types: [...types].sort(), left: leftOut.size };
}
