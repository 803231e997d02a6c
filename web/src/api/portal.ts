// The portal's own routes: sign-in and the platform's status.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { ApiError, request } from "./client";

export interface Session {
  signedIn: boolean;
  user: string;
}

export type PartState = "waiting" | "starting" | "ready" | "degraded" | "failed" | "off";

export interface Part {
  name: string;
  state: PartState;
  summary: string;
  hint: string;
  address: string;
  count: number;
  tookMs: number;
  problems: number;
}

export interface PlatformStatus {
  name: string;
  file: string;
  version: string;
  startedAt: string;
  parts: Part[];
}

export const kSessionKey = ["session"];

async function readSession(): Promise<Session | null> {
  try {
    return await request<Session>("/api/portal/session");
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
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
      cache.clear();
      cache.setQueryData(kSessionKey, null);
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
