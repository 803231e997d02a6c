// The portal's own routes: sign-in and the platform's status.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import type { Part, PlatformStatus, Session } from "../generated/portal";
import { request } from "./client";

export type { Part, PlatformStatus, Session };
export type PartState = Part["state"];

export const kSessionKey = ["session"];

async function readSession(): Promise<Session | null> {
  const session = await request<Session>("/api/portal/session");
  return session.signedIn ? session : null;
}

// Null: nobody is signed in.
export function useSession() {
  return useQuery({ queryKey: kSessionKey, queryFn: readSession, staleTime: Infinity, retry: false });
}

export function useSignIn() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (token: string) =>
      request<undefined>("/api/portal/session", { method: "POST", body: { token: token.trim() } }),
    onSuccess: () => {
      cache.setQueryData<Session>(kSessionKey, { signedIn: true, user: "admin" });
    },
  });
}

export function useSignOut() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => request<undefined>("/api/portal/session", { method: "DELETE" }),
    onSuccess: () => {
      // Not clear(): who waits for the session would never hear that it is over.
      cache.setQueryData(kSessionKey, null);
      cache.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== kSessionKey[0] });
    },
  });
}

export function isSettled(part: Part): boolean {
  return part.state !== "waiting" && part.state !== "starting";
}

export function useStatus() {
  return useQuery({
    queryKey: ["status"],
    queryFn: ({ signal }) => request<PlatformStatus>("/api/portal/status", { signal }),
    refetchInterval: (query) => (query.state.data?.parts.every(isSettled) ? 5000 : 700),
  });
}
