// What a person does with the portal, in a headless Chromium, against the program itself with examples/platform.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { kRoot, openBrowser } from "./browser.mjs";
import { Platform } from "./platform.mjs";
import { step, until, watchful } from "./watchful.mjs";

const platform = new Platform(join(kRoot, "examples/platform"));
let page;
let browser;
let watch;

const scene = (name, action) => test(name, { timeout: 120_000 }, () => step(page, name, action));
const go = (path) => page.goto(platform.url + path);
const address = () => page.url().slice(platform.url.length);
const count = (selector) => page.locator(selector).count();
const text = (selector) => page.locator(selector).first().innerText();
const rows = () => page.locator(".object-table tr[data-row] .row-link").allInnerTexts();

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

scene("any address asks who is there, and a wrong token is refused in words", async () => {
  await go("/catalog?kind=api");
  await page.fill("#token", "guess");
  await watch.excusing(/401/, async () => {
    await page.click("button[type=submit]");
    await page.waitForSelector("[role=alert]");
  });
  assert.equal(await text("[role=alert]"), "that is not this platform's token");

  await page.fill("#token", platform.token);
  await page.keyboard.press("Enter");
  await page.waitForSelector("h1:text('APIs')");
  assert.equal(address(), "/catalog?kind=api");

  const [cookie] = await browser.context.cookies();
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, "Strict");
  assert.ok(!cookie.value.includes(platform.token));
});

scene("home: each part, how it is doing, and how much there is of everything", async () => {
  await go("/");
  await page.waitForSelector("h1:text('tidewater')");
  const status = await platform.api("/api/portal/status");
  await page.waitForSelector(".part-table tbody tr");
  assert.deepEqual(await page.locator(".part-table tbody th").allInnerTexts(), status.parts.map((part) => part.name));
  const shown = await page.locator(".part-table tbody td .pill").allInnerTexts();
  assert.deepEqual(shown, status.parts.map((part) => part.state));

  const { facets } = await platform.api("/api/catalog/entity-facets?facet=kind");
  const components = facets.kind.find(({ value }) => value === "Component").count;
  const tile = page.locator(".tile", { hasText: "Components" });
  assert.equal(await tile.locator("strong").innerText(), String(components));
  await tile.click();
  await page.waitForSelector("h1:text('Components')");
  await until(async () => (await count(".entity-table tbody tr")) === components || count(".entity-table tbody tr"));
});

scene("catalog: filters and search narrow the list, and the address keeps them", async () => {
  await go("/catalog");
  await page.waitForSelector(".entity-table tbody tr");
  const all = await count(".entity-table tbody tr");
  await page.getByRole("group", { name: "Kind" }).getByText("Component").click();
  await page.waitForSelector("h1:text('Components')");
  await until(async () => (await count(".entity-table tbody tr")) < all || "the list is as long as before");
  await page.getByRole("group", { name: "Owner" }).getByText("booking").click();
  await until(() => address().includes("owner=") || address());

  await page.getByLabel("Search names, descriptions, tags").fill("ticket");
  await until(() => address().includes("q=ticket") || address());
  await page.waitForSelector(".entity-table a:text-is('Ticket service')");
  const found = await page.locator(".entity-table .row-link").allInnerTexts();
  const there = address();

  await page.reload();
  await page.waitForSelector(".entity-table a:text-is('Ticket service')");
  assert.equal(address(), there);
  assert.deepEqual(await page.locator(".entity-table .row-link").allInnerTexts(), found);

  await page.getByRole("link", { name: "Ticket service" }).click();
  await page.waitForSelector("h1:text('Ticket service')");
  await page.goBack();
  await page.waitForSelector("h1:text('Components')");
  assert.equal(address(), there);

  await page.getByLabel("Search names, descriptions, tags").fill("zebra");
  await page.waitForSelector("text=No entity fits these filters");
});

