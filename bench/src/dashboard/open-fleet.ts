import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findChromium } from '@telltale/testkit/chromium';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** The newest dashboard, built if it is not there. */
export async function buildDashboard(): Promise<void> {
  const build = fileURLToPath(new URL('../../../apps/dashboard/build/main.ts', import.meta.url));
  await promisify(execFile)(process.execPath, [build]);
}

/** A browser that is signed in. */
export async function signIn(options: {
  url: string;
  key: string;
}): Promise<{ browser: Browser; context: BrowserContext }> {
  const { url, key } = options;
  const program = await findChromium();
  const browser = await chromium.launch({
    executablePath: program.file,
    args: ['--no-sandbox', '--enable-precise-memory-info'],
    env: { ...process.env, ...program.env },
  });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(60_000);
  const door = await context.newPage();
  await door.goto(url);
  await door.getByLabel('Key').fill(key);
  await door.getByRole('button', { name: 'Sign in' }).click();
  await door.getByRole('navigation').first().waitFor();
  await door.close();
  return { browser, context };
}

export type FirstScreen = { firstPaintMs: number; packedBytes: number };

/** Opens the fleet; says when the first content was painted and how many packed bytes of script and style it took. */
export async function openFleet(
  context: BrowserContext,
  url: string,
): Promise<{ page: Page; firstScreen: FirstScreen }> {
  const page = await context.newPage();
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    if (!/\/page\/assets\/.*\.(?:js|css)$/.test(response.url())) return;
    sizes.push(response.allHeaders().then((headers) => Number(headers['content-length'] ?? 0)));
  });
  await page.goto(url);
  await page.locator('[data-agent]').first().waitFor();
  const packedBytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  const paints = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint'));
  return { page, firstScreen: { firstPaintMs: paints[0]?.startTime ?? Number.NaN, packedBytes } };
}
