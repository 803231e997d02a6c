// Objects of examples/platform, and of its catalog, served in the manner of the Kubernetes API.
import { join } from "node:path";
import { documents, filesBelow, kPlatform, uidOf } from "./catalog.mjs";

const kNamespaced = { scope: "Namespaced", verbs: ["create", "delete", "get", "list", "patch", "update", "watch"] };
const kCluster = { ...kNamespaced, scope: "Cluster" };
const age = { name: "Age", type: "string", format: "", description: "Time since creation", priority: 0, cell: (o) => since(o.metadata.creationTimestamp) };
const column = (name, cell, type = "string") => ({ name, type, format: "", description: name, priority: 0, cell });
const ready = column("Ready", (o) => condition(o)?.status ?? "");
const status = column("Status", (o) => condition(o)?.reason ?? "");

function condition(object, type = "Ready") {
  return object.status?.conditions?.find((one) => one.type === type);
}

function since(time) {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 1000));
  return seconds < 120 ? `${seconds}s` : `${Math.floor(seconds / 60)}m`;
}

const kind = (group, version, name, plural, shape, ...columns) => ({ group, version, kind: name, plural, ...shape, shortNames: [], categories: [], columns: [...columns, age] });

export const kKinds = [
  kind("", "v1", "Namespace", "namespaces", kCluster, column("Status", (o) => o.status?.phase)),
  kind("", "v1", "ConfigMap", "configmaps", kNamespaced, column("Data", (o) => Object.keys(o.data ?? {}).length, "integer")),
  kind("", "v1", "Secret", "secrets", kNamespaced, column("Type", (o) => o.type ?? "Opaque"), column("Data", (o) => Object.keys(o.data ?? {}).length, "integer")),
  kind("", "v1", "Service", "services", kNamespaced, column("Type", (o) => o.spec?.type ?? "ClusterIP")),
  kind("", "v1", "Pod", "pods", kNamespaced),
  kind("", "v1", "Event", "events", kNamespaced, column("Type", (o) => o.type), column("Reason", (o) => o.reason), column("Object", (o) => `${o.involvedObject.kind.toLowerCase()}/${o.involvedObject.name}`), column("Message", (o) => o.message)),
  kind("apps", "v1", "Deployment", "deployments", kNamespaced),
  kind("batch", "v1", "CronJob", "cronjobs", kNamespaced),
  kind("goldenpath.dev", "v1alpha1", "CatalogSource", "catalogsources", kCluster, column("Target", (o) => o.spec.target), column("Entities", (o) => o.status.entities, "integer"), column("Problems", (o) => o.status.problems.length, "integer")),
  kind("goldenpath.dev", "v1alpha1", "ManifestSource", "manifestsources", kCluster, column("Objects", (o) => o.status.objects, "integer"), column("Problems", (o) => o.status.problems.length, "integer")),
  kind("goldenpath.dev", "v1alpha1", "PostgresInstance", "postgresinstances", kNamespaced, ready, status),
  kind("goldenpath.dev", "v1alpha1", "PostgresDatabase", "postgresdatabases", kNamespaced, column("Owner", (o) => o.spec?.owner), ready, status),
  kind("argoproj.io", "v1alpha1", "Application", "applications", kNamespaced, column("Sync Status", (o) => o.status?.sync?.status ?? "Unknown"), column("Health Status", (o) => o.status?.health?.status ?? "Unknown")),
  kind("argoproj.io", "v1alpha1", "AppProject", "appprojects", kNamespaced),
  kind("external-secrets.io", "v1", "ExternalSecret", "externalsecrets", kNamespaced, column("Store", (o) => o.spec?.secretStoreRef?.name), status, ready),
  kind("external-secrets.io", "v1", "SecretStore", "secretstores", kNamespaced, status, ready),
  kind("external-secrets.io", "v1", "ClusterSecretStore", "clustersecretstores", kCluster, status, ready),
  kind("monitoring.coreos.com", "v1", "ServiceMonitor", "servicemonitors", kNamespaced),
  kind("monitoring.coreos.com", "v1", "PrometheusRule", "prometheusrules", kNamespaced),
  ...["Component:components", "API:apis", "Resource:resources", "System:systems", "Domain:domains", "Group:groups", "User:users", "Location:locations"].map((pair) => {
    const [name, plural] = pair.split(":");
    return kind("backstage.io", "v1alpha1", name, plural, kNamespaced, column("Type", (o) => o.spec?.type ?? ""), column("Owner", (o) => o.spec?.owner ?? ""));
  }),
  kind("scaffolder.backstage.io", "v1beta3", "Template", "templates", kNamespaced),
];

export class Objects {
  constructor() {
    this.revision = 1000;
    this.items = new Map(); // "group/plural/namespace/name"
    this.watchers = new Set();
    this.log = [];
  }

  kindOf(apiVersion, name) {
    const slash = apiVersion.indexOf("/");
    const group = slash < 0 ? "" : apiVersion.slice(0, slash);
    return kKinds.find((one) => one.group === group && one.kind === name);
  }

  key(kind, namespace, name) {
    return `${kind.group}/${kind.plural}/${namespace ?? ""}/${name}`;
  }

  put(object, createdAgoMs = 0) {
    const kind = this.kindOf(object.apiVersion, object.kind);
    if (!kind) return null;
    if (kind.scope === "Namespaced") object.metadata.namespace ??= "default";
    const key = this.key(kind, object.metadata.namespace, object.metadata.name);
    const before = this.items.get(key);
    object.metadata = {
      ...object.metadata,
      uid: before?.metadata.uid ?? object.metadata.uid ?? uidOf(key),
      resourceVersion: String(++this.revision),
      generation: (before?.metadata.generation ?? 0) + 1,
      creationTimestamp: before?.metadata.creationTimestamp ?? new Date(Date.now() - createdAgoMs).toISOString(),
    };
    this.items.set(key, object);
    this.tell(before ? "MODIFIED" : "ADDED", kind, object);
    return object;
  }

