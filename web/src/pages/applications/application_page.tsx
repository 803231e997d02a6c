// One Application: how it is, what it holds and what differs, its syncs, and what can be done.

import type { ReactNode } from "react";

import "../objects/objects.css";
import "./applications.css";
import { ApiError } from "../../api/client";
import { kApplications } from "../../api/applications";
import type { Application } from "../../api/applications";
import { useObject } from "../../api/objects";
import { Card, Fact } from "../../components/basics";
import { EventList } from "../../components/event_list";
import { LiveMark } from "../../components/live_mark";
import { Page } from "../../components/page";
import { Empty, Problem, Skeleton } from "../../components/states";
import { destinationOf, isAutomated, isOperating, problemsOf, revisionsOf, shortRevision, sourcesOf } from "../../lib/application_view";
import { objectPath } from "../../lib/object_paths";
import { Link } from "../../lib/router";
import { Actions } from "./actions";
import { HealthPill, SyncPill } from "./application_table";
import { History } from "./history";
import { Operation } from "./operation";
import { Resources } from "./resources";

export function ApplicationPage({ namespace, name }: { namespace: string; name: string }) {
  const object = useObject(kApplications, namespace, name);
  const app = object.data as Application | undefined;
  return (
    <Page
      title={name}
      titleText={name}
      crumbs={[{ label: "Applications", to: "/applications" }]}
      isWide
      subtitle={
        <p className="objects-subtitle">
          {app && <SyncPill app={app} />}
          {app && <HealthPill app={app} />}
          <LiveMark />
        </p>
      }
      actions={app && <Actions app={app} />}
    >
      {object.error instanceof ApiError && object.error.status === 404 ? (
        <Empty icon="search" title="This application does not exist">
          <p>{object.error.message}</p>
        </Empty>
      ) : object.error ? (
        <Problem error={object.error} />
      ) : app ? (
        <Loaded app={app} />
      ) : (
        <Skeleton rows={8} />
      )}
    </Page>
  );
}

function Loaded({ app }: { app: Application }) {
  return (
    <div className="stack">
      {problemsOf(app).map(({ title, message }) => (
        <Problem key={title + message} title={title} error={message} />
      ))}
      {app.status?.health?.message && <p className="muted">{app.status.health.message}</p>}
      {(isOperating(app) || app.status?.operationState) && <Operation app={app} />}
      <div className="application">
        <Resources app={app} />
        <div className="stack">
          <About app={app} />
          <History app={app} />
          <Card title="Events" flush>
            <EventList uid={app.metadata.uid} limit={20} />
          </Card>
        </div>
      </div>
    </div>
  );
}

function policyText(app: Application): string {
  if (!isAutomated(app)) return "manual";
  const { prune, selfHeal } = app.spec.syncPolicy?.automated ?? {};
  return ["automatic", prune && "prunes", selfHeal && "heals itself"].filter(Boolean).join(" · ");
}

function About({ app }: { app: Application }) {
  const revisions = revisionsOf(app.status?.sync);
  const lines: [string, ReactNode][] = [
    ["Project", app.spec.project ?? "default"],
    ["Destination", destinationOf(app)],
    ["Policy", policyText(app)],
    ["Options", app.spec.syncPolicy?.syncOptions?.join(", ")],
  ];
  return (
    <Card title="About">
      <dl className="facts">
        {sourcesOf(app.spec).map((source, index) => (
          <Fact key={index} label="Source">
            <div>{source.repoURL}</div>
            <div className="muted">
              {[source.chart ?? source.path, source.targetRevision, source.ref && `as $${source.ref}`].filter(Boolean).join(" · ")}
            </div>
            {revisions[index] && (
              <code className="muted" title={revisions[index]}>
                {shortRevision(revisions[index])}
              </code>
            )}
          </Fact>
        ))}
        {lines.map(([label, value]) => value && <Fact key={label} label={label}>{value}</Fact>)}
        <Fact label="Object">
          <Link to={objectPath(kApplications, app.metadata.namespace ?? "", app.metadata.name)}>YAML and details</Link>
        </Fact>
      </dl>
    </Card>
  );
}