scene("an entity: its facts, its relations drawn, its definition and its YAML", async () => {
  await go("/catalog/default/component/ticket-service");
  await page.waitForSelector(".graph-node[data-state=root]");
  const entity = await platform.api("/api/catalog/entities/by-name/component/default/ticket-service");
  const targets = new Set(entity.relations.map(({ targetRef }) => targetRef));
  await until(async () => (await count(".graph-node")) === targets.size + 1 || count(".graph-node"));
  const apart = await page.locator(".graph-node").evaluateAll((nodes) => {
    const boxes = nodes.map((node) => node.getBoundingClientRect());
    return boxes.every((a, i) => boxes.every((b, j) => i >= j || a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top));
  });
  assert.ok(apart, "nodes of the graph lie on one another");

  await page.locator(".graph-node[data-ref='api:default/tickets-api']").click();
  await page.waitForSelector("h1:text('Tickets')");
  await page.getByRole("link", { name: "Definition" }).click();
  await page.waitForSelector(".operations li");
  assert.match(await text(".code-text"), /openapi: /);
  await page.getByRole("link", { name: "YAML" }).click();
  await until(async () => /kind: API/.test(await text(".code-text")) || text(".code-text"));
  assert.equal(address(), "/catalog/default/api/tickets-api?tab=yaml");
});

scene("what is not there is said to be not there", async () => {
  await watch.excusing(/404/, async () => {
    await go("/catalog/default/component/nobody");
    await page.waitForSelector("text=There is no Component “nobody” in the catalog");
    await go("/objects/core/configmaps/booking/nobody");
    await page.waitForSelector("text=This object does not exist");
  });
  await go("/objects/nowhere.example/things");
  await page.waitForSelector("text=There is no kind “things” in the group “nowhere.example”");
  await go("/nowhere/at/all");
  await page.waitForSelector(".empty-title");
});

scene("objects: every kind that the platform serves can be looked at", async () => {
  await go("/objects/core/configmaps");
  await page.click("text=Show all kinds");
  const links = await page.locator(".kinds a.nav-kind").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.ok(links.length > 50, `only ${links.length} kinds`);
  for (const link of links) {
    await page.locator(`.kinds a[href="${link}"]`).click();
    await page.waitForFunction((path) => location.pathname === path, link);
    await page.waitForSelector(".object-table, .empty", { timeout: 10_000 });
    assert.equal(await count(".problem"), 0, `${link}: ${await page.locator(".problem").allInnerTexts()}`);
  }
});

scene("objects: a list follows what happens, over one WebSocket and without listing again", async () => {
  const frames = [];
  const lists = [];
  const onSocket = (socket) => socket.on("framereceived", ({ payload }) => frames.push(JSON.parse(payload)));
  const onRequest = (request) => request.url().includes("/configmaps?limit") && lists.push(request.url());
  page.on("websocket", onSocket);
  page.on("request", onRequest);
  await go("/objects/core/configmaps?namespace=booking");
  await page.waitForSelector(".live[data-tone=ok]");
  await page.waitForSelector(".object-table");
  const before = await rows();

  await platform.configMap("live-test");
  await page.waitForSelector("tr[data-row]:has-text('live-test')");
  assert.deepEqual(await rows(), [...before, "live-test"].sort());
  await platform.patch("live-test", { b: "2", c: "3" });
  await page.waitForSelector("tr[data-row]:has-text('live-test') td.number:has-text('3')");
  await platform.delete("live-test");
  await until(async () => !(await rows()).includes("live-test") || "it is still in the list");

  const types = frames.filter(({ object }) => object?.metadata.name === "live-test").map(({ type }) => type);
  assert.deepEqual(types, ["ADDED", "MODIFIED", "DELETED"]);
  assert.equal(lists.length, 1);

  // Many at once: the list is fetched anew instead, and is right in the end.
  await Promise.all(Array.from({ length: 60 }, (_, number) => platform.configMap(`burst-${String(number).padStart(2, "0")}`)));
  await until(async () => (await rows()).filter((name) => name.startsWith("burst-")).length === 60 || rows());
  await Promise.all(Array.from({ length: 60 }, (_, number) => platform.delete(`burst-${String(number).padStart(2, "0")}`)));
  await until(async () => (await rows()).join() === before.join() || rows());
  page.off("websocket", onSocket);
  page.off("request", onRequest);
});

