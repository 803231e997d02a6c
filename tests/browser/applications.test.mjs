// An application that is out of sync: found in the list, looked at, synced, from a folder of plain manifests.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, screenshot } from "./browser.mjs";
import { Platform } from "./platform.mjs";
import { settled, step, until, watchful } from "./watchful.mjs";

const source = mkdtempSync(join(tmpdir(), "goldenpath-apps-"));
const platform = new Platform(source);
let page;
let browser;
let watch;

function configMap(greeting) {
  const document = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "greeting" }, data: { greeting, stays: "as it is" } };
  writeFileSync(join(source, "apps/hello/greeting.yaml"), JSON.stringify(document));
}

before(async () => {
  mkdirSync(join(source, "apps/hello"), { recursive: true });
  mkdirSync(join(source, "manifests"));
  const url = "https://git.example/acme/platform";
  const spec = { manifests: ["manifests/"], repositories: [{ url, path: "." }] };
  writeFileSync(join(source, "platform.yaml"), JSON.stringify({ apiVersion: "goldenpath.dev/v1alpha1", kind: "Platform", metadata: { name: "acme" }, spec }));
  configMap("good morning");
  await platform.start();
  browser = await openBrowser();
  page = browser.page;
  page.setDefaultTimeout(20_000);
  watch = watchful(page);
  await page.goto(`${platform.url}/applications`);
  await page.fill("#token", platform.token);
  await page.keyboard.press("Enter");
});

after(async () => {
  await browser?.close();
  await platform.remove();
  rmSync(source, { recursive: true, force: true });
});

const scene = (name, action) => test(name, { timeout: 120_000 }, () => step(page, name, action));
const pill = (word) => page.locator(".page-subtitle .pill", { hasText: word }).waitFor();

async function confirm(verb) {
  await page.getByRole("dialog").getByRole("button", { name: verb, exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

scene("without applications the list says how to add one, and shows one as it comes", async () => {
  await page.waitForSelector("text=There are no applications yet");
  const body = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "hello", namespace: "default" },
    spec: {
      project: "default",
      source: { repoURL: "https://git.example/acme/platform", path: "apps/hello", targetRevision: "main" },
      destination: { server: "https://kubernetes.default.svc", namespace: "default" },
    },
  };
  await platform.api("/kube/apis/argoproj.io/v1alpha1/namespaces/default/applications", { method: "POST", body });
  await page.waitForSelector(".application-table tr:has-text('hello') .pill:has-text('OutOfSync')");
  await settled(page);
  await screenshot(page, "applications");
});

scene("the difference is shown, a sync is asked for and done", async () => {
  await page.click(".application-table a:text-is('hello')");
  await pill("OutOfSync");
  await page.getByText("What a sync would change").click();
  await page.waitForSelector(".diff-line[data-sign='+']:has-text('greeting: good morning')");
  await settled(page);
  await screenshot(page, "application-outofsync");
  await page.getByRole("button", { name: "Sync", exact: true }).click();
  await confirm("Sync");
  await page.locator(".page-subtitle .pill", { hasText: /^Synced$/ }).waitFor();
  const written = await platform.api("/kube/api/v1/namespaces/default/configmaps/greeting");
  assert.equal(written.data.greeting, "good morning");
  await page.waitForSelector(".deployments li:has-text('portal')");
});

scene("a change in the folder is a difference of one line; the way back is a rollback", async () => {
  configMap("good evening");
  await pill("OutOfSync");
  await page.getByText("What a sync would change").click();
  const changed = async () => (await page.locator(".diff-line:not([data-sign=' ']):not([data-sign='@'])").allInnerTexts()).map((line) => line.trim());
  const wanted = ["-   greeting: good morning", "+   greeting: good evening"];
  await until(async () => JSON.stringify(await changed()) === JSON.stringify(wanted) || changed());
  await settled(page);
  await screenshot(page, "application-diff");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 390, height: 844 });
  await settled(page);
  await screenshot(page, "application-narrow-dark");
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(beyond <= 0, `the page is ${beyond} pixels wider than the window`);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.getByRole("button", { name: "Sync", exact: true }).click();
  await confirm("Sync");
  await page.getByRole("button", { name: "Roll back to deployment 0" }).waitFor();
  await page.getByRole("button", { name: "Roll back to deployment 0" }).click();
  await page.waitForSelector("dialog:has-text('Roll back to deployment 0')");
  await page.keyboard.press("Escape");
});

scene("nothing was wrong on any page", () => {
  assert.deepEqual(watch.wrong, []);
});
