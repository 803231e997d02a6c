// The catalog of examples/platform, read and related well enough to develop pages against.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

export const kPlatform = resolve(dirname(fileURLToPath(import.meta.url)), "../../examples/platform");

export function filesBelow(path) {
  return readdirSync(path).sort().flatMap((name) => {
    const inner = join(path, name);
    return statSync(inner).isDirectory() ? filesBelow(inner) : [inner];
  });
}

export function documents(file) {
  return parseAllDocuments(readFileSync(file, "utf8")).map((document) => document.toJS()).filter(Boolean);
}

export function uidOf(text) {
  const hex = createHash("sha1").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const kFields = [
  ["owner", "group", "ownedBy", "ownerOf"],
  ["system", "system", "partOf", "hasPart"],
  ["domain", "domain", "partOf", "hasPart"],
  ["subcomponentOf", "component", "partOf", "hasPart"],
  ["providesApis", "api", "providesApi", "apiProvidedBy"],
  ["consumesApis", "api", "consumesApi", "apiConsumedBy"],
  ["dependsOn", "component", "dependsOn", "dependencyOf"],
  ["memberOf", "group", "memberOf", "hasMember"],
  ["parent", "group", "childOf", "parentOf"],
  ["children", "group", "parentOf", "childOf"],
];

export function refOf(entity) {
  return `${entity.kind}:${entity.metadata.namespace}/${entity.metadata.name}`.toLowerCase();
}

function fullRef(text, kind, namespace) {
  const match = /^(?:([^:]+):)?(?:([^/]+)\/)?(.+)$/.exec(text);
  return `${match[1] ?? kind}:${match[2] ?? namespace}/${match[3]}`.toLowerCase();
}

export function readCatalog() {
  const entities = new Map();
  for (const file of filesBelow(join(kPlatform, "catalog"))) {
    if (!/\.yaml$/.test(file) || /skeleton|\/apis\//.test(file)) continue;
    for (const entity of documents(file)) {
      entity.metadata.namespace ??= "default";
      entity.metadata.uid = uidOf(refOf(entity));
      entity.metadata.etag = uidOf(JSON.stringify(entity)).replaceAll("-", "");
      entity.metadata.annotations = {
        ...entity.metadata.annotations,
        "backstage.io/managed-by-location": `file:${file}`,
        "backstage.io/managed-by-origin-location": `file:${join(kPlatform, "catalog/all.yaml")}`,
      };
      const text = entity.spec?.definition?.$text;
      if (text) entity.spec.definition = readFileSync(join(dirname(file), text), "utf8");
      entity.relations = [];
      entities.set(refOf(entity), entity);
    }
  }
  relate(entities);
  return entities;
}

function relate(entities) {
  const add = (ref, type, targetRef) => {
    const relations = entities.get(ref)?.relations;
    if (!relations || relations.some((one) => one.type === type && one.targetRef === targetRef)) return;
    relations.push({ type, targetRef });
  };
  for (const [ref, entity] of entities) {
    for (const [field, kind, type, inverse] of kFields) {
      for (const written of [entity.spec?.[field] ?? []].flat()) {
        const target = fullRef(written, kind, entity.metadata.namespace);
        add(ref, type, target);
        add(target, inverse, ref);
      }
    }
  }
  for (const entity of entities.values()) {
    entity.relations.sort((a, b) => `${a.type} ${a.targetRef}`.localeCompare(`${b.type} ${b.targetRef}`));
  }
}

// Values of a dotted path, as the catalog's index has them.
export function valuesAt(entity, path) {
  const [head, ...rest] = path.split(".");
  if (head.toLowerCase() === "relations") {
    const type = rest.join(".").toLowerCase();
    return entity.relations.filter((one) => one.type.toLowerCase() === type).map((one) => one.targetRef);
  }
  let at = [entity];
  for (const part of path.split(".")) at = at.flatMap((value) => value?.[part] ?? []).flat();
  return at.filter((value) => typeof value !== "object").map(String);
}

function fits(entity, filter) {
  const wanted = new Map();
  for (const statement of filter.split(",").filter(Boolean)) {
    const [key, ...value] = statement.split("=");
    wanted.set(key.trim(), [...(wanted.get(key.trim()) ?? []), value.join("=").trim().toLowerCase()]);
  }
  return [...wanted].every(([key, values]) =>
    valuesAt(entity, key).some((value) => values.includes(value.toLowerCase())),
  );
}

export function filtered(entities, filters) {
  return [...entities.values()].filter((entity) => filters.length === 0 || filters.some((one) => fits(entity, one)));
}

export function byQuery(entities, query) {
  const cursor = query.get("cursor");
  const state = cursor
    ? JSON.parse(Buffer.from(cursor, "base64url").toString())
    : { filters: query.getAll("filter"), term: query.get("fullTextFilterTerm") ?? "", fields: query.get("fullTextFilterFields") ?? "", order: query.get("orderField") ?? "metadata.name,asc", at: 0 };
  const limit = Number(query.get("limit") ?? 20);
  const [field, direction] = state.order.split(",");
  const key = (entity) => valuesAt(entity, field)[0]?.toLowerCase();
  const term = state.term.trim().toLowerCase();
  const all = filtered(entities, state.filters)
    .filter((entity) => key(entity) !== undefined)
    .filter((entity) => term === "" || state.fields.split(",").some((one) => valuesAt(entity, one).some((value) => value.toLowerCase().includes(term))))
    .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) * (direction === "desc" ? -1 : 1));
  const cursorAt = (at) => Buffer.from(JSON.stringify({ ...state, at })).toString("base64url");
  const pageInfo = {};
  if (state.at + limit < all.length) pageInfo.nextCursor = cursorAt(state.at + limit);
  if (state.at > 0) pageInfo.prevCursor = cursorAt(Math.max(0, state.at - limit));
  return { items: all.slice(state.at, state.at + limit), totalItems: all.length, pageInfo };
}

export function facets(entities, query) {
  const found = filtered(entities, query.getAll("filter"));
  return {
    facets: Object.fromEntries(
      query.getAll("facet").map((field) => {
        const counts = new Map();
        for (const entity of found) for (const value of new Set(valuesAt(entity, field))) counts.set(value, (counts.get(value) ?? 0) + 1);
        return [field, [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, count]) => ({ value, count }))];
      }),
    ),
  };
}
