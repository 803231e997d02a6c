// What the palette finds: pages and commands, kinds, entities of the catalog, objects of the store.

import type { ReactNode } from "react";

import { useEntities } from "../../api/catalog";
import { resourceOf } from "../../api/kube";
import type { Kind } from "../../api/kube";
import { useKinds, useObjectSearch } from "../../api/objects";
import type { FoundObject } from "../../api/objects";
import { useSignOut } from "../../api/portal";
import { matches } from "../../lib/match";
import { kindPath, objectPath } from "../../lib/object_paths";
import { entityPath, kindLabel, kindPlural } from "../../lib/refs";
import { setTheme } from "../../lib/theme";
import { withQuery } from "../../lib/router";
import { entityTitle, refOf } from "../entity_link";
import { Icon, KindIcon } from "../icon";
import type { IconName } from "../icon";

export interface PaletteItem {
  id: string;
  section: string;
  icon: ReactNode;
  label: string;
  detail: string;
  to?: string;
  run?: () => void;
}

const kCatalogKinds = ["component", "api", "resource", "system", "domain", "group", "user", "template"];

function page(label: string, to: string, icon: IconName, detail = ""): PaletteItem {
  return { id: `page ${to}`, section: "Pages", icon: <Icon name={icon} />, label, detail, to };
}

const kPages: PaletteItem[] = [
  page("Home", "/", "home", "status of the platform"),
  page("Catalog", "/catalog", "catalog", "all entities"),
  page("Applications", "/applications", "applications", "what is synced from repositories"),
  page("Objects", "/objects", "objects", "every kind"),
  page("Problems", "/problems", "problems", "what needs attention"),
  page("Settings", "/settings", "settings", "theme"),
  ...kCatalogKinds.map((kind) => ({
    ...page(kindPlural(kind), withQuery("/catalog", { kind }), "catalog", "catalog"),
    icon: <KindIcon kind={kind} />,
  })),
];

function theme(label: string, value: "light" | "dark" | "system", icon: IconName): PaletteItem {
  return {
    id: `theme ${value}`,
    section: "Commands",
    icon: <Icon name={icon} />,
    label,
    detail: "",
    run: () => {
      setTheme(value);
    },
  };
}

const kThemes = [
  theme("Light theme", "light", "sun"),
  theme("Dark theme", "dark", "moon"),
  theme("Theme of the system", "system", "screen"),
];

function kindItem(kind: Kind): PaletteItem {
  return {
    id: `kind ${resourceOf(kind)}`,
    section: "Kinds",
    icon: <Icon name="objects" />,
    label: kind.kind,
    detail: resourceOf(kind),
    to: kindPath(kind),
  };
}

function objectItem(found: FoundObject): PaletteItem {
  return {
    id: `object ${resourceOf(found)} ${found.namespace}/${found.name}`,
    section: "Objects",
    icon: <Icon name="objects" />,
    label: found.name,
    detail: [found.kind, found.namespace].filter(Boolean).join(" · "),
    to: objectPath(found, found.namespace, found.name),
  };
}

const kKindsMax = 5;
const kEntitiesMax = 8;
const kNameFields = ["metadata.name", "metadata.title", "spec.profile.displayName"];

export function usePaletteItems(typed: string): { items: PaletteItem[]; isSearching: boolean } {
  const text = typed.trim();
  const kinds = useKinds();
  const signOut = useSignOut();
  const found = useObjectSearch(text);
  const entities = useEntities(
    { filters: {}, text, order: "metadata.name,asc", cursor: "", limit: kEntitiesMax, fields: kNameFields },
    text !== "",
  );
  const out: PaletteItem = {
    id: "sign out",
    section: "Commands",
    icon: <Icon name="signout" />,
    label: "Sign out",
    detail: "",
    run: () => {
      signOut.mutate();
    },
  };
  const fits = (item: PaletteItem) => matches(item.label, text);
  if (text === "") return { items: [...kPages.slice(0, 6), ...kThemes, out], isSearching: false };

  const entityItems = (entities.data?.items ?? []).map((entity) => ({
    id: `entity ${entity.kind} ${entity.metadata.namespace}/${entity.metadata.name}`,
    section: "Catalog",
    icon: <KindIcon kind={entity.kind} />,
    label: entityTitle(entity),
    detail: [kindLabel(entity.kind), entity.metadata.name].join(" · "),
    to: entityPath(refOf(entity)),
  }));
  const kindItems = (kinds.data ?? [])
    .filter((kind) => matches(kind.kind, text) || kind.plural === text || kind.shortNames.includes(text))
    .slice(0, kKindsMax)
    .map(kindItem);
  return {
    items: [
      ...kPages.filter(fits),
      ...entityItems,
      ...kindItems,
      ...(found.data ?? []).map(objectItem),
      ...[...kThemes, out].filter(fits),
    ],
    isSearching: found.isFetching || entities.isFetching,
  };
}
