// The address bar is the portal's view state: paths name pages, the query holds filters, tabs and drawers.

import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { AnchorHTMLAttributes, MouseEvent } from "react";

const kChanged = "goldenpath:navigate";

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(kChanged, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(kChanged, listener);
  };
}

function href(): string {
  return window.location.pathname + window.location.search;
}

export interface Place {
  path: string;
  query: URLSearchParams;
}

export function usePlace(): Place {
  const now = useSyncExternalStore(subscribe, href);
  return useMemo(() => {
    const url = new URL(now, "http://portal");
    return { path: url.pathname, query: url.searchParams };
  }, [now]);
}

export interface NavigateOptions {
  // Takes the place of the current entry, as typing in a filter should.
  replace?: boolean;
  keepScroll?: boolean;
}

export function navigate(to: string, options: NavigateOptions = {}): void {
  if (to === href()) return;
  if (options.replace) window.history.replaceState(null, "", to);
  else window.history.pushState(null, "", to);
  window.dispatchEvent(new Event(kChanged));
  if (!options.replace && !options.keepScroll) window.scrollTo(0, 0);
}

// Changes some parameters of the current address; null removes one.
export function useQueryEdit(): (
  changes: Record<string, string | string[] | null>,
  options?: NavigateOptions,
) => void {
  return useCallback((changes, options) => {
    const url = new URL(window.location.href);
    for (const [name, value] of Object.entries(changes)) {
      url.searchParams.delete(name);
      for (const one of value === null ? [] : [value].flat()) {
        if (one !== "") url.searchParams.append(name, one);
      }
    }
    navigate(url.pathname + url.search, { keepScroll: true, ...options });
  }, []);
}

// "/catalog/:namespace/:kind/:name" against "/catalog/default/api/x"; null when it does not fit.
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = path.replace(/\/+$/, "").split("/");
  if (wanted.length !== given.length) return null;
  const parts: Record<string, string> = {};
  for (const [index, piece] of wanted.entries()) {
    const text = given[index] ?? "";
    if (piece.startsWith(":")) {
      if (text === "") return null;
      parts[piece.slice(1)] = decodePart(text);
    } else if (piece !== text) {
      return null;
    }
  }
  return parts;
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// A path of parts, each percent-encoded.
export function pathOf(...parts: string[]): string {
  return "/" + parts.map(encodeURIComponent).join("/");
}

export function withQuery(path: string, query: Record<string, string | string[] | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of value === undefined ? [] : [value].flat()) parameters.append(name, one);
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

function isPlainClick(event: MouseEvent): boolean {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string; keepScroll?: boolean };

export function Link({ to, keepScroll, onClick, ...rest }: LinkProps) {
  return (
    <a
      href={to}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || !isPlainClick(event)) return;
        event.preventDefault();
        navigate(to, { keepScroll });
      }}
      {...rest}
    />
  );
}
