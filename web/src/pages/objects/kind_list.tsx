// The kinds beside the table, by API group; those without objects only when asked for.

import { useEffect, useRef, useState } from "react";

import { resourceOf } from "../../api/kube";
import type { Kind } from "../../api/kube";
import { SearchBox } from "../../components/basics";
import { Skeleton } from "../../components/states";
import { groupKinds, groupLabel, isCalled } from "../../lib/kind_groups";
import { kindPath } from "../../lib/object_paths";
import { Link } from "../../lib/router";

export function KindList({
  kinds,
  counts,
  current,
}: {
  kinds: Kind[] | undefined;
  counts: Map<string, number> | undefined;
  current: Kind | undefined;
}) {
  const [text, setText] = useState("");
  const [isWhole, setWhole] = useState(false);
  const list = useRef<HTMLElement>(null);
  const currentResource = current && resourceOf(current);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [currentResource, kinds]);

  const isShown = (kind: Kind) =>
    text !== ""
      ? isCalled(kind, text)
      : isWhole || kind === current || (counts?.get(resourceOf(kind)) ?? 0) > 0;
  const shown = kinds && counts ? kinds.filter(isShown) : undefined;
  return (
    <aside className="kinds" aria-label="Kinds" ref={list}>
      <SearchBox value={text} onChange={setText} label="Find a kind" hasKey={false} />
      {shown === undefined ? (
        <Skeleton rows={14} height={27} />
      ) : (
        groupKinds(shown).map(([group, members]) => (
          <section key={group}>
            <h2 title={groupLabel(group)}>{groupLabel(group)}</h2>
            <ul>
              {members.map((kind) => (
                <li key={kind.plural}>
                  <Link
                    className="nav-kind"
                    to={kindPath(kind)}
                    aria-current={kind === current ? "page" : undefined}
                  >
                    <span className="truncate">{kind.kind}</span>
                    <span className="nav-number">{counts?.get(resourceOf(kind)) ?? ""}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))
      )}
      {shown?.length === 0 && <p className="muted kinds-none">No kind is called that.</p>}
      {text === "" && (
        <button
          type="button"
          className="text-button"
          onClick={() => {
            setWhole(!isWhole);
          }}
        >
          {isWhole ? "Only kinds with objects" : "Show all kinds"}
        </button>
      )}
    </aside>
  );
}
