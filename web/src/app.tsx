// Which page an address shows.

import type { ReactNode } from "react";

import { useSession } from "./api/portal";
import { Shell } from "./components/shell/shell";
import { Problem } from "./components/states";
import { matchPath, usePlace } from "./lib/router";
import { ApplicationPage } from "./pages/applications/application_page";
import { ApplicationsPage } from "./pages/applications/applications_page";
import { CatalogPage } from "./pages/catalog/catalog_page";
import { EntityPage } from "./pages/entity/entity_page";
import { HomePage } from "./pages/home/home_page";
import { NotFoundPage } from "./pages/not_found/not_found_page";
import { ObjectPage } from "./pages/objects/object_page";
import { ObjectsPage } from "./pages/objects/objects_page";
import { ProblemsPage } from "./pages/problems/problems_page";
import { SettingsPage } from "./pages/settings/settings_page";
import { SignInPage } from "./pages/sign_in/sign_in_page";

type Parts = Record<string, string | undefined>;

const kPages: [pattern: string, page: (parts: Parts) => ReactNode][] = [
  ["", () => <HomePage />],
  ["/catalog", () => <CatalogPage />],
  [
    "/catalog/:namespace/:kind/:name",
    ({ namespace = "", kind = "", name = "" }) => (
      <EntityPage key={`${kind}:${namespace}/${name}`} kind={kind} namespace={namespace} name={name} />
    ),
  ],
  ["/applications", () => <ApplicationsPage />],
  [
    "/applications/:namespace/:name",
    ({ namespace = "", name = "" }) => <ApplicationPage key={`${namespace}/${name}`} namespace={namespace} name={name} />,
  ],
  ["/objects", () => <ObjectsPage />],
  ["/objects/:group/:plural", ({ group, plural }) => <ObjectsPage group={group} plural={plural} />],
  [
    "/objects/:group/:plural/:namespace/:name",
    ({ group = "", plural = "", namespace = "", name = "" }) => (
      <ObjectPage
        key={`${group}/${plural}/${namespace}/${name}`}
        group={group}
        plural={plural}
        namespace={namespace}
        name={name}
      />
    ),
  ],
  ["/problems", () => <ProblemsPage />],
  ["/settings", () => <SettingsPage />],
];

function pageOf(path: string): ReactNode {
  for (const [pattern, page] of kPages) {
    const parts = matchPath(pattern, path);
    if (parts) return page(parts);
  }
  return <NotFoundPage path={path} />;
}

export function App() {
  const session = useSession();
  const { path } = usePlace();
  if (session.isPending) return null;
  if (session.error) {
    return (
      <main className="lone">
        <Problem error={session.error} />
      </main>
    );
  }
  if (session.data === null) return <SignInPage />;
  return <Shell>{pageOf(path)}</Shell>;
}
