import { createSignInLink, parseKey } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findViolations } from './accessibility.fixture.ts';
import { patience, startDashboard, type Dashboard } from './dashboard.fixture.ts';
import type { Product } from './start-product.ts';
import { watchCommand } from './watch-command.ts';

let dashboard: Dashboard;
let product: Product;
let page: Page;
let command: ReturnType<typeof watchCommand>;

beforeAll(async () => {
  dashboard = await startDashboard();
  ({ product, page } = dashboard);
  await dashboard.signIn();
}, 240_000);
afterAll(async () => {
  await command?.[Symbol.asyncDispose]();
  await dashboard?.[Symbol.asyncDispose]();
}, 60_000);

test(
  'a run’s lines survive a restart of the gateway, each once and in order',
  async () => {
    command = watchCommand(product, 'builder');
    await page.locator('[data-agent="builder"]').getByRole('link', { name: 'builder' }).click();
    await page.getByRole('link', { name: 'Its current run' }).click();
    await page.getByRole('heading', { name: /^Run of/ }).waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    const shown = async (): Promise<string[]> =>
      (await page.locator('[data-line]').allTextContents()).flatMap((text) => /tick \d+$/.exec(text) ?? []);
    const say = (from: number, to: number): void => {
      for (let n = from; n <= to; n += 1) command.say(`tick ${n}`);
    };
    say(1, 8);
    await until(async () => (await shown()).length === 8, { timeoutMs: 60_000, what: 'the first lines' });
    const { child } = product.service('gateway');
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
    say(9, 16);
    await product.restart('gateway');
    say(17, 24);
    await until(async () => (await shown()).at(-1) === 'tick 24', { timeoutMs: 60_000, what: 'the last line' });
    expect(await shown()).toEqual(Array.from({ length: 24 }, (_, n) => `tick ${n + 1}`));
  },
  patience,
);

test(
  'older lines come while the lines are held, and what is read stays where it is',
  async () => {
    const from = Date.now() - 60_000;
    const records = Array.from({ length: 150 }, (_, n) =>
      aRecord('log_entry', {
        agent_id: 'writer',
        message: `written ${n}`,
        at: new Date(from + n).toISOString(),
      }),
    );
    await product.post('/telemetry?wait=stored', { records });
    await page.goto(`${product.url}/agents/writer?team=default`);
    const log = page.getByRole('log');
    await log.getByText('written 149', { exact: true }).waitFor();
    await page.locator('#lines').getByRole('button', { name: 'Pause' }).click();
    await log.evaluate((element) => element.scrollTo({ top: 0 }));
    const seen = log.getByText('written 50', { exact: true });
    await seen.waitFor();
    const place = async (): Promise<number> =>
      ((await seen.boundingBox())?.y ?? Number.NaN) - ((await log.boundingBox())?.y ?? 0);
    const before = await place();
    await log.getByRole('button', { name: 'Older lines' }).click();
    await log.getByRole('button', { name: 'Older lines' }).waitFor({ state: 'detached' });
    // Up to the height of the button, which is gone.
    await until(async () => Math.abs((await place()) - before) < 40, { what: 'the line in its place' });
    await log.evaluate((element) => element.scrollTo({ top: 0 }));
    await log.getByText('written 0', { exact: true }).waitFor();
  },
  patience,
);

test(
  'no page has a serious accessibility violation, light or dark, or is wider than a phone, and none leaves our policy',
  async () => {
    const call = { model: 'claude-sonnet-4-5', input_tokens: 9_000, output_tokens: 500 };
    const records = [
      aRecord('task_event', { agent_id: 'builder', task_id: 'bad-1', event_type: 'status', status: 'FAILED' }),
      aRecord('llm_call', { agent_id: 'builder', session_id: 's1', ...call }),
    ];
    await product.post('/telemetry?wait=stored', { records });
    const { runs } = await product.get<{ runs: { run_id: string }[] }>('/runs');
    const pages = ['/', '/agents/builder', `/runs/${runs[0]?.run_id}`, '/runs', '/sessions', '/sessions/s1', '/tasks'];
    pages.push('/tasks?view=board', '/tasks/bad-1', '/costs', '/calls', '/tools', '/trouble', '/health', '/settings');
    expect(await findViolations(page, product.url, pages)).toEqual([]);
    expect(dashboard.complaints).toEqual([]);
  },
  2 * patience,
);

test(
  'a one-time link is used once, signed in or not; elsewhere the first line is copied with a new key, whose first record shows',
  async () => {
    await using db = createDatabase({ url: product.databaseUrl, max: 1, applicationName: 'pipeline-test' });
    const { keyId = '' } = parseKey(product.key) ?? {};
    const now = new Date();
    const makeLink = async (): Promise<string> => {
      const wanted = { teamId: '*', keyId, keySecret: product.env.TELLTALE_KEY_SECRET, now };
      const link = await createSignInLink(db.kysely, { ...wanted, expiresAt: new Date(now.getTime() + 3_600_000) });
      return `${product.url}/sign-in#${link}`;
    };
    // Passed on by a proxy, the page is not in front of the gateway's own machine.
    const far = await dashboard.browser.newContext({
      extraHTTPHeaders: { 'x-forwarded-for': '203.0.113.5' },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const there = await far.newPage();
    const [first, second] = [await makeLink(), await makeLink()];
    await there.goto(first);
    for (const link of [second, first]) {
      await there.locator('h1').getByText('Fleet').waitFor();
      expect(there.url()).not.toContain('~');
      await there.goto(link);
      await there.waitForURL(({ pathname }) => pathname === '/');
    }
    const stranger = await dashboard.browser.newPage();
    await stranger.goto(second);
    await stranger.getByRole('alert').waitFor();
    await stranger.close();

    await there.goto(`${product.url}/?team=far`);
    await there.getByText('‹a new key›').waitFor();
    expect(JSON.stringify(await product.get('/keys?team_id=far'))).not.toContain('first agent');
    await there.getByRole('button', { name: 'Copy' }).click();
    await there.getByText('Copied').waitFor();
    const copied = await there.evaluate(() => navigator.clipboard.readText());
    const [, key = ''] = /^TELLTALE_API_KEY=(\S+) telltale run --url \S+ --agent builder -- /.exec(copied) ?? [];
    const body = JSON.stringify({ records: [aRecord('log_entry', { agent_id: 'distant' })] });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    await fetch(`${product.url}/api/v1/telemetry?wait=stored`, { method: 'POST', headers, body });
    await there.locator('[data-agent="distant"]').waitFor();
    await far.close();
  },
  patience,
);
