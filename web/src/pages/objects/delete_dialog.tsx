// Deleting wants the object's name typed: what goes with it cannot be brought back here.

import { useState } from "react";
import type { FormEvent } from "react";

import type { Kind } from "../../api/kube";
import { useDeleteObject } from "../../api/objects";
import { Button, IconButton } from "../../components/basics";
import { Dialog } from "../../components/dialog";
import { Problem } from "../../components/states";

export function DeleteDialog({
  kind,
  namespace,
  name,
  onClose,
  onDeleted,
}: {
  kind: Kind;
  namespace: string;
  name: string;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const [typed, setTyped] = useState("");
  const remove = useDeleteObject(kind, namespace, name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === name) remove.mutate(undefined, { onSuccess: onDeleted });
  };
  return (
    <Dialog label={`Delete ${kind.kind} ${name}`} onClose={onClose}>
      <header className="dialog-head">
        <h2>
          Delete {kind.kind} “{name}”
        </h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      <form className="dialog-body" onSubmit={submit}>
        <p className="muted">
          {kind.kind === "Namespace"
            ? "Everything in this namespace is deleted with it. "
            : "Objects that it owns are deleted with it. "}
          What a manifest of the platform repository describes comes back.
        </p>
        <label htmlFor="delete-name">
          Type <strong>{name}</strong> to confirm
        </label>
        <input
          id="delete-name"
          className="field mono"
          data-first-focus
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
        />
        {remove.error && <Problem error={remove.error} />}
        <div className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" icon="trash" type="submit" disabled={typed !== name || remove.isPending}>
            Delete
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
