// A GoldenPath of its own for a test: free ports, a data folder that goes away, stopped by its id, and started again where it was.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kRoot } from "./browser.mjs";

const kProgram = process.env.GOLDENPATH_BIN ?? join(kRoot, "build/dev/goldenpath");

function isFree(port) {
  return new Promise((done) => {
    const probe = createServer();
    probe.once("error", () => done(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => done(true)));
  });
}

// All ports of a platform move together: the portal's is the first, the Kubernetes API's the next.
async function freeBase() {
  for (let tries = 0; tries < 50; tries++) {
    const base = 20000 + Math.floor(Math.random() * 12000);
    if ((await isFree(base)) && (await isFree(base + 1))) return base;
  }
  throw new Error("no two free ports side by side");
}

export class Platform {
  constructor(source) {
    this.source = source;
    this.data = mkdtempSync(join(tmpdir(), "goldenpath-portal-"));
  }

  async start() {
    this.base ??= await freeBase();
    const command = ["up", this.source, "--data", this.data, "--port-base", String(this.base), "--ready-fd", "3"];
    this.process = spawn(kProgram, command, { stdio: ["ignore", "pipe", "pipe", "pipe"] });
    let output = "";
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (bytes) => (output += bytes));
    this.ended = new Promise((done) => this.process.once("exit", done));
    const ready = new Promise((done) => this.process.stdio[3].once("data", (bytes) => done(JSON.parse(bytes))));
    const first = await Promise.race([ready, this.ended.then(() => null)]);
    if (first === null) throw new Error(`goldenpath did not start:\n${output}`);
    this.url = first.portal;
    this.token = readFileSync(first.portalTokenFile, "utf8").trim();
    return this;
  }

  async stop() {
    if (this.process?.exitCode === null) this.process.kill("SIGINT");
    await this.ended;
  }

  async remove() {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  // Of the portal's listener, as a program with the token.
  async api(path, { method = "GET", body, type = "application/json" } = {}) {
    const answer = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, "Content-Type": type },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  configMap(name, data = { a: "1" }) {
    const body = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
    return this.api("/kube/api/v1/namespaces/booking/configmaps", { method: "POST", body });
  }

  patch(name, data) {
    const path = `/kube/api/v1/namespaces/booking/configmaps/${name}`;
    return this.api(path, { method: "PATCH", body: { data }, type: "application/merge-patch+json" });
  }

  delete(name) {
    return this.api(`/kube/api/v1/namespaces/booking/configmaps/${name}`, { method: "DELETE" });
  }
}
