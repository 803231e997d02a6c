// Argo CD Applications: which are as their repositories say and well, and which are not.

import "../objects/objects.css";
import "./applications.css";
import { useApplications } from "../../api/applications";
import type { Application } from "../../api/applications";
import { Button, SearchBox } from "../../components/basics";
import { FilterList } from "../../components/filter_list";
import { LiveMark } from "../../components/live_mark";
import { Page } from "../../components/page";
import { Empty, Problem, Skeleton } from "../../components/states";
import { countedBy, filterApplications, healthOf, syncOf } from "../../lib/application_view";
import { usePlace, useQueryEdit } from "../../lib/router";
import { counted } from "../../lib/text";
import { ApplicationTable } from "./application_table";

export function ApplicationsPage() {
  const { query } = usePlace();
  const edit = useQueryEdit();
  const list = useApplications();
  const filter = { text: query.get("q") ?? "", sync: query.getAll("sync"), health: query.getAll("health") };
  const all = list.data?.items;
  const shown = filterApplications(all ?? [], filter);
  return (
    <Page
      title="Applications"
      titleText="Applications"
      isWide
      subtitle={
        <p className="objects-subtitle muted">
          {all && <span>{shown.length < all.length ? `${shown.length} of ${counted(all.length, "application")}` : counted(all.length, "application")}</span>}
          <LiveMark />
        </p>
      }
      actions={
        <SearchBox
          value={filter.text}
          label="Search names, projects, sources"
          onChange={(q) => {
            edit({ q }, { replace: true });
          }}
        />
      }
    >
      {list.error && !all ? (
        <Problem error={list.error} title="Applications cannot be listed" />
      ) : all === undefined ? (
        <div className="card">
          <Skeleton rows={8} height={48} />
        </div>
      ) : all.length === 0 ? (
        <NoApplications />
      ) : (
        <div className="applications">
          <Filters all={all} sync={filter.sync} health={filter.health} />
          {shown.length > 0 ? <ApplicationTable applications={shown} /> : <NoneFit />}
        </div>
      )}
    </Page>
  );
}

function Filters({ all, sync, health }: { all: Application[]; sync: string[]; health: string[] }) {
  const edit = useQueryEdit();
  return (
    <aside className="application-filters" aria-label="Filters">
      <FilterList label="Sync" values={countedBy(all, syncOf)} chosen={sync} onChange={(chosen) => { edit({ sync: chosen }); }} />
      <FilterList label="Health" values={countedBy(all, healthOf)} chosen={health} onChange={(chosen) => { edit({ health: chosen }); }} />
    </aside>
  );
}

function NoneFit() {
  const edit = useQueryEdit();
  return (
    <Empty icon="search" title="No application fits">
      <Button
        onClick={() => {
          edit({ q: null, sync: null, health: null });
        }}
      >
        Show all
      </Button>
    </Empty>
  );
}

const kExample = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web-shop, namespace: argocd }
spec:
  project: default
  source:
    repoURL: https://git.example/acme/platform
    path: apps/web-shop
    targetRevision: main
  destination:
    server: https://kubernetes.default.svc
    namespace: shop`;

function NoApplications() {
  return (
    <Empty icon="applications" title="There are no applications yet">
      <p>
        An Application keeps a namespace equal to a folder of a repository. Write one beside the other manifests of the platform, or
        give it to kubectl:
      </p>
      <pre className="empty-code">{kExample}</pre>
    </Empty>
  );
}