  remove(kind, namespace, name) {
    const key = this.key(kind, namespace, name);
    const object = this.items.get(key);
    if (!object) return false;
    this.items.delete(key);
    object.metadata.resourceVersion = String(++this.revision);
    this.tell("DELETED", kind, object);
    return true;
  }

  tell(type, kind, object) {
    const event = { type, kind, object, revision: this.revision };
    this.log.push(event);
    for (const watcher of this.watchers) watcher(event);
  }

  list(kind, namespace) {
    return [...this.items.values()]
      .filter((object) => this.kindOf(object.apiVersion, object.kind) === kind && (!namespace || object.metadata.namespace === namespace))
      .sort((a, b) => `${a.metadata.namespace ?? ""}/${a.metadata.name}`.localeCompare(`${b.metadata.namespace ?? ""}/${b.metadata.name}`));
  }
}

function event(objects, about, type, reason, message, agoMs, count = 1) {
  const time = new Date(Date.now() - agoMs).toISOString();
  objects.put({
    apiVersion: "v1", kind: "Event",
    metadata: { name: `${about.metadata.name}.${uidOf(reason + message).slice(0, 12)}`, namespace: about.metadata.namespace ?? "default" },
    type, reason, message, count, firstTimestamp: time, lastTimestamp: time,
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name: about.metadata.name, namespace: about.metadata.namespace, uid: about.metadata.uid },
  }, agoMs);
}

const kHour = 3600_000;

export function readObjects(entities) {
  const objects = new Objects();
  for (const name of ["default", "kube-system", "argocd", "booking", "fleet"]) {
    objects.put({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { "kubernetes.io/metadata.name": name } }, status: { phase: "Active" } }, 30 * kHour);
  }
  for (const folder of ["manifests", "applications"]) {
    for (const file of filesBelow(join(kPlatform, folder))) {
      for (const object of documents(file)) objects.put(object, 3 * kHour);
    }
  }
  for (const entity of entities.values()) {
    const { relations: _, ...object } = structuredClone(entity);
    objects.put(object, 3 * kHour);
  }
  dress(objects);
  return objects;
}

// The states that controllers would write.
function dress(objects) {
  const transition = new Date(Date.now() - kHour).toISOString();
  for (const object of [...objects.items.values()]) {
    if (object.kind === "ExternalSecret") {
      const isBad = object.metadata.name.includes("payment");
      const message = isBad ? 'SecretStore "payments-vault" does not exist' : "secret synced";
      object.status = { conditions: [{ type: "Ready", status: isBad ? "False" : "True", reason: isBad ? "SecretSyncedError" : "SecretSynced", message, lastTransitionTime: transition }] };
      event(objects, object, isBad ? "Warning" : "Normal", isBad ? "UpdateFailed" : "Updated", message, isBad ? 42_000 : 0.4 * kHour, isBad ? 14 : 1);
    }
    if (/SecretStore|Postgres/.test(object.kind)) {
      object.status = { conditions: [{ type: "Ready", status: "True", reason: "Valid", message: "store validated", lastTransitionTime: transition }] };
    }
    if (object.kind === "Application") {
      const isLate = object.metadata.name === "timetable-service";
      object.status = { sync: { status: isLate ? "OutOfSync" : "Synced" }, health: { status: isLate ? "Progressing" : "Healthy" } };
      event(objects, object, "Normal", "OperationCompleted", "sync operation to 4f1c2ab succeeded", 5 * 60_000);
    }
  }
  objects.put({
    apiVersion: "goldenpath.dev/v1alpha1", kind: "CatalogSource",
    metadata: { name: "generated-9f2c61b7" },
    spec: { type: "file", target: join(kPlatform, "catalog/all.yaml") },
    status: {
      entities: 41,
      conditions: [{ type: "Ready", status: "True", reason: "Read", message: "41 entities, 2 problems", lastTransitionTime: transition }],
      problems: [
        { file: "catalog/fleet/services.yaml", line: 46, entityRef: "component:default/harbour-display", severity: "warning", message: "spec.owner refers to group:default/quays, which is not in the catalog" },
        { file: "catalog/booking/loyalty.yaml", line: 1, entityRef: "component:default/loyalty", severity: "error", message: "Processor BuiltinKindsEntityProcessor threw an error while validating the entity component:default/loyalty; caused by TypeError: /spec must have required property 'owner' - missingProperty: owner" },
      ],
    },
  }, 3 * kHour);
  const source = objects.put({
    apiVersion: "goldenpath.dev/v1alpha1", kind: "ManifestSource", metadata: { name: "tidewater" },
    spec: { root: kPlatform, paths: ["manifests/", "applications/"] },
    status: { objects: 19, problems: [], conditions: [{ type: "Ready", status: "True", reason: "Applied", message: "19 objects applied", lastTransitionTime: transition }] },
  }, 3 * kHour);
  event(objects, source, "Normal", "Applied", "19 objects applied, 2 changed", 12 * 60_000);
}

export function tableOf(kind, items, revision, more = {}) {
  const columns = [{ name: "Name", type: "string", format: "name", description: "Name", priority: 0, cell: (o) => o.metadata.name }, ...kind.columns];
  return {
    kind: "Table", apiVersion: "meta.k8s.io/v1", metadata: { resourceVersion: String(revision), ...more },
    columnDefinitions: columns.map(({ cell: _, ...rest }) => rest),
    rows: items.map((object) => ({
      cells: columns.map(({ cell }) => cell(object) ?? null),
      object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata },
    })),
  };
}
