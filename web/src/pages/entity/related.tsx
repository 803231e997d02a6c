// What an entity is related to, as tables by relation: parts, dependencies, APIs, members, what a group owns.

import { useByRefs } from "../../api/catalog";
import type { Entity } from "../../api/catalog";
import { Card } from "../../components/basics";
import { EntityLink, entityTitle } from "../../components/entity_link";
import { kRowAttribute } from "../../components/list_keys";
import { Empty, Problem } from "../../components/states";
import { relationLabel } from "../../lib/relations";
import { kindLabel, parseRef } from "../../lib/refs";
import { Link, withQuery } from "../../lib/router";
import { isText } from "../../lib/text";
import { Lifecycle } from "../catalog/entity_table";

// Owner and parents stand in About.
const kTables: [relation: string, title: string][] = [
  ["hasPart", "Parts"],
  ["providesApi", "Provided APIs"],
  ["consumesApi", "Consumed APIs"],
  ["apiProvidedBy", "Providers"],
  ["apiConsumedBy", "Consumers"],
  ["dependsOn", "Depends on"],
  ["dependencyOf", "Needed by"],
  ["parentOf", "Groups inside"],
  ["hasMember", "Members"],
  ["ownerOf", "Owns"],
];

export function RelatedTables({ entity }: { entity: Entity }) {
  const relations = entity.relations ?? [];
  const shown = kTables
    .map(([type, title]) => ({ type, title, refs: relations.filter((one) => one.type === type).map((one) => one.targetRef) }))
    .filter(({ refs }) => refs.length > 0);
  const all = shown.flatMap(({ refs }) => refs);
  const found = useByRefs([...new Set(all)].sort());
  return (
    <div className="related">
      {found.error && <Problem error={found.error} />}
      {shown.map(({ type, title, refs }) => (
        <Card key={type} title={title} count={refs.length} flush actions={<Whole entity={entity} type={type} />}>
          <RelatedTable refs={refs} entities={found.data} />
        </Card>
      ))}
    </div>
  );
}

// A group may own hundreds: the catalog shows them with filters.
function Whole({ entity, type }: { entity: Entity; type: string }) {
  if (type !== "ownerOf") return null;
  const ref = `${entity.kind}:${entity.metadata.namespace}/${entity.metadata.name}`.toLowerCase();
  return <Link to={withQuery("/catalog", { owner: ref })}>Show in the catalog</Link>;
}

function RelatedTable({ refs, entities }: { refs: string[]; entities: Map<string, Entity | null> | undefined }) {
  return (
    <table className="table related-table">
      {/* The hidden heads would make all columns equally wide. */}
      <colgroup>
        <col className="related-name" />
        <col className="related-type" />
        <col className="related-description" />
        <col className="related-lifecycle" />
      </colgroup>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">Description</th>
          <th scope="col">Lifecycle</th>
        </tr>
      </thead>
      <tbody>
        {refs.map((ref) => (
          <RelatedRow key={ref} targetRef={ref} entity={entities?.get(ref)} />
        ))}
      </tbody>
    </table>
  );
}

function RelatedRow({ targetRef, entity }: { targetRef: string; entity: Entity | null | undefined }) {
  const type = entity?.spec?.["type"];
  const lifecycle = entity?.spec?.["lifecycle"];
  return (
    <tr {...kRowAttribute}>
      <td className="related-name">
        <EntityLink entityRef={targetRef} title={entity ? entityTitle(entity) : undefined} />
      </td>
      <td className="related-type muted">{isText(type) ? type : kindLabel(parseRef(targetRef).kind)}</td>
      <td className="related-description muted truncate">
        {entity === null ? <span className="related-missing">not in the catalog</span> : entity?.metadata.description}
      </td>
      <td className="related-lifecycle">{isText(lifecycle) && <Lifecycle name={lifecycle} />}</td>
    </tr>
  );
}

export function RelationList({ entity }: { entity: Entity }) {
  const relations = entity.relations ?? [];
  const found = useByRefs([...new Set(relations.map((one) => one.targetRef))].sort());
  return (
    <Card title="All relations" count={relations.length} flush>
      {relations.length === 0 ? (
        <Empty icon="link" title="Nothing is related to this entity" />
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Relation</th>
              <th scope="col">Target</th>
              <th scope="col">Reference</th>
            </tr>
          </thead>
          <tbody>
            {relations.map(({ type, targetRef }) => {
              const target = found.data?.get(targetRef);
              return (
                <tr key={`${type} ${targetRef}`} {...kRowAttribute}>
                  <td className="muted">{relationLabel(type)}</td>
                  <td>
                    <EntityLink entityRef={targetRef} title={target ? entityTitle(target) : undefined} />
                    {target === null && <span className="related-missing"> not in the catalog</span>}
                  </td>
                  <td>
                    <code className="muted">{targetRef}</code>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Card>
  );
}
