import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
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
/** Looks at the sample meanwhile. */
let samplePage: Page;

beforeAll(async () => {
  dashboard = await startDashboard();
  ({ product, page } = dashboard);
}, 240_000);
afterAll(async () => {
  await command?.[Symbol.asyncDispose]();
  await dashboard?.[Symbol.asyncDispose]();
}, 60_000);

const path = (): string => new URL(page.url()).pathname + new URL(page.url()).search;

test(
  'a key signs in, and the first screen names the line that watches an agent; so does the sample’s',
  async () => {
    await page.goto(product.url);
    await page.getByLabel('Key').fill('tt_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Key').fill(product.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Watch your first agent').waitFor();
    await page.getByText(/telltale run --agent builder -- /).waitFor();
    expect(await page.evaluate(() => JSON.stringify([localStorage, document.cookie]))).not.toContain('tt_');
    await page.goto(`${product.url}/?team=default`);
    await page.getByText('Watch your first agent').waitFor();
    const records = [aRecord('log_entry', { agent_id: 'shown' })];
    await product.post('/telemetry?wait=stored&team_id=sample', { records });
    samplePage = await dashboard.context.newPage();
    await samplePage.goto(`${product.url}/?team=sample`);
    await samplePage.getByText('watch your own').waitFor();
  },
  patience,
);

test(
  'the page comes alive with the first record, that of the sample goes there, and its card follows lines and CPU',
  async () => {
    command = watchCommand(product, 'builder');
    const card = page.locator('[data-agent="builder"]');
    await card.waitFor();
    command.say('line 1 of it');
    await card.getByText('line 1 of it').waitFor();
    const shown = (what: RegExp): Promise<unknown> =>
      until(async () => what.test((await card.textContent()) ?? ''), { timeoutMs: 60_000, what: String(what) });
    command.say('burn');
    await shown(/CPU\s*\d{2}/);
    command.say('rest');
    await shown(/CPU\s*\d(?:\.\d)? %/);
    await samplePage.waitForURL(/team=default/);
    await samplePage.close();
  },
  patience,
);

test(
  'a run is stopped from its page, after a question',
  async () => {
    const { run_id } = (await product.get<{ runs: { run_id: string }[] }>('/runs')).runs[0] ?? { run_id: '' };
    await page.locator('[data-agent="builder"]').getByRole('link', { name: 'builder' }).click();
    const toRun = page.getByRole('link', { name: 'Its current run' });
    await toRun.click();
    // The page of the agent has such a button, too, and a question that goes with it.
    await toRun.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Stop run' }).click();
    await page.getByRole('dialog').getByText('cannot be undone').waitFor();
    await page.getByRole('button', { name: 'Stop it' }).click();
    const ended = () => product.get<{ status: string; end_reason: string }>(`/runs/${run_id}`);
    await until(async () => (await ended()).status === 'ended', { timeoutMs: 60_000, what: 'the end of the run' });
    expect((await ended()).end_reason).toBe('cancelled');
    await page.locator('h1').getByText('cancelled').waitFor();
  },
  patience,
);

test(
  'tasks are filtered in the address, and a cost leads to its calls',
  async () => {
    const task = (task_id: string, status: string) =>
      aRecord('task_event', { agent_id: 'builder', task_id, event_type: 'status', status: status as 'FAILED' });
    const call = aRecord('llm_call', {
      agent_id: 'builder',
      session_id: 's1',
      model: 'claude-sonnet-4-5',
      input_tokens: 9_000,
      output_tokens: 500,
    });
    await product.post('/telemetry?wait=stored', {
      records: [task('ok-1', 'COMPLETED'), task('bad-1', 'FAILED'), call],
    });
    await page.getByRole('link', { name: 'Tasks' }).click();
    await page.getByRole('link', { name: 'ok-1' }).waitFor();
    await page.getByLabel('State').selectOption('FAILED');
    await page.getByRole('link', { name: 'ok-1' }).waitFor({ state: 'detached' });
    expect(path()).toContain('status=FAILED');
    await page.reload();
    await page.getByRole('link', { name: 'bad-1' }).waitFor();
    expect(await page.getByRole('link', { name: 'ok-1' }).count()).toBe(0);

    await page.getByRole('link', { name: 'Costs' }).click();
    const saved = async (button: string): Promise<string> => {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button }).click(),
      ]);
      return readFileSync(await file.path(), 'latin1');
    };
    expect(await saved('Cost as PNG')).toMatch(/^\u0089PNG/);
    expect(await saved('Cost as CSV')).toMatch(/^time,/);
    const plot = page.locator('.u-over').last();
    await until(async () => {
      const box = await plot.boundingBox();
      // Where the chart was made anew since it was measured, this misses it: then it is measured again.
      await plot.hover({ position: { x: (box?.width ?? 0) - 2, y: 20 }, timeout: 2_000 }).catch(() => undefined);
      return page.getByText(/, \d\d:\d\d \S+ · not over yet/).isVisible();
    });
    await page.getByRole('link', { name: 'claude-sonnet-4-5' }).click();
    await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
    expect(path()).toContain('model=claude-sonnet-4-5');
    await page.getByRole('cell', { name: '9,000' }).waitFor();
  },
  patience,
);

