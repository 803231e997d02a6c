// Made by tools/generate-web-types.py from src/platform/object/types; not to be edited.

import type { Json } from "../lib/yaml_text";

/** What all objects have: a name, labels, owners, times. */
export interface ObjectMeta {
  /** The name, unique in its namespace for each kind; it cannot be changed. */
  name?: string;
  /** The server makes a unique name that begins with this, when there is no name. */
  generateName?: string;
  /** The namespace it lives in; it cannot be changed. */
  namespace?: string;
  /** No longer used. */
  selfLink?: string;
  /** Unique for all time: another object of the same name has another one. */
  uid?: string;
  /** Changes with every write; send it back to be told when somebody else wrote first. */
  resourceVersion?: string;
  /** Grows when what is wanted changes. */
  generation?: number;
  /** When it was created. */
  creationTimestamp?: string | null;
  /** When its deletion was asked for; it stays until its finalizers are gone. */
  deletionTimestamp?: string | null;
  /** How long it may take to end. */
  deletionGracePeriodSeconds?: number;
  /** Short words by which objects are found and grouped. */
  labels?: Record<string, string>;
  /** Texts of any kind for programs and people; nothing is found by them. */
  annotations?: Record<string, string>;
  /** The objects it belongs to: when all of them are gone, so is it. */
  ownerReferences?: OwnerReference[];
  /** Who has to do something before it can go. */
  finalizers?: string[];
  /** Who set which fields, for server-side apply. */
  managedFields?: ManagedFieldsEntry[];
}

/** An object that another one belongs to. */
export interface OwnerReference {
  /** Its group and version. */
  apiVersion: string;
  /** The kind of the object. */
  kind: string;
  /** Its name. */
  name: string;
  /** Its uid. */
  uid: string;
  /** Whether it is the one that manages the object. */
  controller?: boolean;
  /** Whether foreground deletion of the owner waits for the object. */
  blockOwnerDeletion?: boolean;
}

/** What all lists have. */
export interface ListMeta {
  selfLink?: string;
  /** The version of the list: a watch can begin there. */
  resourceVersion?: string;
  /** Where the next page begins; empty on the last one. */
  continue?: string;
  /** How many follow on further pages. */
  remainingItemCount?: number;
}

/** Something that is true of an object, or not. */
export interface Condition {
  /** What this is about. */
  type: string;
  /** Whether it is so: True, False or Unknown. */
  status: "False" | "True" | "Unknown";
  /** The generation of the spec that this is about. */
  observedGeneration?: number;
  /** When that last changed. */
  lastTransitionTime: string;
  /** Why, in one word. */
  reason: string;
  /** Why, for people. */
  message: string;
}

/** The answer to a request that has no object for an answer. */
export interface Status {
  apiVersion: string;
  kind: string;
  /** Name, labels and what else all objects have. */
  metadata?: ListMeta;
  /** What there is; the controller writes it. */
  status?: string;
  /** Why, for people. */
  message?: string;
  /** Why, in one word. */
  reason?: string;
  /** More about it, for programs. */
  details?: StatusDetails;
  /** The HTTP status. */
  code?: number;
}

/** Something that happened to an object. */
export interface Event {
  apiVersion: string;
  kind: string;
  /** Name, labels and what else all objects have. */
  metadata: ObjectMeta;
  /** What it happened to. */
  involvedObject: ObjectReference;
  /** What happened, in one word. */
  reason?: string;
  /** What happened, for people. */
  message?: string;
  /** Who reported it. */
  source?: EventSource;
  /** When it was first seen. */
  firstTimestamp?: string | null;
  /** When it was last seen. */
  lastTimestamp?: string | null;
  /** How often it was seen. */
  count?: number;
  /** Normal or Warning. */
  type?: string;
  /** When it was first seen, to the microsecond. */
  eventTime?: string | null;
  /** How it went on, if it repeats. */
  series?: EventSeries;
  /** What was done about it, or why it failed. */
  action?: string;
  /** Another object that has to do with it. */
  related?: ObjectReference;
  /** Which controller reported it. */
  reportingComponent?: string;
  /** Which instance of the controller. */
  reportingInstance?: string;
}

