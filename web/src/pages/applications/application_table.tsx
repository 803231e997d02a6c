// Applications as rows: how they are, where they come from and go to, what is wrong.

import type { Application } from "../../api/applications";
import { Pill } from "../../components/basics";
import { kRowAttribute } from "../../components/list_keys";
import {
  applicationPath,
  destinationOf,
  healthOf,
  isOperating,
  lastSyncOf,
  problemsOf,
  revisionsOf,
  shortRevision,
  syncOf,
} from "../../lib/application_view";
import { Link } from "../../lib/router";
import { fullTime, secondsSince, shortAge, useNow } from "../../lib/time";
import { counted } from "../../lib/text";
import { toneOf } from "../../lib/tones";

export function ApplicationTable({ applications }: { applications: Application[] }) {
  const now = useNow();
  return (
    <div className="card">
      <div className="table-scroll">
        <table className="table application-table">
          <thead>
            <tr>
              <th>Name</th>
              <th>Sync</th>
              <th>Health</th>
              <th>Project</th>
              <th>Destination</th>
              <th>Revision</th>
              <th>Synced</th>
              <th>Problems</th>
            </tr>
          </thead>
          <tbody>
            {applications.map((app) => (
              <ApplicationRow key={app.metadata.uid} app={app} now={now} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function ApplicationRow({ app, now }: { app: Application; now: number }) {
  const synced = lastSyncOf(app);
  const revisions = revisionsOf(app.status?.sync);
  return (
    <tr {...kRowAttribute}>
      <td>
        <Link className="row-link" to={applicationPath(app)}>
          {app.metadata.name}
        </Link>
        <div className="muted application-namespace">{app.metadata.namespace}</div>
      </td>
      <td>
        <SyncPill app={app} />
      </td>
      <td>
        <HealthPill app={app} />
      </td>
      <td>{app.spec.project ?? "default"}</td>
      <td>{destinationOf(app)}</td>
      <td className="mono" title={revisions.join("\n")}>
        {revisions.map(shortRevision).join(", ") || "–"}
      </td>
      <td className="muted" title={synced && fullTime(synced)}>
        {synced ? `${shortAge(secondsSince(synced, now))} ago` : "never"}
      </td>
      <td className="application-problems">
        <Problems app={app} />
      </td>
    </tr>
  );
}

export function SyncPill({ app }: { app: Application }) {
  if (isOperating(app)) return <Pill tone="info">Syncing</Pill>;
  return <Pill tone={toneOf(syncOf(app)) ?? "off"}>{syncOf(app)}</Pill>;
}

export function HealthPill({ app }: { app: Application }) {
  return <Pill tone={toneOf(healthOf(app)) ?? "off"}>{healthOf(app)}</Pill>;
}

function Problems({ app }: { app: Application }) {
  const [first, ...others] = problemsOf(app);
  if (!first) return <span className="muted">–</span>;
  return (
    <span title={`${first.title}: ${first.message}`}>
      <span className="application-trouble">{first.title}</span> {first.message}
      {others.length > 0 && <span className="muted"> and {counted(others.length, "more", "more")}</span>}
    </span>
  );
}
