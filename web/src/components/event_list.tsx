// Events of the platform or of one object, newest first.

import { eventTime, findKindByName, useEvents, useKinds } from "../api/objects";
import type { Kind, KubeEvent } from "../api/kube";
import { objectPath } from "../lib/object_paths";
import { Link } from "../lib/router";
import { fullTime, secondsSince, shortAge, useNow } from "../lib/time";
import { Empty, Problem, Skeleton } from "./states";

export function EventList({ uid, limit, hasObject = false }: { uid?: string; limit?: number; hasObject?: boolean }) {
  const events = useEvents({ uid, limit });
  const kinds = useKinds();
  const now = useNow();
  if (events.error && !events.data) return <Problem error={events.error} />;
  if (!events.data) return <Skeleton rows={5} />;
  if (events.data.items.length === 0) return <Empty icon="clock" title="No events in the last hour" />;
  return (
    <ul className="events">
      {events.data.items.map((event) => (
        <li key={event.metadata.uid} className="event" data-tone={event.type === "Warning" ? "warn" : undefined}>
          <time dateTime={eventTime(event)} title={fullTime(eventTime(event))}>
            {shortAge(secondsSince(eventTime(event), now))}
          </time>
          <div>
            <p className="event-head">
              <span className="event-reason">{event.reason}</span>
              {hasObject && <Involved event={event} kinds={kinds.data} />}
              {(event.count ?? 1) > 1 && <span className="muted">×{event.count}</span>}
            </p>
            <p className="event-message">{event.message}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Involved({ event, kinds }: { event: KubeEvent; kinds: Kind[] | undefined }) {
  const { apiVersion = "v1", kind = "", name = "", namespace = "" } = event.involvedObject ?? {};
  const known = findKindByName(kinds, apiVersion, kind);
  const label = `${kind} ${name}`;
  return known ? <Link to={objectPath(known, known.isNamespaced ? namespace : "", name)}>{label}</Link> : <span>{label}</span>;
}
