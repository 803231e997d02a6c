// A headless Chromium with a profile of its own, that talks to nobody but the page under test.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const kRoot = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const kChromium = process.env.CHROMIUM ?? "/usr/bin/chromium";
const kShots = join(kRoot, "build/screenshots");

export async function openBrowser(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), "goldenpath-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: kChromium,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    viewport: { width: 1440, height: 900 },
    colorScheme: "light",
    ...options,
  });
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { context, page: context.pages()[0] ?? (await context.newPage()), close };
}

export async function screenshot(page, name) {
  mkdirSync(kShots, { recursive: true });
  await page.screenshot({ path: join(kShots, `${name}.png`) });
}
