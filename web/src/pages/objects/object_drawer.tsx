// One object beside the table it was chosen from. Escape closes; j and k choose the next one.

import { IconButton } from "../../components/basics";
import type { Kind } from "../../api/kube";
import { useKeys } from "../../lib/keys";
import { objectPath } from "../../lib/object_paths";
import { Link, useQueryEdit } from "../../lib/router";
import { Icon } from "../../components/icon";
import { ObjectView } from "./object_view";

export function ObjectDrawer({ kind, open }: { kind: Kind; open: string }) {
  const edit = useQueryEdit();
  const slash = open.indexOf("/");
  const namespace = open.slice(0, slash);
  const name = open.slice(slash + 1);
  const close = () => {
    edit({ open: null, tab: null });
  };
  useKeys((event) => {
    if (event.key !== "Escape") return false;
    close();
    return true;
  });
  return (
    <aside className="drawer" aria-label={`${kind.kind} ${name}`}>
      <header className="drawer-head">
        <div className="drawer-title">
          <p className="muted">
            {kind.kind}
            {namespace && ` · ${namespace}`}
          </p>
          <h2>{name}</h2>
        </div>
        <Link className="icon-button" to={objectPath(kind, namespace, name)} aria-label="Open as a page" title="Open as a page">
          <Icon name="external" size={15} />
        </Link>
        <IconButton icon="close" label="Close" onClick={close} />
      </header>
      <div className="drawer-body">
        <ObjectView kind={kind} namespace={namespace} name={name} onDeleted={close} />
      </div>
    </aside>
  );
}
