// A stand-in for `goldenpath up` while working on pages: `npm run mock`, then `npm run dev`. The token is "mock".
// It also serves a built web/dist, so that browser tests can run without the program.
import { createServer } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { byQuery, facets, kPlatform, readCatalog } from "./catalog.mjs";
import { kKinds, readObjects, tableOf } from "./objects.mjs";
import { accept } from "./websocket.mjs";

const kDist = resolve(dirname(fileURLToPath(import.meta.url)), "../dist");
const kTypes = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2" };
const kPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export function startMock({ port = 7070, token = "mock" } = {}) {
  const entities = readCatalog();
  const objects = readObjects(entities);
  const startedAt = new Date(Date.now() - 3 * 3600_000).toISOString();
  const isSignedIn = (request) => (request.headers.cookie ?? "").includes("goldenpath_session=yes") || request.headers.authorization === `Bearer ${token}`;

  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (bytes) => (body += bytes));
    request.on("end", () => {
      const url = new URL(request.url, "http://mock");
      const reply = (status, json, headers = {}) => {
        response.writeHead(status, { "Content-Type": "application/json", ...headers });
        response.end(json === undefined ? "" : JSON.stringify(json));
      };
      try {
        route(request, url, body, reply, response);
      } catch (error) {
        reply(500, { error: { name: "Error", message: String(error.stack) } });
      }
    });
  });

  function route(request, url, body, reply, response) {
    const { pathname: path } = url;
    if (!path.startsWith("/api/") && !path.startsWith("/kube/")) return serveFile(path, response);
    if (path === "/api/portal/session" && request.method === "POST") {
      if (JSON.parse(body).token !== token) return reply(401, { error: { name: "AuthenticationError", message: "that is not this platform's token" } });
      return reply(204, undefined, { "Set-Cookie": "goldenpath_session=yes; Path=/; HttpOnly; SameSite=Strict" });
    }
    if (path === "/api/portal/session" && request.method === "DELETE") return reply(204, undefined, { "Set-Cookie": "goldenpath_session=; Path=/; Max-Age=0" });
    if (!isSignedIn(request)) return reply(401, { error: { name: "AuthenticationError", message: "Missing credentials" } });
    if (path === "/api/portal/session") return reply(200, { signedIn: true, user: "admin" });
    if (path === "/api/portal/status") return reply(200, status());
    if (path === "/api/portal/counts") return reply(200, { counts: Object.fromEntries(kKinds.map((kind) => [kind.group ? `${kind.plural}.${kind.group}` : kind.plural, objects.list(kind).length]).filter(([, count]) => count > 0)) });
    if (path === "/api/portal/objects") return reply(200, { items: searchObjects(url.searchParams) });
    if (path.startsWith("/api/catalog/")) return catalog(request, url, body, reply);
    if (path.startsWith("/kube/")) return kube(request, url, body, reply);
    return reply(404);
  }

  function status() {
    const part = (name, state, count, summary, more = {}) => ({ name, state, count, summary, hint: "", address: "", tookMs: 0, problems: 0, ...more });
    return {
      name: "tidewater", file: join(kPlatform, "platform.yaml"), version: "0.1.0", startedAt,
      parts: [
        part("store", "ready", objects.items.size, `${objects.items.size} objects at revision ${objects.revision}`, { tookMs: 4.2 }),
        part("kube", "ready", kKinds.length, `${kKinds.length} kinds`, { address: "https://127.0.0.1:6443", tookMs: 11.8 }),
        part("portal", "ready", 0, "", { address: "http://127.0.0.1:7007", tookMs: 2.1 }),
        part("lifecycle", "ready", 0, "garbage collection, namespaces, event expiry", { tookMs: 0.6 }),
        part("manifests", "ready", 19, "19 objects from 8 files", { tookMs: 21.4 }),
        part("catalog", "degraded", entities.size, `${entities.size} entities from 1 location, 2 problems`, { tookMs: 34.9, problems: 2, hint: "catalog/booking/loyalty.yaml:1: /spec must have required property 'owner'" }),
      ],
    };
  }

  function searchObjects(query) {
    const text = (query.get("name") ?? "").toLowerCase();
    return kKinds.filter((kind) => !kind.group.endsWith("backstage.io") && kind.plural !== "events").flatMap((kind) =>
      objects.list(kind).filter((object) => object.metadata.name.includes(text)).map((object) => ({ group: kind.group, version: kind.version, kind: kind.kind, plural: kind.plural, namespace: object.metadata.namespace ?? "", name: object.metadata.name })),
    ).slice(0, Number(query.get("limit") ?? 20));
  }

  function catalog(request, url, body, reply) {
    const path = url.pathname.slice("/api/catalog".length);
    if (path === "/entities/by-query") return reply(200, byQuery(entities, url.searchParams));
    if (path === "/entity-facets") return reply(200, facets(entities, url.searchParams));
    if (path === "/entities/by-refs") return reply(200, { items: JSON.parse(body).entityRefs.map((ref) => entities.get(ref) ?? null) });
    const named = /^\/entities\/by-name\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path);
    if (named) {
      const [kind, namespace, name] = named.slice(1).map(decodeURIComponent);
      const entity = entities.get(`${kind}:${namespace}/${name}`.toLowerCase());
      return entity ? reply(200, entity) : reply(404, { error: { name: "NotFoundError", message: `No entity named '${name}' found, with kind '${kind}' in namespace '${namespace}'` } });
    }
    return reply(404);
  }

  function failure(code, reason, message) {
    return { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message };
  }

  function find(path) {
    const match = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/?]+)(?:\/([^/?]+))?$/.exec(path);
    if (!match) return {};
    const [, group = "", version, namespace, plural, name] = match;
    const kind = kKinds.find((one) => one.group === group && one.version === version && one.plural === plural);
    return { kind, namespace: namespace && decodeURIComponent(namespace), name: name && decodeURIComponent(name) };
  }

  function selected(items, query) {
    const labels = (query.get("labelSelector") ?? "").split(",").filter(Boolean).map((one) => one.split(/!?=+/).concat(one.includes("!=") ? "not" : []));
    const fields = (query.get("fieldSelector") ?? "").split(",").filter(Boolean).map((one) => one.split("="));
    return items.filter((object) =>
      labels.every(([key, value, not]) => (object.metadata.labels?.[key] === value) !== Boolean(not)) &&
      fields.every(([path, value]) => path.split(".").reduce((at, part) => at?.[part], object) === value));
  }

  function kube(request, url, body, reply) {
    const path = url.pathname.slice("/kube".length);
    if (path === "/api" || path === "/apis") return reply(200, discovery(path === "/api"));
    const { kind, namespace, name } = find(path);
    if (!kind) return reply(404, failure(404, "NotFound", "the server could not find the requested resource"));
    const isTable = (request.headers.accept ?? "").includes("as=Table");
    if (!name && request.method === "GET") {
      if (/[^a-zA-Z0-9_.,=!/ ()-]/.test(url.searchParams.get("labelSelector") ?? "")) return reply(400, failure(400, "BadRequest", "unable to parse requirement: found '$', expected: identifier"));
      const all = selected(objects.list(kind, namespace), url.searchParams);
      const limit = Number(url.searchParams.get("limit") ?? 0) || all.length;
      const from = Number(url.searchParams.get("continue") ?? 0);
      const items = all.slice(from, from + limit);
      const left = all.length - from - items.length;
      const more = left > 0 ? { continue: String(from + limit), remainingItemCount: left } : {};
      return reply(200, isTable ? tableOf(kind, items, objects.revision, more) : { kind: `${kind.kind}List`, apiVersion: "v1", metadata: { resourceVersion: String(objects.revision), ...more }, items });
    }
    if (!name && request.method === "POST") {
      const object = JSON.parse(body);
      object.metadata.namespace ??= namespace;
      return reply(201, objects.put(object));
    }
    const object = objects.items.get(objects.key(kind, kind.scope === "Namespaced" ? namespace : "", name));
    if (!object) return reply(404, failure(404, "NotFound", `${kind.plural}${kind.group && `.${kind.group}`} "${name}" not found`));
    if (request.method === "PUT") {
      const document = JSON.parse(body);
      if (document.metadata?.resourceVersion && document.metadata.resourceVersion !== object.metadata.resourceVersion) return reply(409, failure(409, "Conflict", `Operation cannot be fulfilled on ${kind.plural} "${name}": the object has been modified; please apply your changes to the latest version and try again`));
      if (document.data && Object.values(document.data).some((value) => typeof value !== "string")) return reply(400, failure(400, "BadRequest", `${kind.kind} in version "v1" cannot be handled as a ${kind.kind}: json: cannot unmarshal number into Go struct field ${kind.kind}.data of type string`));
      return reply(200, objects.put(document));
    }
    if (request.method === "DELETE") {
      objects.remove(kind, object.metadata.namespace, name);
      return reply(200, { kind: "Status", status: "Success" });
    }
    return reply(200, isTable ? tableOf(kind, [object], objects.revision) : object);
  }

  function discovery(isCore) {
    const groups = new Map();
    for (const kind of kKinds.filter((one) => (one.group === "") === isCore)) groups.set(kind.group, [...(groups.get(kind.group) ?? []), kind]);
    return {
      kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {},
      items: [...groups].map(([group, kinds]) => ({
        metadata: group ? { name: group } : {},
        versions: [{ version: kinds[0].version, freshness: "Current", resources: kinds.map((kind) => ({ resource: kind.plural, responseKind: { group: kind.group, version: kind.version, kind: kind.kind }, scope: kind.scope, singularResource: kind.kind.toLowerCase(), verbs: kind.verbs })) }],
      })),
    };
  }

  function serveFile(path, response) {
    const file = join(kDist, path);
    const found = path !== "/" && existsSync(file) ? file : join(kDist, "index.html");
    if (!existsSync(found)) {
      response.writeHead(404);
      return response.end("run `npm run build` first, or use `npm run dev`");
    }
    response.writeHead(200, { "Content-Type": kTypes[extname(found)] ?? "application/octet-stream", "Content-Security-Policy": kPolicy });
    response.end(readFileSync(found));
  }

  server.on("upgrade", (request, socket) => {
    if (!isSignedIn(request)) return socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
    const watches = new Map();
    const send = accept(request, socket, (text) => {
      const message = JSON.parse(text);
      if (message.stop) return watches.delete(message.id);
      const url = new URL(message.path, "http://mock");
      const { kind, namespace } = find(url.pathname);
      if (!kind) return send(JSON.stringify({ id: message.id, error: failure(404, "NotFound", "no such resource") }));
      const wants = (event) => event.kind === kind && (!namespace || event.object.metadata.namespace === namespace) && selected([event.object], url.searchParams).length > 0;
      const tell = (event) => wants(event) && send(JSON.stringify({ id: message.id, type: event.type, object: event.object }));
      watches.set(message.id, tell);
      const from = Number(url.searchParams.get("resourceVersion") ?? 0);
      for (const event of objects.log) if (event.revision > from) tell(event);
    });
    const watcher = (event) => watches.forEach((tell) => tell(event));
    objects.watchers.add(watcher);
    socket.on("close", () => objects.watchers.delete(watcher));
  });

  return new Promise((done) => {
    server.listen(port, "127.0.0.1", () => done({ server, objects, entities, url: `http://127.0.0.1:${server.address().port}`, token }));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { url } = await startMock({ port: Number(process.env.PORT ?? 7070) });
  console.log(`mock portal at ${url}, token "mock"`);
}