/** Values that not everybody may see: passwords, keys, tokens. */
export interface Secret {
  apiVersion: string;
  kind: string;
  /** Name, labels and what else all objects have. */
  metadata?: ObjectMeta;
  /** Whether the data is frozen for good. */
  immutable?: boolean;
  /** Values by key, as base64. */
  data?: Record<string, string>;
  /** Values by key as plain text, for writing only; they end up in data. */
  stringData?: Record<string, string>;
  /** What the values are for, such as Opaque or kubernetes.io/tls. */
  type?: string;
}

/** A place that the catalog reads entities from. */
export interface CatalogSource {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  /** Which place. */
  spec: CatalogSourceSpec;
  /** What was read. */
  status?: CatalogSourceStatus;
}

/** A folder of manifests that is applied to the local store. */
export interface ManifestSource {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  /** Which folder. */
  spec: ManifestSourceSpec;
  /** What was read. */
  status?: ManifestSourceStatus;
}

/** Which fields one manager has set. */
export interface ManagedFieldsEntry {
  /** Who. */
  manager?: string;
  /** Apply or Update. */
  operation?: string;
  /** In which version the fields are named. */
  apiVersion?: string;
  /** When. */
  time?: string | null;
  /** How they are written: FieldsV1. */
  fieldsType?: string;
  /** The fields. */
  fieldsV1?: Json;
  /** Through which subresource. */
  subresource?: string;
}

export interface StatusDetails {
  /** Its name. */
  name?: string;
  group?: string;
  /** The kind of the object. */
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

/** Names an object. */
export interface ObjectReference {
  /** The kind of the object. */
  kind?: string;
  /** Its namespace. */
  namespace?: string;
  /** Its name. */
  name?: string;
  uid?: string;
  apiVersion?: string;
  /** The version of it. */
  resourceVersion?: string;
  fieldPath?: string;
}

export interface EventSource {
  component?: string;
  /** The host. */
  host?: string;
}

export interface EventSeries {
  count?: number;
  lastObservedTime?: string | null;
}

/** Which place. */
export interface CatalogSourceSpec {
  /** A file of the platform repository, with wildcards. */
  path?: string;
  /** An address, of a host that spec.catalog.reading of platform.yaml allows. */
  url?: string;
  /** file or url: what target is; instead of path or url. */
  type?: string;
  /** The file, with wildcards, or the URL. */
  target?: string;
}

/** What was read. */
export interface CatalogSourceStatus {
  /** From where, as a person would write it. */
  source?: string;
  /** How many entities were read. */
  entities?: number;
  /** How many problems there are. */
  problemCount?: number;
  /** Entities that were refused, and why. */
  problems?: CatalogProblem[];
  /** When it was last read. */
  lastRead?: string;
  /** Ready, or not and why. */
  conditions?: Json[];
}

/** Which folder. */
export interface ManifestSourceSpec {
  /** Its path in the platform repository. */
  path: string;
}

/** What was read. */
export interface ManifestSourceStatus {
  /** How many objects were read. */
  objects?: number;
  /** How many problems there are. */
  problemCount?: number;
  /** Objects that were refused, and why. */
  problems?: ManifestProblem[];
  /** When it was last read. */
  lastRead?: string;
  /** Ready, or not and why. */
  conditions?: Json[];
}

export interface StatusCause {
  /** Why, in one word. */
  reason?: string;
  /** Why, for people. */
  message?: string;
  field?: string;
}

/** An entity that was refused. */
export interface CatalogProblem {
  /** The file it stands in. */
  file?: string;
  /** The line it begins at. */
  line?: number;
  /** What it calls itself. */
  entityRef?: string;
  /** What is wrong with it. */
  message?: string;
}

/** An object that was refused. */
export interface ManifestProblem {
  /** The file it stands in. */
  file?: string;
  /** The line it begins at. */
  line?: number;
  /** What it is. */
  object?: string;
  /** What is wrong with it. */
  message?: string;
}
