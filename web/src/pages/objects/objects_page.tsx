// Every kind that the platform serves, and the objects of one, live.

import { useState } from "react";

import "./objects.css";
import { resourceOf } from "../../api/kube";
import type { Kind } from "../../api/kube";
import { findKind, useCounts, useKinds } from "../../api/objects";
import { Card, SearchBox } from "../../components/basics";
import { kRowAttribute } from "../../components/list_keys";
import { Page } from "../../components/page";
import { Empty, Problem, Skeleton } from "../../components/states";
import { groupOfPath, kindPath } from "../../lib/object_paths";
import { groupLabel, groupKinds } from "../../lib/kind_groups";
import { Link } from "../../lib/router";
import { counted } from "../../lib/text";
import { isCalled } from "../../lib/kind_groups";
import { KindList } from "./kind_list";
import { ObjectList } from "./object_list";

export function ObjectsPage({ group, plural }: { group?: string; plural?: string }) {
  const kinds = useKinds();
  const counts = useCounts();
  if (kinds.error && !kinds.data) {
    return (
      <Page title="Objects" titleText="Objects">
        <Problem error={kinds.error} title="Kinds cannot be read" />
      </Page>
    );
  }
  const kind = group && plural ? findKind(kinds.data, groupOfPath(group), plural) : undefined;
  if (!plural) return <AllKinds kinds={kinds.data} counts={counts.data} />;
  return (
    <div className="objects">
      <KindList kinds={kinds.data} counts={counts.data} current={kind} />
      {kind ? (
        <ObjectList key={resourceOf(kind)} kind={kind} />
      ) : kinds.data ? (
        <UnknownKind group={group ?? ""} plural={plural} />
      ) : (
        <Page title={plural} titleText={plural} crumbs={[{ label: "Objects", to: "/objects" }]}>
          <Skeleton rows={12} />
        </Page>
      )}
    </div>
  );
}

function UnknownKind({ group, plural }: { group: string; plural: string }) {
  return (
    <Page title={plural} titleText={plural} crumbs={[{ label: "Objects", to: "/objects" }]}>
      <Empty icon="search" title={`There is no kind “${plural}” in the group “${group}”`}>
        <p>
          It may come with a CustomResourceDefinition that is not installed. <Link to="/objects">Show all kinds</Link>
        </p>
      </Empty>
    </Page>
  );
}

function AllKinds({ kinds, counts }: { kinds: Kind[] | undefined; counts: Map<string, number> | undefined }) {
  const [isWhole, setWhole] = useState(false);
  const [text, setText] = useState("");
  const filled = kinds?.filter((kind) => (counts?.get(resourceOf(kind)) ?? 0) > 0) ?? [];
  const total = [...(counts?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  const shown = (isWhole || text !== "" ? (kinds ?? []) : filled).filter((kind) => isCalled(kind, text));
  return (
    <Page
      title="Objects"
      titleText="Objects"
      isWide
      subtitle={
        <p className="muted tabular">
          {kinds && counts ? `${counted(total, "object")} of ${counted(filled.length, "kind")}` : " "}
        </p>
      }
      actions={
        <>
          <label className="toggle">
            <input
              type="checkbox"
              checked={isWhole}
              onChange={() => {
                setWhole(!isWhole);
              }}
            />
            Kinds without objects
          </label>
          <SearchBox value={text} onChange={setText} label="Find a kind" />
        </>
      }
    >
      {!kinds || !counts ? (
        <Card flush>
          <Skeleton rows={10} />
        </Card>
      ) : (
        <div className="kind-cards">
          {groupKinds(shown).map(([group, members]) => (
            <Card key={group} title={groupLabel(group)} count={members.length} flush>
              <ul className="kind-counts">
                {members.map((kind) => (
                  <li key={kind.plural} {...kRowAttribute}>
                    <Link to={kindPath(kind)}>
                      <span className="truncate">{kind.kind}</span>
                      <span className="bar-count">{counts.get(resourceOf(kind)) ?? 0}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            </Card>
          ))}
        </div>
      )}
    </Page>
  );
}
