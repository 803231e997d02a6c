// The main navigation, with the counts of what it leads to.

import { useFacets } from "../../api/catalog";
import { useSignOut, useStatus } from "../../api/portal";
import { isDarkNow, setTheme, useTheme } from "../../lib/theme";
import { kindPlural } from "../../lib/refs";
import { Link, usePlace, withQuery } from "../../lib/router";
import { IconButton, Key } from "../basics";
import { Icon, KindIcon } from "../icon";
import type { IconName } from "../icon";

const kCatalogKinds = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Template"];
const kIsMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function Brand() {
  return (
    <Link className="brand" to="/" aria-label="GoldenPath, home">
      <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" className="brand-tile" />
        <path d="M9 25c0-5 14-5 14-10.500S15 9.500 15 6" className="brand-path" />
        <circle cx="15" cy="6.400" r="2.600" className="brand-dot" />
      </svg>
      <span>GoldenPath</span>
    </Link>
  );
}

export function Sidebar({
  isOpen,
  onSearch,
  onHelp,
}: {
  isOpen: boolean;
  onSearch: () => void;
  onHelp: () => void;
}) {
  const status = useStatus();
  const problems = status.data?.parts.reduce((sum, part) => sum + part.problems, 0) ?? 0;
  return (
    <aside className="sidebar" data-open={isOpen || undefined} aria-label="Sidebar">
      <Brand />
      <button type="button" className="search-button" onClick={onSearch}>
        <Icon name="search" size={14} />
        <span>Search or jump to</span>
        <Key>{kIsMac ? "⌘K" : "Ctrl K"}</Key>
      </button>
      <nav className="nav" aria-label="Main">
        <NavItem to="/" icon="home" label="Home" isExact />
        <NavItem to="/catalog" icon="catalog" label="Catalog" />
        <CatalogKinds />
        <NavItem to="/applications" icon="applications" label="Applications" />
        <NavItem to="/objects" icon="objects" label="Objects" />
        <NavItem to="/problems" icon="problems" label="Problems" count={problems} isAlarming />
        <NavItem to="/settings" icon="settings" label="Settings" />
      </nav>
      <Foot name={status.data?.name} version={status.data?.version} onHelp={onHelp} />
    </aside>
  );
}

function NavItem({
  to,
  icon,
  label,
  count = 0,
  isExact = false,
  isAlarming = false,
}: {
  to: string;
  icon: IconName;
  label: string;
  count?: number;
  isExact?: boolean;
  isAlarming?: boolean;
}) {
  const { path } = usePlace();
  const isHere = isExact ? path === to : path === to || path.startsWith(`${to}/`);
  return (
    <Link className="nav-item" to={to} aria-current={isHere ? "page" : undefined}>
      <Icon name={icon} />
      <span>{label}</span>
      {count > 0 && (
        <span className="nav-count" data-alarming={isAlarming || undefined}>
          {count}
        </span>
      )}
    </Link>
  );
}

function CatalogKinds() {
  const { path, query } = usePlace();
  const facet = useFacets(["kind"], {})["kind"];
  const kinds = kCatalogKinds.filter((kind) => facet?.some(({ value }) => value === kind));
  const chosen = path === "/catalog" ? query.getAll("kind").map((kind) => kind.toLowerCase()) : [path.split("/")[3]];
  return (
    <ul className="nav-kinds" aria-label="Kinds of entities">
      {kinds.map((kind) => (
        <li key={kind}>
          <Link
            className="nav-kind"
            to={withQuery("/catalog", { kind: kind.toLowerCase() })}
            aria-current={chosen.length === 1 && chosen[0] === kind.toLowerCase() ? "true" : undefined}
          >
            <KindIcon kind={kind} size={14} />
            <span>{kindPlural(kind)}</span>
            <span className="nav-number">{facet?.find(({ value }) => value === kind)?.count}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Foot({ name, version, onHelp }: { name?: string; version?: string; onHelp: () => void }) {
  const theme = useTheme();
  const signOut = useSignOut();
  const isDark = isDarkNow(theme);
  return (
    <footer className="sidebar-foot">
      <div className="sidebar-platform">
        <strong className="truncate">{name ?? " "}</strong>
        <span>{version ? `version ${version}` : " "}</span>
      </div>
      <button type="button" className="icon-button" aria-label="Keyboard shortcuts" title="Keyboard shortcuts" onClick={onHelp}>
        <span className="help-mark">?</span>
      </button>
      <IconButton
        icon={isDark ? "sun" : "moon"}
        label={isDark ? "Light theme" : "Dark theme"}
        onClick={() => {
          setTheme(isDark ? "light" : "dark");
        }}
      />
      <IconButton
        icon="signout"
        label="Sign out"
        onClick={() => {
          signOut.mutate();
        }}
      />
    </footer>
  );
}
