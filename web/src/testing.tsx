// For tests of pages: a server that answers from a table of paths, and a page rendered against it.

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";

export interface Asked {
  method: string;
  path: string; // with its query
  body: unknown;
}
type Answer = unknown;
type Route = Answer | ((asked: Asked) => Answer);

export class Refusal {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {}
}

// The longest path that the request begins with answers; what nobody answers is a 404.
export function serve(routes: Record<string, Route>): Asked[] {
  const log: Asked[] = [];
  vi.stubGlobal(
    "fetch",
    vi.fn((path: string, init: RequestInit = {}) => {
      const asked = {
        method: init.method ?? "GET",
        path,
        body: typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : undefined,
      };
      log.push(asked);
      const known = Object.keys(routes).filter((route) => path.startsWith(route));
      const route = routes[known.sort((a, b) => b.length - a.length)[0] ?? ""];
      const answer: unknown = typeof route === "function" ? (route as (asked: Asked) => Answer)(asked) : route;
      if (answer instanceof Refusal) return Promise.resolve(Response.json(answer.body, { status: answer.status }));
      if (answer === undefined) return Promise.resolve(Response.json({ message: `nobody answers ${path}` }, { status: 404 }));
      return Promise.resolve(answer === null ? new Response(null, { status: 204 }) : Response.json(answer));
    }),
  );
  return log;
}

export function show(page: ReactNode, at = "/") {
  window.scrollTo = vi.fn();
  // jsdom has no layout.
  Element.prototype.scrollIntoView = vi.fn();
  window.history.replaceState(null, "", at);
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return { cache, ...render(<QueryClientProvider client={cache}>{page}</QueryClientProvider>) };
}

export function leave(): void {
  cleanup();
  vi.unstubAllGlobals();
}

// The one socket that watches go over.
export class FakeSocket {
  static last: FakeSocket | undefined;
  readyState = 1;
  sent: { id: number; path?: string; stop?: boolean }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor() {
    FakeSocket.last = this;
    queueMicrotask(() => this.onopen?.());
  }
  send(text: string) {
    this.sent.push(JSON.parse(text) as FakeSocket["sent"][number]);
  }
  event(type: string, object: unknown) {
    const id = this.sent.filter(({ path }) => path !== undefined).at(-1)?.id;
    this.onmessage?.({ data: JSON.stringify({ id, type, object }) });
  }
}
