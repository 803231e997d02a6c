// The facts of an entity: description, owner, place in the whole, links, source.

import type { Entity } from "../../api/catalog";
import { findKindByName, useKinds } from "../../api/objects";
import { Card, CopyButton, Fact, Tag } from "../../components/basics";
import { EntityLink, refOf } from "../../components/entity_link";
import { Icon } from "../../components/icon";
import { objectPath } from "../../lib/object_paths";
import { Link, withQuery } from "../../lib/router";
import { sourceOf } from "../../lib/source";
import { isText, safeUrl } from "../../lib/text";

export function About({ entity }: { entity: Entity }) {
  const { metadata, spec } = entity;
  const profile = spec?.["profile"];
  const email =
    profile && typeof profile === "object" && !Array.isArray(profile) ? profile["email"] : undefined;
  return (
    <div className="stack">
      <Card title="About">
        {metadata.description && <p className="about-description">{metadata.description}</p>}
        <dl className="facts">
          <Targets entity={entity} relation="ownedBy" label="Owner" />
          <Targets entity={entity} relation="partOf" label="Part of" />
          <Targets entity={entity} relation="childOf" label="Parent" />
          <Targets entity={entity} relation="memberOf" label="Member of" />
          {isText(email) && (
            <Fact label="E-mail">
              <a href={`mailto:${email}`}>{email}</a>
            </Fact>
          )}
          <FieldFact entity={entity} field="type" label="Type" parameter="type" />
          <FieldFact entity={entity} field="lifecycle" label="Lifecycle" parameter="lifecycle" />
          {metadata.namespace !== "default" && (
            <Fact label="Namespace">
              <Link to={withQuery("/catalog", { namespace: metadata.namespace })}>{metadata.namespace}</Link>
            </Fact>
          )}
          {(metadata.tags?.length ?? 0) > 0 && (
            <Fact label="Tags">
              <div className="tags">
                {metadata.tags?.map((tag) => (
                  <Tag key={tag} to={withQuery("/catalog", { tag })}>
                    {tag}
                  </Tag>
                ))}
              </div>
            </Fact>
          )}
          <SourceFact entity={entity} />
          <ObjectFact entity={entity} />
        </dl>
      </Card>
      <Links entity={entity} />
      <Pairs title="Labels" pairs={metadata.labels} />
      <Pairs title="Annotations" pairs={metadata.annotations} />
    </div>
  );
}

function Targets({ entity, relation, label }: { entity: Entity; relation: string; label: string }) {
  const targets = (entity.relations ?? []).filter((one) => one.type === relation);
  if (targets.length === 0) return null;
  return (
    <Fact label={label}>
      <div className="fact-list">
        {targets.map(({ targetRef }) => (
          <EntityLink key={targetRef} entityRef={targetRef} />
        ))}
      </div>
    </Fact>
  );
}

function FieldFact({
  entity,
  field,
  label,
  parameter,
}: {
  entity: Entity;
  field: string;
  label: string;
  parameter: string;
}) {
  const value = entity.spec?.[field];
  if (!isText(value)) return null;
  return (
    <Fact label={label}>
      <Link to={withQuery("/catalog", { kind: entity.kind.toLowerCase(), [parameter]: value })}>{value}</Link>
    </Fact>
  );
}

function SourceFact({ entity }: { entity: Entity }) {
  const source = sourceOf(entity);
  if (!source) return null;
  return (
    <Fact label="Source">
      <span className="about-source">
        {source.url ? (
          <a href={source.url} target="_blank" rel="noreferrer" title={source.whole}>
            {source.label} <Icon name="external" size={12} />
          </a>
        ) : (
          <code title={source.whole}>{source.label}</code>
        )}
        <CopyButton text={source.whole} label="Copy the whole path" />
      </span>
    </Fact>
  );
}

// Every entity is an object of the store as well.
function ObjectFact({ entity }: { entity: Entity }) {
  const kinds = useKinds();
  const kind = findKindByName(kinds.data, entity.apiVersion, entity.kind);
  if (!kind) return null;
  const { namespace, name } = refOf(entity);
  return (
    <Fact label="Object">
      <Link to={objectPath(kind, namespace, name)}>
        {namespace}/{name}
      </Link>
    </Fact>
  );
}

function Links({ entity }: { entity: Entity }) {
  const links = entity.metadata.links ?? [];
  if (links.length === 0) return null;
  return (
    <Card title="Links">
      <ul className="about-links">
        {links.map((link) => (
          <li key={link.url}>
            <Icon name="link" size={14} />
            <a href={safeUrl(link.url)} target="_blank" rel="noreferrer">
              {link.title ?? link.url}
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Pairs({ title, pairs }: { title: string; pairs: Record<string, string> | undefined }) {
  const entries = Object.entries(pairs ?? {});
  if (entries.length === 0) return null;
  return (
    <Card title={title} count={entries.length} flush>
      <details className="pairs-fold" open={entries.length <= 3}>
        <summary>{title} of this entity</summary>
        <dl className="pairs">
          {entries.map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </Card>
  );
}
