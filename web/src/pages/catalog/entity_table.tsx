// Entities as rows. Heads sort; names, owners, systems and tags lead on.

import type { Entity } from "../../api/catalog";
import { Tag } from "../../components/basics";
import { EntityLink, entityTitle, refOf } from "../../components/entity_link";
import { Icon, KindIcon } from "../../components/icon";
import { kRowAttribute } from "../../components/list_keys";
import { entityPath, kindLabel, parseRef } from "../../lib/refs";
import { Link, withQuery } from "../../lib/router";
import { isText } from "../../lib/text";

const kColumns: [label: string, field: string | null, className: string][] = [
  ["Name", "metadata.name", "col-name"],
  ["Kind", "kind", "col-kind"],
  ["Type", "spec.type", "col-type"],
  ["Owner", "spec.owner", "col-owner"],
  ["System", "spec.system", "col-system"],
  ["Lifecycle", "spec.lifecycle", "col-lifecycle"],
  ["Tags", null, "col-tags"],
];

export function EntityTable({
  entities,
  hasKind,
  sort,
  onSort,
}: {
  entities: Entity[];
  hasKind: boolean; // of one kind only, its name would stand in every row
  sort: string;
  onSort: (sort: string) => void;
}) {
  const [field, direction] = sort.split(",");
  return (
    <table className="table entity-table" data-one-kind={!hasKind || undefined}>
      <thead>
        <tr>
          {kColumns.map(([label, column, className]) => (
            <th
              key={label}
              className={className}
              scope="col"
              aria-sort={column === field ? (direction === "desc" ? "descending" : "ascending") : undefined}
            >
              {column === null ? (
                label
              ) : (
                <button
                  type="button"
                  className="sort"
                  onClick={() => {
                    onSort(`${column},${column === field && direction === "asc" ? "desc" : "asc"}`);
                  }}
                >
                  {label}
                  {column === field && <Icon name={direction === "desc" ? "down" : "up"} size={11} />}
                </button>
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entities.map((entity) => (
          <EntityRow key={`${entity.kind}:${entity.metadata.namespace}/${entity.metadata.name}`} entity={entity} />
        ))}
      </tbody>
    </table>
  );
}

function EntityRow({ entity }: { entity: Entity }) {
  const { spec, metadata } = entity;
  const title = entityTitle(entity);
  const hasErrors = entity.status?.items?.some((item) => item.level === "error");
  return (
    <tr {...kRowAttribute}>
      <td className="col-name">
        <div className="entity-name">
          <KindIcon kind={entity.kind} />
          <div className="entity-name-text">
            <span className="entity-name-line">
              <Link className="row-link truncate" to={entityPath(refOf(entity))} title={title}>
                {title}
              </Link>
              {metadata.namespace !== "default" && <span className="muted">{metadata.namespace}</span>}
              {hasErrors && (
                <span className="row-alarm" title="This entity has errors">
                  <Icon name="problems" size={13} />
                </span>
              )}
            </span>
            <span className="entity-description truncate">
              {metadata.description ?? (title === metadata.name ? targetOf(entity) : metadata.name)}
            </span>
          </div>
        </div>
      </td>
      <td className="col-kind">{kindLabel(entity.kind)}</td>
      <td className="col-type">{isText(spec?.["type"]) && spec["type"]}</td>
      <td className="col-owner">
        <Related entity={entity} relation="ownedBy" field="owner" kind="group" />
      </td>
      <td className="col-system">
        <Related entity={entity} relation="partOf" field="system" kind="system" />
      </td>
      <td className="col-lifecycle">{isText(spec?.["lifecycle"]) && <Lifecycle name={spec["lifecycle"]} />}</td>
      <td className="col-tags">
        <div className="tags tags-one-line">
          {metadata.tags?.map((tag) => (
            <Tag key={tag} to={withQuery("/catalog", { tag })}>
              {tag}
            </Tag>
          ))}
        </div>
      </td>
    </tr>
  );
}

// Locations are named by a digest; where they lead says more.
function targetOf({ spec }: Entity): string {
  const targets = [spec?.["target"], spec?.["targets"]].flat().filter(isText);
  return targets.join(", ");
}

function Related({
  entity,
  relation,
  field,
  kind,
}: {
  entity: Entity;
  relation: string;
  field: string;
  kind: string;
}) {
  const written = entity.spec?.[field];
  if (!isText(written)) return null;
  const meant = parseRef(written, { kind, namespace: entity.metadata.namespace });
  const exact = entity.relations?.find(
    (one) => one.type === relation && one.targetRef.endsWith(`/${meant.name.toLowerCase()}`),
  );
  return <EntityLink entityRef={exact?.targetRef ?? meant} hasIcon={false} />;
}

const kLifecycleTones: Record<string, string> = { production: "ok", experimental: "info", deprecated: "warn" };

export function Lifecycle({ name }: { name: string }) {
  return (
    <span className="lifecycle" data-tone={kLifecycleTones[name]}>
      {name}
    </span>
  );
}
