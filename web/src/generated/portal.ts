// Made by tools/generate-web-types.py from src/feature/portal/answers.types; not to be edited.

/** Who is signed in. */
export interface Session {
  /** Whether anybody is. */
  signedIn: boolean;
  /** Who; empty when nobody is. */
  user: string;
}

/** How the platform is doing. */
export interface PlatformStatus {
  /** The platform's name. */
  name: string;
  /** Its platform.yaml; empty when there is none. */
  file: string;
  /** The program's version. */
  version: string;
  /** Since when it runs. */
  startedAt: string;
  /** Its parts, in the order they come up. */
  parts: Part[];
}

/** A part of the platform and how it is doing. */
export interface Part {
  /** What it is called. */
  name: string;
  /** How it is doing. */
  state: "waiting" | "starting" | "ready" | "degraded" | "failed" | "off";
  /** What it holds, in one line. */
  summary: string;
  /** What to do, when it is not well. */
  hint: string;
  /** Where it listens, if it does. */
  address: string;
  /** The number that matters most. */
  count: number;
  /** From its start to being ready. */
  tookMs: number;
  /** Findings that a user should look at. */
  problems: number;
}

/** How many objects there are. */
export interface ObjectCounts {
  /** By resource; those without objects are left out. */
  counts: Record<string, number>;
}

/** Objects that were looked for by name. */
export interface FoundObjects {
  /** The best first. */
  items: FoundObject[];
}

/** An object that was found. */
export interface FoundObject {
  /** Its API group; empty for the core. */
  group: string;
  /** The version it is served in. */
  version: string;
  /** Its kind. */
  kind: string;
  /** The kind's name in addresses. */
  plural: string;
  /** Its namespace; empty when it has none. */
  namespace: string;
  /** Its name. */
  name: string;
}

/** A refusal, in Backstage's shape. */
export interface ErrorAnswer {
  /** What went wrong. */
  error: ErrorText;
  /** What was asked. */
  request: ErrorRequest;
  /** What it was answered with. */
  response: ErrorResponse;
}

/** What went wrong. */
export interface ErrorText {
  /** The class of error, in Backstage's words. */
  name: string;
  /** What, for people. */
  message: string;
  /** What to do about it. */
  hint?: string;
}

/** What was asked. */
export interface ErrorRequest {
  /** The method. */
  method: string;
  /** The path below the plugin's. */
  url: string;
}

/** What it was answered with. */
export interface ErrorResponse {
  /** The HTTP status. */
  statusCode: number;
}
