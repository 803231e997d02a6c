// What a page shows instead of its content: not yet, nothing, or what went wrong.

import type { ReactNode } from "react";

import { ApiError } from "../api/client";
import { Icon } from "./icon";
import type { IconName } from "./icon";

// A server's failure in the server's words.
export function Problem({ error, title }: { error: unknown; title?: string }) {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof ApiError ? error.hint : "";
  const causes = error instanceof ApiError ? error.causes : [];
  return (
    <div className="problem" role="alert">
      <Icon name="problems" />
      <div>
        {title && <p className="problem-title">{title}</p>}
        <p className="problem-message">{message}</p>
        {causes.length > 1 && (
          <ul className="problem-causes">
            {causes.map((cause) => (
              <li key={cause.field + cause.message}>
                <code>{cause.field}</code> {cause.message}
              </li>
            ))}
          </ul>
        )}
        {hint && <p className="problem-hint">{hint}</p>}
      </div>
    </div>
  );
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={20} />
      </span>
      <p className="empty-title">{title}</p>
      {children && <div className="empty-text">{children}</div>}
    </div>
  );
}

// Grey bars of the height that the content will have, so that nothing moves when it comes.
export function Skeleton({ rows = 6, height = 36 }: { rows?: number; height?: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="skeleton-row" style={{ height }}>
          <span style={{ width: `${38 + ((index * 29) % 45)}%` }} />
        </div>
      ))}
    </div>
  );
}
