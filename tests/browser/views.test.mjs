// Each page in light and dark, wide and narrow: nothing sticks out, axe has no complaint, nothing is wrong on the console.
// The pictures stay in build/screenshots, for people to look at.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { kRoot, openBrowser, screenshot } from "./browser.mjs";
import { kPages, kViews } from "./pages.mjs";
import { Platform } from "./platform.mjs";
import { settled, watchful } from "./watchful.mjs";

const kAxe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const platform = new Platform(join(kRoot, "examples/platform"));

before(() => platform.start());
after(() => platform.remove());

async function complaints(page) {
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}

async function look(page, name) {
  await settled(page);
  await screenshot(page, name);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(beyond <= 0, `the page is ${beyond} pixels wider than the window`);
  await page.evaluate(kAxe);
  assert.deepEqual(await complaints(page), []);
}

for (const [view, options] of Object.entries(kViews)) {
  test(`${view}: every page`, { timeout: 300_000 }, async (t) => {
    const { page, close } = await openBrowser({ ...options, bypassCSP: true });
    page.setDefaultTimeout(30_000);
    const watch = watchful(page);
    try {
      await page.goto(platform.url);
      await page.waitForSelector("#token");
      await t.test("sign-in", () => look(page, `signin-${view}`));
      await page.fill("#token", platform.token);
      await page.keyboard.press("Enter");
      await page.waitForSelector(".page");
      for (const [name, path] of Object.entries(kPages)) {
        await page.goto(platform.url + path);
        await page.waitForSelector(".page");
        await t.test(name, () => look(page, `${name}-${view}`));
      }
      assert.deepEqual(watch.wrong, []);
    } finally {
      await close();
    }
  });
}
