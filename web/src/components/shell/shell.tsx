// What surrounds every page: the way to the others, search, keys that work everywhere.

import { useCallback, useState } from "react";
import type { ReactNode } from "react";

import "./shell.css";
import { isPlainKey, isTyping, useKeys } from "../../lib/keys";
import { usePlace } from "../../lib/router";
import { IconButton } from "../basics";
import { useListKeys } from "../list_keys";
import { Palette } from "../palette/palette";
import { KeysDialog } from "./keys_dialog";
import { Brand, Sidebar } from "./sidebar";

export function Shell({ children }: { children: ReactNode }) {
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  // The menu on small screens is open on one page only: following a link closes it.
  const { path } = usePlace();
  const [menuPath, setMenuPath] = useState<string | null>(null);
  const isMenuOpen = menuPath === path;

  useListKeys();
  useKeys((event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      setPaletteOpen((isOpen) => !isOpen);
      return true;
    }
    if (event.key === "?" && isPlainKey(event) && !isTyping(event.target)) {
      setHelpOpen(true);
      return true;
    }
    if (event.key === "Escape" && isMenuOpen) {
      setMenuPath(null);
      return true;
    }
    return false;
  });
  const openPalette = useCallback(() => {
    setPaletteOpen(true);
  }, []);

  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <header className="topbar">
        <IconButton
          icon={isMenuOpen ? "close" : "menu"}
          label={isMenuOpen ? "Close menu" : "Open menu"}
          aria-expanded={isMenuOpen}
          onClick={() => {
            setMenuPath(isMenuOpen ? null : path);
          }}
        />
        <Brand />
        <IconButton icon="search" label="Search" onClick={openPalette} />
      </header>
      <Sidebar
        isOpen={isMenuOpen}
        onSearch={openPalette}
        onHelp={() => {
          setHelpOpen(true);
        }}
      />
      {isMenuOpen && (
        <div
          className="scrim"
          onClick={() => {
            setMenuPath(null);
          }}
        />
      )}
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      {isPaletteOpen && (
        <Palette
          onClose={() => {
            setPaletteOpen(false);
          }}
        />
      )}
      {isHelpOpen && (
        <KeysDialog
          onClose={() => {
            setHelpOpen(false);
          }}
        />
      )}
    </div>
  );
}
