// What is worth knowing of any object, whatever its kind.

import { findKindByName, useKinds } from "../../api/objects";
import type { Condition, KubeObject, OwnerReference } from "../../api/kube";
import { Fact, Pill, Tag } from "../../components/basics";
import { EventList } from "../../components/event_list";
import { Problem } from "../../components/states";
import { kindPath, objectPath } from "../../lib/object_paths";
import { entityPath } from "../../lib/refs";
import { Link, withQuery } from "../../lib/router";
import { fullTime, secondsSince, shortAge, useNow } from "../../lib/time";
import { conditionTone } from "../../lib/tones";
import { Content } from "./content";

export function Facts({ object }: { object: KubeObject }) {
  const { metadata } = object;
  const now = useNow();
  const conditions = conditionsOf(object);
  return (
    <div className="object-facts">
      {metadata.deletionTimestamp && (
        <Problem
          error={`being deleted since ${fullTime(metadata.deletionTimestamp)}; waits for ${
            metadata.finalizers?.join(", ") || "its dependents"
          }`}
        />
      )}
      {conditions.length > 0 && <Conditions conditions={conditions} />}
      <dl className="facts panel panel-body">
        {metadata.creationTimestamp && (
          <Fact label="Created">
            {shortAge(secondsSince(metadata.creationTimestamp, now))} ago{" "}
            <span className="muted">{fullTime(metadata.creationTimestamp)}</span>
          </Fact>
        )}
        <Owners owners={metadata.ownerReferences ?? []} namespace={metadata.namespace ?? ""} />
        <EntityFact object={object} />
        <Labels object={object} />
        <Fact label="Revision">
          <span className="tabular">
            {metadata.resourceVersion}
            {metadata.generation !== undefined && <span className="muted"> · generation {metadata.generation}</span>}
          </span>
        </Fact>
        {(metadata.finalizers?.length ?? 0) > 0 && <Fact label="Finalizers">{metadata.finalizers?.join(", ")}</Fact>}
        <Fact label="UID">
          <code className="muted">{metadata.uid}</code>
        </Fact>
      </dl>
      <Content object={object} />
      <Annotations annotations={metadata.annotations ?? {}} />
      <section className="panel">
        <h3 className="panel-title">Events</h3>
        <EventList uid={metadata.uid} limit={5} />
      </section>
    </div>
  );
}

function conditionsOf(object: KubeObject): Condition[] {
  const listed = object.status?.["conditions"];
  return Array.isArray(listed) ? (listed as unknown as Condition[]) : [];
}

function Conditions({ conditions }: { conditions: Condition[] }) {
  const now = useNow();
  return (
    <section className="panel">
      <h3 className="panel-title">Conditions</h3>
      <ul className="conditions">
        {conditions.map((condition) => (
          <li key={condition.type}>
            <p className="condition-head">
              <Pill tone={conditionTone(condition.type, condition.status)}>
                {condition.type}={condition.status}
              </Pill>
              <span className="muted">{condition.reason}</span>
              {condition.lastTransitionTime && (
                <time className="muted" dateTime={condition.lastTransitionTime} title={fullTime(condition.lastTransitionTime)}>
                  {shortAge(secondsSince(condition.lastTransitionTime, now))}
                </time>
              )}
            </p>
            {condition.message && <p>{condition.message}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Owners({ owners, namespace }: { owners: OwnerReference[]; namespace: string }) {
  const kinds = useKinds();
  if (owners.length === 0) return null;
  return (
    <Fact label="Owned by">
      {owners.map((owner) => {
        const kind = findKindByName(kinds.data, owner.apiVersion, owner.kind);
        const label = `${owner.kind} ${owner.name}`;
        return (
          <div key={owner.uid}>
            {kind ? <Link to={objectPath(kind, kind.isNamespaced ? namespace : "", owner.name)}>{label}</Link> : label}
          </div>
        );
      })}
    </Fact>
  );
}

function EntityFact({ object }: { object: KubeObject }) {
  if (!/^(scaffolder\.)?backstage\.io\//.test(object.apiVersion)) return null;
  const ref = { kind: object.kind, namespace: object.metadata.namespace ?? "default", name: object.metadata.name };
  return (
    <Fact label="Entity">
      <Link to={entityPath(ref)}>Show in the catalog</Link>
    </Fact>
  );
}

function Labels({ object }: { object: KubeObject }) {
  const kinds = useKinds();
  const labels = Object.entries(object.metadata.labels ?? {});
  if (labels.length === 0) return null;
  const kind = findKindByName(kinds.data, object.apiVersion, object.kind);
  return (
    <Fact label="Labels">
      <div className="tags">
        {labels.map(([key, value]) => (
          <Tag key={key} to={kind && withQuery(kindPath(kind), { labels: `${key}=${value}` })}>
            {key}={value}
          </Tag>
        ))}
      </div>
    </Fact>
  );
}

function Annotations({ annotations }: { annotations: Record<string, string> }) {
  const entries = Object.entries(annotations);
  if (entries.length === 0) return null;
  return (
    <details className="panel">
      <summary className="panel-title">
        Annotations <span className="count">{entries.length}</span>
      </summary>
      <dl className="pairs">
        {entries.map(([key, value]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
