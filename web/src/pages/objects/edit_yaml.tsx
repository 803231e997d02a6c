// An object's YAML, changed and written back whole. What the server refuses is shown in its own words.

import { useState } from "react";

import { ApiError } from "../../api/client";
import type { Kind } from "../../api/kube";
import { useWriteObject } from "../../api/objects";
import { Button } from "../../components/basics";
import { Problem } from "../../components/states";
import type { Json } from "../../lib/yaml_text";

export function EditYaml({
  kind,
  namespace,
  name,
  text,
  onDone,
}: {
  kind: Kind;
  namespace: string;
  name: string;
  text: string;
  onDone: () => void;
}) {
  // What was there when editing began: its revision makes the write refuse to overwrite a later one.
  const [draft, setDraft] = useState(text);
  const [unreadable, setUnreadable] = useState<Error | null>(null);
  const write = useWriteObject(kind, namespace, name);
  const isConflict = write.error instanceof ApiError && write.error.status === 409;

  const save = async () => {
    setUnreadable(null);
    write.reset();
    const { parse } = await import("yaml");
    let document: Json;
    try {
      document = parse(draft, { maxAliasCount: 100 }) as Json;
    } catch (error) {
      setUnreadable(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    write.mutate(document, { onSuccess: onDone });
  };
  return (
    <div className="edit">
      <textarea
        className="edit-text"
        aria-label={`YAML of ${name}`}
        spellCheck={false}
        autoFocus
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
        }}
        onKeyDown={(event) => {
          if ((event.ctrlKey || event.metaKey) && event.key === "Enter") void save();
          // Escape closes drawers; a draft must not go with one.
          if (event.key === "Escape") event.stopPropagation();
        }}
      />
      {unreadable && <Problem error={unreadable} title="This is not YAML" />}
      {write.error && <Problem error={write.error} />}
      <div className="edit-foot">
        {isConflict && (
          <Button
            icon="refresh"
            onClick={() => {
              setDraft(text);
              write.reset();
            }}
          >
            Start again from the newest
          </Button>
        )}
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" disabled={write.isPending || draft === text} onClick={() => void save()}>
          {write.isPending ? "Saving…" : "Save"}
        </Button>
      </div>
    </div>
  );
}
