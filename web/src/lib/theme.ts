// Light, dark, or as the system has it. Kept in the browser; public/theme.js applies it before the first paint.

import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";

const kKey = "goldenpath.theme";
const listeners = new Set<() => void>();

function read(): Theme {
  const stored = localStorage.getItem(kKey);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function setTheme(theme: Theme): void {
  if (theme === "system") {
    localStorage.removeItem(kKey);
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem(kKey, theme);
    document.documentElement.dataset["theme"] = theme;
  }
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, read);
}

export function isDarkNow(theme: Theme): boolean {
  return theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
}
