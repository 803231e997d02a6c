// Sync, refresh, and the question before a sync or a rollback.

import { useState } from "react";

import { kApplications } from "../../api/applications";
import type { Application } from "../../api/applications";
import { usePatchObject } from "../../api/objects";
import { Button, IconButton } from "../../components/basics";
import { Dialog } from "../../components/dialog";
import { Problem } from "../../components/states";
import { isOperating, refreshPatch, syncPatch } from "../../lib/application_view";
import type { Json } from "../../lib/yaml_text";

export function usePatchApplication(app: Application) {
  return usePatchObject(kApplications, app.metadata.namespace ?? "", app.metadata.name);
}

export function Actions({ app }: { app: Application }) {
  const [isAsking, setAsking] = useState(false);
  const refresh = usePatchApplication(app);
  const isBusy = isOperating(app);
  return (
    <>
      <Button icon="refresh" disabled={refresh.isPending} onClick={() => { refresh.mutate(refreshPatch("normal")); }}>
        Refresh
      </Button>
      <Button disabled={refresh.isPending} title="Asks the repository for news, too" onClick={() => { refresh.mutate(refreshPatch("hard")); }}>
        Hard refresh
      </Button>
      <Button look="primary" icon="bolt" disabled={isBusy} title={isBusy ? "a sync is running" : undefined} onClick={() => { setAsking(true); }}>
        Sync
      </Button>
      {refresh.error && <Problem error={refresh.error} />}
      {isAsking && (
        <OperationDialog
          app={app}
          title={`Sync “${app.metadata.name}”`}
          text="Writes what the repository says to the destination. Everything is tried as a dry run first."
          verb="Sync"
          patchOf={syncPatch}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}

export function OperationDialog({
  app,
  title,
  text,
  verb,
  patchOf,
  onClose,
}: {
  app: Application;
  title: string;
  text: string;
  verb: string;
  patchOf: (prune: boolean) => Json;
  onClose: () => void;
}) {
  const [prune, setPrune] = useState(false);
  const patch = usePatchApplication(app);
  return (
    <Dialog label={title} onClose={onClose}>
      <header className="dialog-head">
        <h2>{title}</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      <form
        className="dialog-body"
        onSubmit={(event) => {
          event.preventDefault();
          patch.mutate(patchOf(prune), { onSuccess: onClose });
        }}
      >
        <p className="muted">{text}</p>
        <label className="toggle">
          <input type="checkbox" checked={prune} onChange={() => { setPrune(!prune); }} />
          Prune: delete what the source no longer names
        </label>
        {patch.error && <Problem error={patch.error} />}
        <div className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" data-first-focus disabled={patch.isPending}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
