// An entity by name, with its kind's icon.

import type { Entity } from "../api/catalog";
import { entityPath, kindLabel, parseRef, refLabel } from "../lib/refs";
import type { EntityRef } from "../lib/refs";
import { Link } from "../lib/router";
import { KindIcon } from "./icon";

export function refOf(entity: Entity): EntityRef {
  return { kind: entity.kind, namespace: entity.metadata.namespace, name: entity.metadata.name };
}

export function entityTitle(entity: Entity): string {
  const profile = entity.spec?.["profile"];
  const display =
    profile && typeof profile === "object" && !Array.isArray(profile) ? profile["displayName"] : undefined;
  return entity.metadata.title ?? (typeof display === "string" && display !== "" ? display : entity.metadata.name);
}

export function EntityLink({
  entityRef,
  title,
  hasIcon = true,
}: {
  entityRef: EntityRef | string;
  title?: string;
  hasIcon?: boolean;
}) {
  const ref = typeof entityRef === "string" ? parseRef(entityRef) : entityRef;
  return (
    <Link className="entity-link" to={entityPath(ref)} title={`${kindLabel(ref.kind)} ${refLabel(ref)}`}>
      {hasIcon && <KindIcon kind={ref.kind} size={14} />}
      <span className="truncate">{title ?? refLabel(ref)}</span>
    </Link>
  );
}