scene("objects: one object, live, as YAML; edited here and there", async () => {
  await platform.configMap("edit-test", { greeting: "hello" });
  await go("/objects/core/configmaps?namespace=booking");
  await page.click("tr[data-row] a:text-is('edit-test')");
  await page.waitForSelector(".drawer");
  await page.locator(".drawer").getByRole("link", { name: "YAML" }).click();
  await page.waitForSelector(".drawer .code-text:has-text('greeting: hello')");
  await platform.patch("edit-test", { greeting: "good morning" });
  await page.waitForSelector(".drawer .code-text:has-text('greeting: good morning')");
  assert.doesNotMatch(await text(".drawer .code-text"), /managedFields/);

  await page.getByRole("button", { name: "Edit" }).click();
  const draft = await page.inputValue(".edit-text");
  await page.fill(".edit-text", draft.replace("good morning", "[1, 2]"));
  await watch.excusing(/400|422/, async () => {
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForSelector(".edit [role=alert]");
  });
  await page.fill(".edit-text", draft.replace("good morning", "good evening"));
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForSelector(".drawer .code-text:has-text('greeting: good evening')");

  await page.getByRole("button", { name: "Edit" }).click();
  await platform.patch("edit-test", { greeting: "somebody was faster" });
  await page.fill(".edit-text", (await page.inputValue(".edit-text")).replace("good evening", "too late"));
  await watch.excusing(/409/, async () => {
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForSelector("text=the object has been modified");
  });
  await page.getByRole("button", { name: "Start again from the newest" }).click();
  await until(async () => /somebody was faster/.test(await page.inputValue(".edit-text")) || page.inputValue(".edit-text"));
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Delete" }).click();
  const confirm = page.getByRole("dialog").getByRole("button", { name: "Delete" });
  assert.equal(await confirm.isDisabled(), true);
  await page.getByLabel(/Type edit-test to confirm/).fill("edit-test");
  await confirm.click();
  await page.waitForSelector(".drawer", { state: "detached" });
  await until(async () => !(await rows()).includes("edit-test") || "it is still in the list");
});

scene("objects: values of Secrets are covered until somebody asks", async () => {
  const body = { apiVersion: "v1", kind: "Secret", metadata: { name: "shown" }, stringData: { password: "hunter2" } };
  await platform.api("/kube/api/v1/namespaces/booking/secrets", { method: "POST", body });
  await go("/objects/core/secrets/booking/shown");
  await page.waitForSelector("text=7 bytes");
  assert.doesNotMatch(await text("main"), /hunter2/);
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForSelector(".secret-text:text-is('hunter2')");
  await page.getByRole("link", { name: "YAML" }).click();
  await page.waitForSelector(".code-text:has-text('(hidden)')");
  assert.doesNotMatch(await text("main"), /hunter2|aHVudGVyMg/);
});

scene("signing out ends it", async () => {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForSelector("#token");
  await go("/");
  await page.waitForSelector("#token");
  assert.deepEqual((await browser.context.cookies()).filter(({ value }) => value !== ""), []);
});

scene("nothing was wrong on any page", () => {
  assert.deepEqual(watch.wrong, []);
});

// Last: while nobody answers, the page's requests fail at times that no test can foresee.
scene("a platform that restarts is waited for, and what changed meanwhile is there", async () => {
  await page.fill("#token", platform.token);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".page");
  await platform.configMap("before-restart");
  await go("/objects/core/configmaps?namespace=booking");
  await page.waitForSelector("a:text-is('before-restart')");
  await page.waitForSelector(".live[data-tone=ok]");
  await watch.excusing(/./, async () => {
    await platform.stop();
    await page.waitForSelector(".live[data-tone=off]");
    await platform.start();
    await platform.configMap("after-restart");
    await page.waitForSelector(".live[data-tone=ok]", { timeout: 60_000 });
    await page.waitForSelector("a:text-is('after-restart')", { timeout: 60_000 });
  });
  await platform.delete("before-restart");
  await until(async () => !(await rows()).includes("before-restart") || rows());
  assert.equal(await count("#token"), 0, "the session ended with the restart");
});
