// Whether what the page shows follows what happens.

import { useIsLive } from "../api/objects";

export function LiveMark() {
  const isLive = useIsLive();
  return (
    <span className="live" data-tone={isLive ? "ok" : "off"} role="status">
      <span className="live-dot" aria-hidden="true" />
      {isLive ? "live" : "not live: connecting"}
    </span>
  );
}
