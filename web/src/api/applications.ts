// Argo CD's Applications: as the Kubernetes API has them, and what the platform compared for each.

import { useQuery } from "@tanstack/react-query";

import type { Json } from "../lib/yaml_text";
import { request } from "./client";
import type { Kind, Metadata } from "./kube";
import { kNotDiscovered, useObjects } from "./objects";

export const kApplications: Kind = {
  group: "argoproj.io",
  version: "v1alpha1",
  kind: "Application",
  plural: "applications",
  isNamespaced: true,
  ...kNotDiscovered,
};

export interface Source {
  repoURL?: string;
  path?: string;
  chart?: string;
  targetRevision?: string;
  ref?: string;
}

export interface Destination {
  server?: string;
  name?: string;
  namespace?: string;
}

export interface Health {
  status?: string;
  message?: string;
}

export interface ResourceStatus {
  group?: string;
  version: string;
  kind: string;
  namespace?: string;
  name: string;
  status?: string; // none for a hook
  health?: Health;
  hook?: boolean;
  requiresPruning?: boolean;
  syncWave?: number;
}

// With what is and what should be, where these differ; values of Secrets are covered.
export interface ComparedResource extends ResourceStatus {
  problem?: string; // why it could not be compared
  live?: Json;
  expected?: Json;
}

export interface InitiatedBy {
  username?: string;
  automated?: boolean;
}

interface Revisions {
  revision?: string;
  revisions?: string[];
}

export interface Deployment extends Revisions {
  id: number;
  deployedAt?: string;
  deployStartedAt?: string;
  source?: Source;
  sources?: Source[];
  initiatedBy?: InitiatedBy;
}

export interface ResourceResult {
  group?: string;
  kind: string;
  namespace?: string;
  name: string;
  status?: string;
  message?: string;
  hookPhase?: string;
  hookType?: string;
  syncPhase?: string;
}

export interface OperationState {
  phase?: string;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
  operation?: { initiatedBy?: InitiatedBy };
  syncResult?: Revisions & { resources?: ResourceResult[] };
}

export interface AppCondition {
  type: string;
  message: string;
  lastTransitionTime?: string;
}

export interface SyncPolicy {
  automated?: { prune?: boolean; selfHeal?: boolean; enabled?: boolean } | null;
  syncOptions?: string[];
  retry?: { limit?: number };
}

export interface Application {
  metadata: Metadata;
  spec: { project?: string; source?: Source; sources?: Source[]; destination?: Destination; syncPolicy?: SyncPolicy };
  operation?: unknown; // asked for, not yet begun
  status?: {
    sync?: Revisions & { status?: string };
    health?: Health;
    conditions?: AppCondition[];
    resources?: ResourceStatus[];
    history?: Deployment[];
    operationState?: OperationState;
    reconciledAt?: string;
    summary?: { images?: string[]; externalURLs?: string[] };
  };
}

export function useApplications() {
  return useObjects<Application>(kApplications);
}

// `stamp` changes when the comparison may have: it is then asked for again. Undefined: nothing was compared yet.
export function useComparison(namespace: string, name: string, stamp: string | undefined) {
  return useQuery({
    queryKey: ["gitops", namespace, name, stamp],
    queryFn: async ({ signal }) => {
      const path = `/api/gitops/applications/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
      return (await request<{ resources: ComparedResource[] }>(path, { signal })).resources;
    },
    enabled: stamp !== undefined,
    placeholderData: (before) => before,
    retry: 3, // after a restart the first comparison takes a moment
  });
}
