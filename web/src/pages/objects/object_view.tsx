// An object: its facts and conditions, its YAML to read and to edit, its events; and its deletion.

import { useState } from "react";

import { ApiError } from "../../api/client";
import type { Kind, KubeObject } from "../../api/kube";
import { useObject } from "../../api/objects";
import { Button, Tabs } from "../../components/basics";
import { Code } from "../../components/code";
import { EventList } from "../../components/event_list";
import { Empty, Problem, Skeleton } from "../../components/states";
import { usePlace, withQuery } from "../../lib/router";
import { covered } from "../../lib/secret_values";
import { toYaml } from "../../lib/yaml_text";
import type { Json } from "../../lib/yaml_text";
import { DeleteDialog } from "./delete_dialog";
import { EditYaml } from "./edit_yaml";
import { Facts } from "./facts";

interface Props {
  kind: Kind;
  namespace: string;
  name: string;
  onDeleted: () => void;
}

export function ObjectView(props: Props) {
  const { kind, namespace, name } = props;
  const object = useObject(kind, namespace, name);
  if (object.error instanceof ApiError && object.error.status === 404) {
    return (
      <Empty icon="search" title="This object does not exist">
        <p>{object.error.message}</p>
      </Empty>
    );
  }
  if (object.error) return <Problem error={object.error} />;
  if (!object.data) return <Skeleton rows={8} />;
  return <Loaded {...props} object={object.data} />;
}

// As kubectl shows it: who manages which field is noise to nearly everybody.
function yamlOf(object: KubeObject): string {
  const { managedFields: _, ...metadata } = object.metadata;
  return toYaml({ ...object, metadata } as unknown as Json);
}

function Loaded({ kind, namespace, name, onDeleted, object }: Props & { object: KubeObject }) {
  const { path, query } = usePlace();
  const [mode, setMode] = useState<"read" | "edit" | "delete">("read");
  const rest = Object.fromEntries([...query].filter(([key]) => key !== "tab"));
  const tabs = [
    { id: "overview", label: "Overview", to: withQuery(path, rest) },
    { id: "yaml", label: "YAML", to: withQuery(path, { ...rest, tab: "yaml" }) },
    { id: "events", label: "Events", to: withQuery(path, { ...rest, tab: "events" }) },
  ];
  const tab = query.get("tab") ?? "overview";
  const read = () => {
    setMode("read");
  };
  if (mode === "edit") {
    return <EditYaml kind={kind} namespace={namespace} name={name} text={yamlOf(object)} onDone={read} />;
  }
  return (
    <div className="object-view">
      <div className="object-bar">
        <Tabs tabs={tabs} current={tab} label="Views of this object" />
        <div className="object-actions">
          {kind.verbs.includes("update") && (
            <Button icon="edit" onClick={() => { setMode("edit"); }}>
              Edit
            </Button>
          )}
          {kind.verbs.includes("delete") && (
            <Button look="danger" icon="trash" onClick={() => { setMode("delete"); }}>
              Delete
            </Button>
          )}
        </div>
      </div>
      {tab === "yaml" ? (
        <div className="panel object-yaml">
          <Code text={yamlOf(covered(object))} language="yaml" label="the object as YAML" />
        </div>
      ) : tab === "events" ? (
        <div className="panel object-events">
          <EventList uid={object.metadata.uid} />
        </div>
      ) : (
        <Facts object={object} />
      )}
      {mode === "delete" && (
        <DeleteDialog kind={kind} namespace={namespace} name={name} onClose={read} onDeleted={onDeleted} />
      )}
    </div>
  );
}
