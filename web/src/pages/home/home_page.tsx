// How the platform is doing: what needs attention first, then its parts, the catalog, and what happened lately.

import "./home.css";
import { useFacets } from "../../api/catalog";
import { useCounts } from "../../api/objects";
import { isSettled, useStatus } from "../../api/portal";
import type { Part, PlatformStatus } from "../../api/portal";
import { Card, Pill } from "../../components/basics";
import { EventList } from "../../components/event_list";
import { KindIcon } from "../../components/icon";
import { Page } from "../../components/page";
import { Problem, Skeleton } from "../../components/states";
import { kindPlural, parseRef, refLabel } from "../../lib/refs";
import { Link, withQuery } from "../../lib/router";
import { counted } from "../../lib/text";
import { fullTime, secondsSince, shortAge, tookText, useNow } from "../../lib/time";
import { partTone } from "../../lib/tones";
import { UnwellPart } from "../problems/problems_page";

export function HomePage() {
  const status = useStatus();
  const unwell = status.data?.parts.filter((part) => part.state === "failed" || part.state === "degraded") ?? [];
  return (
    <Page
      title={status.data?.name ?? " "}
      titleText={status.data?.name ?? "Home"}
      subtitle={status.data ? <Summary status={status.data} /> : " "}
      isWide
    >
      {status.error && !status.data && <Problem error={status.error} title="The platform’s status cannot be read" />}
      {status.error && status.data && <Problem error={status.error} />}
      <div className="home">
        {unwell.length > 0 && (
          <section className="home-unwell stack" aria-label="Needs attention">
            {unwell.map((part) => (
              <Link key={part.name} className="plain-link" to="/problems">
                <UnwellPart part={part} />
              </Link>
            ))}
          </section>
        )}
        <div className="home-main stack">
          <Card title="Parts" count={status.data?.parts.length} flush>
            {status.data ? <PartTable parts={status.data.parts} /> : <Skeleton rows={5} />}
          </Card>
          <Card title="Recent events" flush actions={<Link to="/objects/core/events">All events</Link>}>
            <EventList limit={9} hasObject />
          </Card>
        </div>
        <div className="home-side stack">
          <CatalogCard />
          <OwnersCard />
          <KindsCard />
        </div>
      </div>
    </Page>
  );
}

function Summary({ status }: { status: PlatformStatus }) {
  const now = useNow();
  const parts = status.parts;
  const failed = parts.filter((part) => part.state === "failed").length;
  const degraded = parts.filter((part) => part.state === "degraded").length;
  const coming = parts.filter((part) => !isSettled(part)).length;
  const tone = failed > 0 ? "bad" : degraded > 0 ? "warn" : coming > 0 ? "info" : "ok";
  const words =
    failed + degraded > 0
      ? `${counted(failed + degraded, "part")} ${failed + degraded === 1 ? "needs" : "need"} attention`
      : coming > 0
        ? `${counted(coming, "part")} coming up`
        : "Everything is well";
  return (
    <p className="home-summary">
      <Pill tone={tone}>{words}</Pill>
      <span title={fullTime(status.startedAt)}>up for {shortAge(secondsSince(status.startedAt, now))}</span>
      <span>version {status.version}</span>
      {status.file && <code className="truncate">{status.file}</code>}
    </p>
  );
}

// Where a part's count leads.
const kPartPages: Record<string, string> = {
  catalog: "/catalog",
  store: "/objects",
  kube: "/objects",
  manifests: "/objects/goldenpath.dev/manifestsources",
};

function PartTable({ parts }: { parts: Part[] }) {
  return (
    <div className="table-scroll">
      <table className="table part-table">
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Count
            </th>
            <th scope="col">Summary</th>
            <th scope="col" className="number">
              Ready in
            </th>
            <th scope="col" className="number">
              Problems
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.name}>
              <th scope="row">{part.name}</th>
              <td>
                <Pill tone={partTone(part.state)}>{part.state}</Pill>
              </td>
              <td className="number">
                {part.count > 0 && <Link to={kPartPages[part.name] ?? "/objects"}>{part.count.toLocaleString("en")}</Link>}
              </td>
              <td className="part-summary">
                {part.summary && <span>{part.summary}</span>}
                {part.address && <code className="muted">{part.address}</code>}
              </td>
              <td className="part-took number muted">{part.tookMs > 0 && tookText(part.tookMs)}</td>
              <td className="number">
                {part.problems > 0 && (
                  <Link className="part-problems" to="/problems">
                    {part.problems}
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const kOrder = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Template", "Location"];

function CatalogCard() {
  const kinds = useFacets(["kind"], {})["kind"];
  const sorted = kOrder.flatMap((kind) => kinds?.find(({ value }) => value === kind) ?? []);
  return (
    <Card title="Catalog" actions={<Link to="/catalog">All entities</Link>} flush>
      <ul className="tiles">
        {sorted.map(({ value, count }) => (
          <li key={value}>
            <Link className="tile" to={withQuery("/catalog", { kind: value.toLowerCase() })}>
              <KindIcon kind={value} />
              <strong>{count}</strong>
              <span>{count === 1 ? kindPlural(value).replace(/s$/, "") : kindPlural(value)}</span>
            </Link>
          </li>
        ))}
        {kinds?.length === 0 && <li className="tiles-none muted">The catalog is empty.</li>}
      </ul>
    </Card>
  );
}

const kOwnersMax = 6;

function OwnersCard() {
  const owners = useFacets(["relations.ownedBy"], {})["relations.ownedBy"];
  if (owners?.length === 0) return null;
  const sorted = [...(owners ?? [])].sort((a, b) => b.count - a.count).slice(0, kOwnersMax);
  const most = sorted[0]?.count ?? 1;
  return (
    <Card title="Owners" flush>
      <ul className="bars">
        {sorted.map(({ value, count }) => (
          <li key={value}>
            <Link to={withQuery("/catalog", { owner: value })}>
              <span className="truncate">{refLabel(parseRef(value))}</span>
              <svg className="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect width="100" height="8" className="bar-whole" />
                <rect width={(count / most) * 100} height="8" className="bar-part" />
              </svg>
              <span className="bar-count">{count}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const kKindsMax = 8;

// Kinds of the platform's own work; what merely mirrors the catalog or is bookkeeping stands elsewhere.
function isInteresting(resource: string): boolean {
  return !/(^events$|backstage\.io$|^namespaces$|coordination|rbac)/.test(resource);
}

function KindsCard() {
  const counts = useCounts();
  const sorted = [...(counts.data ?? [])]
    .filter(([resource, count]) => count > 0 && isInteresting(resource))
    .sort((a, b) => b[1] - a[1])
    .slice(0, kKindsMax);
  if (sorted.length === 0) return null;
  return (
    <Card title="Objects" actions={<Link to="/objects">All kinds</Link>} flush>
      <ul className="kind-counts">
        {sorted.map(([resource, count]) => {
          const dot = resource.indexOf(".");
          const plural = dot < 0 ? resource : resource.slice(0, dot);
          const group = dot < 0 ? "core" : resource.slice(dot + 1);
          return (
            <li key={resource}>
              <Link to={`/objects/${group}/${plural}`}>
                <span className="truncate">{resource}</span>
                <span className="bar-count">{count}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
