// What was deployed when, and the way back to it.

import { useState } from "react";

import type { Application, Deployment } from "../../api/applications";
import { Button, Card } from "../../components/basics";
import { initiatorText, isAutomated, isOperating, revisionsOf, rollbackPatch, shortRevision } from "../../lib/application_view";
import { fullTime } from "../../lib/time";
import { OperationDialog } from "./actions";

export function History({ app }: { app: Application }) {
  const [chosen, setChosen] = useState<Deployment | null>(null);
  const history = [...(app.status?.history ?? [])].reverse();
  const reason = isAutomated(app)
    ? "Rollback is not possible while sync is automatic: take spec.syncPolicy.automated away first."
    : isOperating(app)
      ? "A sync is running."
      : "";
  return (
    <Card title="History" count={history.length} flush>
      {history.length === 0 && <p className="card-body muted">It was never synced.</p>}
      {history.length > 1 && reason !== "" && <p className="card-body muted" id="no-rollback">{reason}</p>}
      <ul className="deployments">
        {history.map((deployment, index) => (
          <li key={deployment.id}>
            <div>
              <strong>#{deployment.id}</strong>{" "}
              <code title={revisionsOf(deployment).join("\n")}>{revisionsOf(deployment).map(shortRevision).join(", ")}</code>
              <div className="muted">
                {deployment.deployedAt && fullTime(deployment.deployedAt)} · {initiatorText(deployment.initiatedBy)}
              </div>
            </div>
            {index === 0 ? (
              <span className="muted">present</span>
            ) : (
              <Button
                disabled={reason !== ""}
                title={reason || undefined}
                aria-describedby={reason === "" ? undefined : "no-rollback"}
                aria-label={`Roll back to deployment ${deployment.id}`}
                onClick={() => {
                  setChosen(deployment);
                }}
              >
                Rollback
              </Button>
            )}
          </li>
        ))}
      </ul>
      {chosen && (
        <OperationDialog
          app={app}
          title={`Roll back to deployment ${chosen.id}`}
          text={`Syncs to ${revisionsOf(chosen).map(shortRevision).join(", ")}, with the sources of that time.`}
          verb="Roll back"
          patchOf={(prune) => rollbackPatch(chosen, prune)}
          onClose={() => {
            setChosen(null);
          }}
        />
      )}
    </Card>
  );
}
