// A page that remembers what went wrong on it: console errors, exceptions, breaches of the content security policy.
import { screenshot } from "./browser.mjs";

export function watchful(page) {
  const wrong = [];
  let excused = [];
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    const text = `${message.text()} (${message.location().url})`;
    if (!excused.some((pattern) => pattern.test(text))) wrong.push(text);
  });
  page.on("pageerror", (error) => wrong.push(`exception: ${error.stack}`));
  return {
    wrong,
    // Browsers report each refused request as an error: those that a test provokes are no surprise.
    async excusing(pattern, action) {
      excused = [pattern];
      try {
        await action();
      } finally {
        excused = [];
      }
    },
  };
}

// Runs a step; a picture of the page is kept when it fails.
export async function step(page, name, action) {
  try {
    await action();
  } catch (error) {
    await screenshot(page, `failed-${name.replace(/\W+/g, "-")}`).catch(() => {});
    throw error;
  }
}

// Until `condition` holds; the last thing it said otherwise is the failure's message.
export async function until(condition, seconds = 10) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const said = await condition();
    if (said === true) return;
    if (Date.now() > end) throw new Error(`still not after ${seconds} s: ${JSON.stringify(said)}`);
    await new Promise((done) => setTimeout(done, 30));
  }
}

// Until the page shows no placeholder and stands still, but for what moves for ever.
export async function settled(page) {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => {
    const isMoving = document.getAnimations().some((one) => one.effect.getComputedTiming().endTime !== Infinity);
    return !isMoving && !document.querySelector(".skeleton, [aria-busy=true]");
  });
}
