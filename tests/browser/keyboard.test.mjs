// The portal without a mouse: everything is reached, seen to be reached, and left again by keys alone.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { kRoot, openBrowser } from "./browser.mjs";
import { kPages } from "./pages.mjs";
import { Platform } from "./platform.mjs";
import { settled, step, until, watchful } from "./watchful.mjs";

const platform = new Platform(join(kRoot, "examples/platform"));
let page;
let browser;
let watch;

const scene = (name, action) => test(name, { timeout: 120_000 }, () => step(page, name, action));
const go = (path) => page.goto(platform.url + path);
const address = () => page.url().slice(platform.url.length);
const press = (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.innerText?.trim());

before(async () => {
  await platform.start();
  browser = await openBrowser();
  page = browser.page;
  page.setDefaultTimeout(15_000);
  watch = watchful(page);
});

after(async () => {
  await browser?.close();
  await platform.remove();
});

scene("signing in: the field has the focus, Enter sends", async () => {
  await go("/");
  await page.waitForSelector("#token:focus");
  await page.keyboard.type(platform.token);
  await press("Enter");
  await page.waitForSelector("h1:text('tidewater')");
});

scene("the first Tab offers to skip the navigation", async () => {
  await go("/catalog");
  await page.waitForSelector(".entity-table tbody tr");
  await press("Tab");
  assert.equal(await focused(), "Skip to the page");
  await press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
});

scene("every page: Tab passes through all of it, shows where it is, and comes out at the end", async () => {
  for (const [name, path] of Object.entries(kPages)) {
    await go(path);
    await page.waitForSelector(".page");
    await settled(page);
    const seen = await tabThrough();
    const wanted = await page.evaluate(reachable);
    assert.deepEqual(wanted.filter((one) => !seen.has(one)), [], `${name}: not reached by Tab`);
  }
});

// Marks what can have the focus, and says what each is called.
function reachable() {
  const all = document.querySelectorAll("a[href], button:not(:disabled), input, select, textarea, summary, [tabindex='0']");
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.tabIndex >= 0;
  return [...all].filter(isShown).map((element) => element.outerHTML.slice(0, 120));
}

async function tabThrough() {
  const seen = new Set();
  for (let steps = 0; steps < 400; steps++) {
    await press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body) return null;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return {
        html: element.outerHTML.slice(0, 120),
        hasRing: style.outlineStyle !== "none" || style.boxShadow !== "none",
        isInView: box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth,
      };
    });
    if (at === null) return seen;
    assert.ok(at.hasRing, `nothing shows that the focus is on ${at.html}`);
    assert.ok(at.isInView, `the focus is out of sight on ${at.html}`);
    seen.add(at.html);
  }
  throw new Error("Tab never comes out of the page");
}

scene("lists: j and k walk, Enter opens, Back returns", async () => {
  await go("/catalog?kind=component");
  await page.waitForSelector(".entity-table tbody tr");
  const names = await page.locator(".entity-table .row-link").allInnerTexts();
  await press("j");
  assert.equal(await focused(), names[0]);
  await press("j", "j", "k");
  assert.equal(await focused(), names[1]);
  await press("Enter");
  await page.waitForSelector(`h1:text-is('${names[1]}')`);
  await page.goBack();
  await page.waitForSelector("h1:text('Components')");
});

scene("search: / goes to the box, Escape empties and leaves it", async () => {
  await press("/");
  assert.equal(await focused(), "Search names, descriptions, tags");
  await page.keyboard.type("ticket");
  await until(() => address().includes("q=ticket") || address());
  await press("Escape");
  await until(() => !address().includes("q=") || address());
  await press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY");
});

scene("the palette leads to any entity and any kind of object", async () => {
  await press("Control+k");
  await page.waitForSelector("dialog input:focus");
  await page.keyboard.type("ticket service");
  await page.waitForSelector("[role=option][aria-selected=true]:has-text('Ticket service')");
  await press("Enter");
  await page.waitForSelector("h1:text('Ticket service')");
  await press("Control+k");
  await page.keyboard.type("configmap");
  await page.waitForSelector("[role=option][aria-selected=true]:has-text('ConfigMap')");
  await press("Enter");
  await until(() => address().startsWith("/objects/core/configmaps") || address());
  await press("Control+k");
  await page.waitForSelector("dialog");
  await press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
});

scene("a graph: arrows walk from node to node, Enter opens one", async () => {
  await go("/catalog/default/component/ticket-service");
  await page.waitForSelector(".graph-node[data-state=root]");
  await page.locator(".graph-node[data-state=root]").focus();
  await press("ArrowLeft");
  const left = await page.evaluate(() => document.activeElement.dataset.ref);
  assert.notEqual(left, "component:default/ticket-service");
  await press("ArrowRight");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.ref), "component:default/ticket-service");
  await press("ArrowLeft", "Enter");
  await until(() => address() === `/catalog/default/component/${left.split("/")[1]}` || address());
});

scene("an object: opened, edited, deleted and confirmed without a mouse; the focus returns to the list", async () => {
  await platform.configMap("by-keys", { greeting: "hello" });
  await go("/objects/core/configmaps?namespace=booking");
  await page.waitForSelector("tr[data-row] a:text-is('by-keys')");
  await press("j");
  await page.waitForFunction(() => document.activeElement.closest("tr[data-row]"));
  while ((await focused()) !== "by-keys") await press("j");
  await press("Enter");
  await page.waitForSelector(".drawer .object-actions");
  await page.locator(".drawer").getByRole("button", { name: "Delete" }).focus();
  await press("Enter");
  await page.waitForSelector("dialog input:focus");
  await page.keyboard.type("by-keys");
  await press("Enter");
  await page.waitForSelector(".drawer", { state: "detached" });
  await page.waitForSelector("tr[data-row] a:text-is('by-keys')", { state: "detached" });
});

scene("a dialog keeps the focus and gives it back", async () => {
  await go("/settings");
  await page.waitForSelector("h1:text('Settings')");
  const opener = page.getByRole("button", { name: "Keyboard shortcuts" });
  await opener.focus();
  await press("Enter");
  await page.waitForSelector("dialog");
  for (let times = 0; times < 4; times++) {
    await press("Tab");
    // Behind the last element Tab goes to the browser itself, where the body stands for it, and then back.
    const isIn = await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog") !== null);
    assert.ok(isIn, "the focus left the dialog for what is behind it");
  }
  await press("Escape");
  await page.waitForSelector("dialog", { state: "detached" });
  assert.equal(await focused(), "Keyboard shortcuts");
});

scene("nothing was wrong on any page", () => {
  assert.deepEqual(watch.wrong, []);
});
