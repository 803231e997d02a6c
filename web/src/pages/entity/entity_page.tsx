// One entity of the catalog: what it is, who owns it, what it is related to, its definition and its source.

import "./entity.css";
import { useEntity } from "../../api/catalog";
import type { Entity } from "../../api/catalog";
import { ApiError } from "../../api/client";
import { Card, Tabs } from "../../components/basics";
import type { TabSpec } from "../../components/basics";
import { Code } from "../../components/code";
import { entityTitle, refOf } from "../../components/entity_link";
import { RelationGraph } from "../../components/graph/graph";
import { KindIcon } from "../../components/icon";
import { Page } from "../../components/page";
import { Empty, Problem, Skeleton } from "../../components/states";
import { entityPath, kindLabel, kindPlural, refText } from "../../lib/refs";
import { Link, usePlace, withQuery } from "../../lib/router";
import { edgeOf, neighboursOnOneSide } from "../../lib/relations";
import { isText } from "../../lib/text";
import { toYaml } from "../../lib/yaml_text";
import type { Json } from "../../lib/yaml_text";
import { Lifecycle } from "../catalog/entity_table";
import { About } from "./about";
import { Definition } from "./definition";
import { RelatedTables, RelationList } from "./related";

interface Props {
  kind: string;
  namespace: string;
  name: string;
}

export function EntityPage({ kind, namespace, name }: Props) {
  const entity = useEntity(kind, namespace, name);
  if (entity.data) return <Loaded entity={entity.data} />;

  const isMissing = entity.error instanceof ApiError && entity.error.status === 404;
  return (
    <Page title={name} titleText={name} crumbs={crumbsOf(kind)} icon={<KindIcon kind={kind} size={18} />} subtitle=" ">
      {isMissing ? (
        <Empty icon="search" title={`There is no ${kindLabel(kind)} “${name}” in the catalog`}>
          <p>{entity.error?.message}</p>
          <p>
            If a file describes it, it may have been refused: see <Link to="/problems">Problems</Link>, or{" "}
            <Link to={withQuery("/catalog", { q: name })}>search the catalog</Link>.
          </p>
        </Empty>
      ) : entity.error ? (
        <Problem error={entity.error} />
      ) : (
        <Card flush>
          <Skeleton rows={8} />
        </Card>
      )}
    </Page>
  );
}

function crumbsOf(kind: string) {
  return [
    { label: "Catalog", to: "/catalog" },
    { label: kindPlural(kind), to: withQuery("/catalog", { kind: kind.toLowerCase() }) },
  ];
}

function Loaded({ entity }: { entity: Entity }) {
  const { query } = usePlace();
  const ref = refOf(entity);
  const path = entityPath(ref);
  const definition = entity.spec?.["definition"];
  const tabs: TabSpec[] = [
    { id: "overview", label: "Overview", to: path },
    ...(isText(definition) ? [{ id: "definition", label: "Definition", to: withQuery(path, { tab: "definition" }) }] : []),
    {
      id: "relations",
      label: "Relations",
      count: entity.relations?.length ?? 0,
      to: withQuery(path, { tab: "relations" }),
    },
    { id: "yaml", label: "YAML", to: withQuery(path, { tab: "yaml" }) },
  ];
  const asked = query.get("tab") ?? "overview";
  const tab = tabs.some(({ id }) => id === asked) ? asked : "overview";
  const title = entityTitle(entity);
  return (
    <Page
      title={title}
      titleText={title}
      crumbs={crumbsOf(entity.kind)}
      icon={<KindIcon kind={entity.kind} size={18} />}
      subtitle={<Subtitle entity={entity} />}
      tabs={<Tabs tabs={tabs} current={tab} label="Views of this entity" />}
      isWide
    >
      <Errors entity={entity} />
      {tab === "overview" && <Overview entity={entity} />}
      {tab === "definition" && isText(definition) && (
        <Definition type={String(entity.spec?.["type"] ?? "")} text={definition} />
      )}
      {tab === "relations" && (
        <div className="stack">
          <Card title="Graph" flush>
            <RelationGraph root={refText(ref)} initialDepth={2} initiallyHidden={hiddenAround(entity)} height={500} />
          </Card>
          <RelationList entity={entity} />
        </div>
      )}
      {tab === "yaml" && (
        <Card flush>
          <Code text={toYaml(entity as unknown as Json)} language="yaml" label="the entity as YAML" />
        </Card>
      )}
    </Page>
  );
}

function Subtitle({ entity }: { entity: Entity }) {
  const type = entity.spec?.["type"];
  const lifecycle = entity.spec?.["lifecycle"];
  return (
    <p className="entity-subtitle">
      <span>
        {kindLabel(entity.kind)}
        {isText(type) && ` · ${type}`}
      </span>
      {isText(lifecycle) && <Lifecycle name={lifecycle} />}
      <code className="muted">{refText(refOf(entity))}</code>
    </p>
  );
}

function Errors({ entity }: { entity: Entity }) {
  const errors = entity.status?.items?.filter((item) => item.level === "error") ?? [];
  const isOrphan = entity.metadata.annotations?.["backstage.io/orphan"] === "true";
  if (errors.length === 0 && !isOrphan) return null;
  return (
    <div className="stack entity-errors">
      {errors.map((item) => (
        <Problem key={item.message} error={item.message} title="The last change of this entity was refused; this is its last good form" />
      ))}
      {isOrphan && <Problem error="no location names this entity any more: it will be removed shortly" />}
    </div>
  );
}

// Two steps from a component nearly everything is owned by somebody: those lines would hide all others.
function hiddenAround(entity: Entity): ReadonlySet<string> {
  return new Set(["Group", "User"].includes(entity.kind) ? [] : ["ownedBy"]);
}

// What a group owns can be hundreds, and stands in a table below.
const kHiddenInOverview: Record<string, ReadonlySet<string> | undefined> = { Group: new Set(["ownedBy"]) };

// Known before the graph is, so that nothing moves when it comes.
function graphHeight(entity: Entity): number {
  const rows = neighboursOnOneSide(entity, kHiddenInOverview[entity.kind] ?? new Set());
  return Math.min(Math.max(rows * 60 + 74, 200), 500);
}

function Overview({ entity }: { entity: Entity }) {
  const hidden = kHiddenInOverview[entity.kind];
  const hasPicture = (entity.relations ?? []).some(({ type, targetRef }) => !hidden?.has(edgeOf("", type, targetRef).type));
  return (
    <div className="entity-overview">
      <About entity={entity} />
      <div className="stack">
        {hasPicture && (
          <Card title="Relations" flush>
            <RelationGraph root={refText(refOf(entity))} initiallyHidden={hidden} height={graphHeight(entity)} />
          </Card>
        )}
        {(entity.relations ?? []).length === 0 && (
          <Card title="Relations" flush>
            <Empty icon="link" title="Nothing is related to this entity" />
          </Card>
        )}
        <RelatedTables entity={entity} />
      </div>
    </div>
  );
}
