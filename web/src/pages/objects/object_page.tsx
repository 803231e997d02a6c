// One object on a page of its own.

import { apiVersionOf } from "../../api/kube";
import { findKind, useKinds } from "../../api/objects";
import { Page } from "../../components/page";
import { Empty, Problem, Skeleton } from "../../components/states";
import { groupOfPath, kindPath, namespaceOfPath } from "../../lib/object_paths";
import { Link, navigate, withQuery } from "../../lib/router";
import { ObjectView } from "./object_view";

export function ObjectPage(props: { group: string; plural: string; namespace: string; name: string }) {
  const { plural, name } = props;
  const namespace = namespaceOfPath(props.namespace);
  const kinds = useKinds();
  const kind = findKind(kinds.data, groupOfPath(props.group), plural);
  const list = kind ? kindPath(kind) : "/objects";
  const crumbs = [
    { label: "Objects", to: "/objects" },
    ...(kind ? [{ label: kind.kind, to: list }] : []),
    ...(kind && namespace ? [{ label: namespace, to: withQuery(list, { namespace }) }] : []),
  ];
  return (
    <Page
      title={name}
      titleText={name}
      crumbs={crumbs}
      isWide
      subtitle={
        <code className="muted">{kind ? `${kind.kind} · ${apiVersionOf(kind)}` : " "}</code>
      }
    >
      {kind ? (
        <ObjectView
          kind={kind}
          namespace={namespace}
          name={name}
          onDeleted={() => {
            navigate(list);
          }}
        />
      ) : kinds.error ? (
        <Problem error={kinds.error} />
      ) : kinds.data ? (
        <Empty icon="search" title={`There is no kind “${plural}”`}>
          <Link to="/objects">Show all kinds</Link>
        </Empty>
      ) : (
        <Skeleton rows={8} />
      )}
    </Page>
  );
}
