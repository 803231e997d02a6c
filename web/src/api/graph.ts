// The entities around one entity, step by step along its relations.

import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { neighbourhood } from "../lib/relations";
import type { Entity } from "./catalog";
import { readByRefs } from "./catalog";

export const kGraphEntitiesMax = 150;

async function readAround(root: string, depth: number, signal: AbortSignal): Promise<Map<string, Entity | null>> {
  const entities = await readByRefs([root], signal);
  for (let step = 1; step <= depth; step++) {
    const around = neighbourhood(entities, root, step, new Set(), kGraphEntitiesMax);
    const missing = around.refs.filter((ref) => !entities.has(ref));
    for (const [ref, entity] of await readByRefs(missing, signal)) entities.set(ref, entity);
  }
  return entities;
}

export function useAround(root: string, depth: number) {
  return useQuery({
    queryKey: ["catalog", "around", root, depth],
    queryFn: ({ signal }) => readAround(root, depth, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
}
