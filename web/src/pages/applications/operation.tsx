// The sync that runs, or the last one: what it says, and what became of each object.

import type { Application } from "../../api/applications";
import { Card, Pill } from "../../components/basics";
import { initiatorText, resourceId } from "../../lib/application_view";
import { fullTime } from "../../lib/time";
import { toneOf } from "../../lib/tones";

export function Operation({ app }: { app: Application }) {
  const state = app.status?.operationState;
  const isWaiting = app.operation !== undefined && state?.phase !== "Running";
  const phase = isWaiting ? "Waiting" : (state?.phase ?? "Unknown");
  const results = isWaiting ? [] : (state?.syncResult?.resources ?? []);
  const isRunning = phase === "Running" || isWaiting;
  return (
    <Card title={isRunning ? "Sync in progress" : "Last sync"}>
      <p className="objects-subtitle" role="status">
        <Pill tone={isRunning ? "info" : (toneOf(phase) ?? "off")}>{phase}</Pill>
        {!isWaiting && state?.message && <span className="operation-message">{state.message}</span>}
      </p>
      {!isWaiting && (
        <p className="muted">
          by {initiatorText(state?.operation?.initiatedBy)}
          {state?.startedAt && ` · began ${fullTime(state.startedAt)}`}
          {state?.finishedAt && ` · ended ${fullTime(state.finishedAt)}`}
        </p>
      )}
      {results.length > 0 && (
        <details className="operation-results" open={isRunning || phase !== "Succeeded"}>
          <summary>Results by object ({results.length})</summary>
          <ul>
            {results.map((result) => (
              <li key={`${resourceId(result)} ${result.syncPhase ?? ""}`}>
                <Pill tone={toneOf(result.hookPhase ?? result.status ?? "") ?? "off"}>{result.hookPhase ?? result.status ?? "–"}</Pill>
                <span>
                  {result.kind} {result.name}
                </span>
                <span className="muted">{result.message}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}
