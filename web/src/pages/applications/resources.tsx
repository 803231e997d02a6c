// The Application's objects, each with what a sync would change of it.

import { useMemo } from "react";

import { useComparison } from "../../api/applications";
import type { Application, ComparedResource } from "../../api/applications";
import { apiVersionOf } from "../../api/kube";
import type { Kind } from "../../api/kube";
import { findKindByName, useKinds } from "../../api/objects";
import { Card, Pill, Tag } from "../../components/basics";
import { Problem } from "../../components/states";
import { isHere, resourceId } from "../../lib/application_view";
import { lineDiff } from "../../lib/line_diff";
import { objectPath } from "../../lib/object_paths";
import { Link } from "../../lib/router";
import { toneOf } from "../../lib/tones";
import { toYaml } from "../../lib/yaml_text";
import type { Json } from "../../lib/yaml_text";

export function Resources({ app }: { app: Application }) {
  const { status, metadata } = app;
  const stamp = status?.reconciledAt && `${status.reconciledAt} ${JSON.stringify(status.resources)}`;
  const compared = useComparison(metadata.namespace ?? "", metadata.name, stamp);
  const kinds = useKinds();
  // The object is live; the comparison, which has more to say, follows a moment later.
  const details = new Map(compared.data?.map((resource) => [resourceId(resource), resource]));
  const resources = (status?.resources ?? []).map((resource) => {
    const { live, expected, problem } = details.get(resourceId(resource)) ?? {};
    return { ...resource, live, expected, problem };
  });
  return (
    <Card title="Objects" count={resources.length} flush>
      {compared.error && <Problem error={compared.error} title="Differences cannot be shown" />}
      {resources.length === 0 && <p className="card-body muted">Nothing yet.</p>}
      {resources.length > 0 && (
        <div className="resources">
          <p className="resource-root">
            <strong>{metadata.name}</strong> <span className="muted">Application</span>
          </p>
          <ul className="resource-tree" aria-label={`Objects of ${metadata.name}`}>
            {resources.map((resource) => (
              <Resource key={resourceId(resource)} resource={resource} kinds={isHere(app) ? kinds.data : undefined} />
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}

function Resource({ resource, kinds }: { resource: ComparedResource; kinds: Kind[] | undefined }) {
  const { group = "", version, kind, namespace = "", name, status, health, problem } = resource;
  const known = findKindByName(kinds, apiVersionOf({ group, version }), kind);
  const hasDiff = status === "OutOfSync" && (resource.live !== undefined || resource.expected !== undefined);
  return (
    <li>
      <div className="resource">
        <span className="resource-name">
          <span className="muted">{kind}</span>{" "}
          {known ? <Link to={objectPath(known, known.isNamespaced ? namespace : "", name)}>{name}</Link> : <span>{name}</span>}
        </span>
        {status && <Pill tone={toneOf(status) ?? "off"}>{status}</Pill>}
        {health?.status && <Pill tone={toneOf(health.status) ?? "off"}>{health.status}</Pill>}
        {resource.hook && <Tag>hook</Tag>}
        {resource.requiresPruning && <Tag>to be pruned</Tag>}
        {(resource.syncWave ?? 0) !== 0 && <Tag>wave {resource.syncWave}</Tag>}
      </div>
      {health?.message && <p className="resource-message muted">{health.message}</p>}
      {problem && <p className="resource-message application-trouble">{problem}</p>}
      {hasDiff && <Difference resource={resource} />}
    </li>
  );
}

function yamlOf(document: Json | undefined): string {
  return document === null || document === undefined ? "" : toYaml(document);
}

function Difference({ resource: { live, expected, kind, name, requiresPruning } }: { resource: ComparedResource }) {
  const lines = useMemo(
    () => lineDiff(yamlOf(live), requiresPruning ? "" : yamlOf(expected)),
    [live, expected, requiresPruning],
  );
  const count = (sign: string) => lines.filter((line) => line.sign === sign).length;
  return (
    <details className="difference">
      <summary>
        What a sync would change <span className="difference-added">+{count("+")}</span>{" "}
        <span className="difference-removed">−{count("-")}</span>
      </summary>
      {/* Scrollable, so it must be reachable by keyboard. */}
      <pre className="diff" tabIndex={0} aria-label={`Difference of ${kind} ${name}`}>
        {lines.map((line, index) => (
          <span key={index} className="diff-line" data-sign={line.sign}>
            {line.sign === "@" ? `… ${line.text}` : `${line.sign} ${line.text}`}
            {"\n"}
          </span>
        ))}
      </pre>
    </details>
  );
}
