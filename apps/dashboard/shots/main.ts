import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { repository } from '../build/settings.ts';
import { fillTeam, keepAlive } from './fill.ts';
import { shownPages } from './pages.ts';
import { createPacker } from './to-webp.ts';

/**
 * Takes the pictures under docs/screens of an instance that runs: fills its team `demo` and visits every page, light and
 * dark, wide and on a phone.
 *
 *   node apps/dashboard/shots/main.ts --url http://127.0.0.1:4400 --key-file .telltale/operator.key [--out folder] [--no-fill]
 */
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:4400' },
    'key-file': { type: 'string', default: '.telltale/operator.key' },
    out: { type: 'string', default: join(repository, 'docs/screens') },
    team: { type: 'string', default: 'demo' },
    only: { type: 'string', default: '' },
    'no-fill': { type: 'boolean', default: false },
  },
});
const { url, team, out, only } = values;
/** The machine may be busy with what is being shown. */
const patienceMs = 120_000;
const key = readFileSync(values['key-file'], 'utf8').trim();
using living = new DisposableStack();
if (!values['no-fill']) {
  const { nonce } = await fillTeam({ url, key, team });
  living.use(keepAlive({ url, key, team }, nonce));
}
mkdirSync(out, { recursive: true });

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const pack = await createPacker(browser);
  const first = await browser.newContext();
  first.setDefaultTimeout(patienceMs);
  const door = await first.newPage();
  await door.goto(url);
  await door.getByLabel('Key').fill(key);
  await door.getByRole('button', { name: 'Sign in' }).click();
  await door.getByRole('navigation').first().waitFor();
  const storageState = await first.storageState();
  await first.close();
  const pages = await shownPages({ url, key, team });
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ] as const) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, storageState });
      context.setDefaultTimeout(patienceMs);
      for (const { name, path, ready, isLive } of pages) {
        if (only !== '' && !only.split(',').includes(name)) continue;
        const page = await context.newPage();
        if (name === 'sign-in') await context.clearCookies();
        await page.goto(url + path);
        await page.getByText(ready).first().waitFor();
        if (isLive === true) await page.getByText('live', { exact: true }).first().waitFor();
        await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null);
        await page.waitForLoadState('networkidle', { timeout: 3_000 }).catch(() => undefined);
        const png = await page.screenshot({ animations: 'disabled' });
        writeFileSync(join(out, `${name}-${colorScheme}-${width}.webp`), await pack(png));
        await page.close();
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
}
