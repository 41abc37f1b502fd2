import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findChromium } from '@telltale/testkit/chromium';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { repositoryRoot, startProduct, type Product } from './start-product.ts';

/** The whole product, and a browser with a page that shows nothing yet. */
export type Dashboard = AsyncDisposable & {
  product: Product;
  browser: Browser;
  context: BrowserContext;
  page: Page;
  /** What the browser complained of, without what an absent gateway explains. */
  complaints: readonly string[];
  signIn(): Promise<void>;
};

/** Ample where others keep the machine busy; how quick it is, benchmarks measure. */
export const patience = 120_000;

export async function startDashboard(): Promise<Dashboard> {
  const build = promisify(execFile)(process.execPath, [join(repositoryRoot, 'apps/dashboard/build/main.ts')]);
  const program = await findChromium();
  await build;
  const product = await startProduct();
  const browser = await chromium.launch({
    executablePath: program.file,
    args: ['--no-sandbox'],
    env: { ...process.env, ...program.env },
  });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
  });
  const page = await context.newPage();
  return {
    product,
    browser,
    context,
    page,
    complaints,
    async signIn() {
      await page.goto(product.url);
      await page.getByLabel('Key').fill(product.key);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.locator('h1').waitFor();
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await product[Symbol.asyncDispose]();
    },
  };
}