test(
  'a budget is set and watched in the settings, and removed after a question',
  async () => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Set a budget' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Of', { exact: true }).selectOption('agent');
    await dialog.getByLabel('Which agent').fill('builder');
    await dialog.getByLabel('Limit').fill('0.069');
    await dialog.getByRole('button', { name: 'Set', exact: true }).click();
    const row = page.getByRole('row', { name: /agent builder, a day/ });
    await row.getByText('of $0.069').waitFor();
    // The call above cost 9,000 tokens in and 500 out.
    await row.getByText('50 %').waitFor();
    await row.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByText('Nothing holds what team default spends').waitFor();
  },
  patience,
);

test(
  'what PostgreSQL refused is sent again from the health page, which says what became of it',
  async () => {
    await using db = createDatabase({ url: product.databaseUrl, max: 1, applicationName: 'pipeline-test' });
    const payload = Buffer.from(JSON.stringify(aRecord('log_entry', { agent_id: 'builder', message: 'at last' })));
    const letter = { team_id: 'default', producer_id: 'p', seq: 1, kind: 'log_entry', record_id: null };
    await db.kysely
      .insertInto('dead_letter')
      .values({ ...letter, letter_id: randomUUID(), reason: 'refused_by_store', detail: 'out of range', payload })
      .execute();
    await page.getByRole('link', { name: 'Health' }).click();
    await page
      .getByRole('row', { name: /out of range/ })
      .getByRole('button', { name: 'Replay' })
      .click();
    await page.getByRole('status').getByText('1 stored').waitFor();
    await page.getByText('Everything that came could be stored').waitFor();
    const { logs } = await product.get<{ logs: { message: string }[] }>('/logs?agent_id=builder&q=at%20last');
    expect(logs).toMatchObject([{ message: 'at last' }]);
  },
  patience,
);

test(
  'the fleet is held still and goes on with what it missed',
  async () => {
    await page.getByRole('link', { name: 'Fleet' }).click();
    const card = page.locator('[data-agent="talker"]');
    await page.locator('main').getByText('live', { exact: true }).waitFor();
    const say = (message: string): Promise<Response> =>
      product.post('/telemetry?wait=stored', { records: [aRecord('log_entry', { agent_id: 'talker', message })] });
    await say('before');
    await card.getByText('before').waitFor();
    await page.getByRole('button', { name: 'Pause updates' }).click();
    await page.getByText('paused', { exact: true }).waitFor();
    await say('meanwhile');
    expect(await card.getByText('before').count()).toBe(1);
    await page.getByRole('button', { name: 'Go on with updates' }).click();
    await card.getByText('meanwhile').waitFor();
  },
  patience,
);

test(
  'the keyboard goes anywhere: the palette, the search, through a list; a mistyped address leads back',
  async () => {
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('A page, agent, run').fill('runs');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Runs', exact: true }).waitFor();
    await page.getByRole('link', { name: /node/ }).waitFor();
    await page.keyboard.press('j');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toContain('/runs/');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');

    await page.goto(`${product.url}/agent/mistyped`);
    await page.getByText('There is no such page').waitFor();
    await page.getByRole('link', { name: 'Go to the fleet' }).click();
    await page.locator('h1').getByText('Fleet').waitFor();
  },
  patience,
);

test(
  'neither the fleet nor a run has a serious accessibility violation, and none leaves our policy',
  async () => {
    const { runs } = await product.get<{ runs: { run_id: string }[] }>('/runs');
    expect(await findViolations(page, product.url, ['/', `/runs/${runs[0]?.run_id}`])).toEqual([]);
    expect(dashboard.complaints).toEqual([]);
  },
  2 * patience,
);

test(
  'the first screen is small, and of the production build',
  async () => {
    const fresh = await dashboard.context.newPage();
    const assets: Promise<{ size: number; text: string }>[] = [];
    fresh.on('response', (response) => {
      // Scripts and styles; the two fonts are 88 kB more, and text is there before them.
      if (!/\/page\/assets\/.*\.(?:js|css)$/.test(response.url())) return;
      const read = async (): Promise<{ size: number; text: string }> => ({
        size: Number((await response.allHeaders())['content-length'] ?? 0),
        text: await response.text(),
      });
      assets.push(read());
    });
    await fresh.goto(product.url);
    await fresh.locator('[data-agent]').first().waitFor();
    const seen = await Promise.all(assets);
    await fresh.close();
    const bytes = seen.reduce((sum, { size }) => sum + size, 0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(350 * 1024);
    // This process has a NODE_ENV of its own, and what it starts has it too: React's development build is larger and slower.
    expect(seen.filter(({ text }) => text.includes('jsxDEV'))).toHaveLength(0);
  },
  patience,
);
