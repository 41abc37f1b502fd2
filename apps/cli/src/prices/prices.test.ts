import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestGateway, type TestGateway } from '@telltale/gateway/test-support/test-gateway';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommandLine } from '../command-line.ts';
import { plainPage } from '../terminal/page.ts';

let t: TestGateway;
let folder: string;
beforeAll(async () => {
  t = await createTestGateway();
  folder = await mkdtemp(join(tmpdir(), 'telltale-prices-cli-'));
});
afterAll(async () => {
  await t[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Types `telltale prices …` with a key; a team of its own for each test. */
async function typist(auth: { authorization: string }) {
  const env = { TELLTALE_URL: t.gateway.url, TELLTALE_API_KEY: auth.authorization.slice('Bearer '.length) };
  return async (...args: string[]) => {
    const said: string[] = [];
    let out = '';
    const context = {
      env,
      page: () => plainPage,
      out: (text: string) => void (out += text),
      say: (text: string) => void said.push(text),
      exitCode: 0,
    };
    const code = await runCommandLine(['prices', ...args], context);
    return { code, out, said };
  };
}

test('a price is set, listed with who set it and removed again', async () => {
  const type = await typist(await t.as('red', 'admin'));
  const price = ['--model', 'house-model', '--input', '1.5', '--output', '6', '--from', '2026-01-31'];
  const set = await type('set', ...price, '--factor', 'batch=0.5', '--factor', 'flex=0.6', '--discount', '0.1');
  expect([set.code, set.out]).toEqual([0, '']);
  expect(set.said.join('\n')).toMatch(/1 price is set; .* within 10 s/);
  const listed = await type('list', '--model', 'house-model');
  const [heading, row] = listed.out.split('\n');
  expect(heading).toMatch(/^IN EFFECT +SET BY +MODEL +SELLER +INPUT/);
  expect(row).toMatch(
    /^yes +team +house-model +any +1\.5 +– +– +6 +2026-01-31… +[0-9a-f-]{36} +batch × 0\.5, flex × 0\.6, 10 % off$/,
  );
  const { prices } = JSON.parse((await type('list', '--model', 'house-model', '--json')).out);
  expect(prices).toHaveLength(1);
  expect(await type('remove', prices[0].id)).toMatchObject({ code: 0, said: [`price ${prices[0].id} is removed`] });
  expect(await type('list', '--model', 'house-model')).toMatchObject({ out: '', said: ['nobody prices house-model'] });
});

test('the list shows what the price list says, and only the operator sets a price for everybody', async () => {
  const team = await typist(await t.as('green', 'admin'));
  expect((await team('list', '--model', 'claude-sonnet-4-5')).out).toMatch(
    /^yes +list +claude-sonnet-4-5 +anthropic +3 +0\.3 /m,
  );
  const price = ['--model', 'shared-model', '--input', '2', '--instance'];
  expect((await team('set', ...price)).code).toBe(1);
  const operator = await typist(t.operator);
  expect((await operator('set', ...price)).code).toBe(0);
  expect((await team('list', '--model', 'shared-model')).out).toMatch(/^yes +instance +shared-model /m);
});

test('a file is imported as it is checked, and a wrong one names the place', async () => {
  const type = await typist(await t.as('blue', 'admin'));
  const file = join(folder, 'prices.json');
  const prices = [
    { model: 'a', per_million: { input: 1.25, output: 10 } },
    { model: 'b', discount: 0.5 },
  ];
  await writeFile(file, JSON.stringify({ version: 1, prices, default_price: { per_million: { input: 3 } } }));
  const imported = await type('import', file);
  expect(imported.said.join()).toContain('calls that nobody prices are estimated at the default price');
  expect((await type('import', file, '--json')).out).toMatch(/"ids":\[".*",".*"\]/);
  expect(JSON.parse((await type('list', '--json')).out)).toMatchObject({
    default_price: { per_million: { input: '3' } },
  });
  expect((await type('list', '--model', 'a')).out).toMatch(/^yes +team +a +any +1\.25 +– +– +10 +always /m);
  expect((await type('list', '--model', 'a')).out).toMatch(
    /\ncalls that nobody prices are estimated at input 3, output –\n$/,
  );
  await writeFile(file, JSON.stringify({ version: 1, prices: [{ model: 'a', per_million: { input: '1,5' } }] }));
  const wrong = await type('import', file);
  expect([wrong.code, wrong.said.join()]).toEqual([2, expect.stringContaining('prices.0.per_million.input')]);
  expect((await type('import', join(folder, 'missing.json'))).code).toBe(2);
  expect((await type('set', '--model', 'a')).code).toBe(2);
  expect((await type('set', '--model', 'a', '--discount', '7')).code).toBe(2);
});

test.each([
  [['--input', '2,5'], '--input is not a non-negative decimal'],
  [['--input=-1', '--cache-read', '$1'], /^--input is not .*; --cache-read is not /],
  [['--cache-write-5m', '0.1234567890123'], '--cache-write-5m is not a non-negative decimal'],
  [['--discount', '150%'], '--discount is not a part from 0 to 1, such as 0.15 for 15 % off'],
  [['--discount', '1.5'], '--discount is not a part from 0 to 1'],
  [['--factor', 'batch=5000'], '--factor batch is not a factor'],
  [['--per-request', 'free'], '--per-request is not a non-negative decimal'],
  [['--input', '1', '--from', '31.01.2026'], '--from is not a date such as 2026-01-31'],
  [['--input', '1', '--from', '2026-02-01', '--until', '2026-01-01'], /^--until is not after from$/],
  [['--input', '1', '--model', ''], /^--model is empty$/],
])('a price that cannot be set names its flag and what would be one: %o', async (flags, wrong) => {
  const type = await typist(t.operator);
  const { code, said } = await type('set', '--model', 'm', ...flags);
  expect([code, said.join()]).toEqual([
    2,
    typeof wrong === 'string' ? expect.stringContaining(wrong) : expect.stringMatching(wrong),
  ]);
});

test('of two rows of a file about one thing the later holds, and it says so', async () => {
  const type = await typist(await t.as('twice', 'admin'));
  const file = join(folder, 'twice.json');
  const prices = [1, 2].map((input) => ({ model: 'a', per_million: { input, output: 1 } }));
  await writeFile(file, JSON.stringify({ version: 1, prices }));
  const { said } = await type('import', file);
  expect(said.join('\n')).toMatch(
    /^1 price is set.*\n1 row is about the same model, seller and start as one further down/,
  );
  expect((await type('list', '--model', 'a')).out).toMatch(/^yes +team +a +any +2 /m);
});

test('a repricing is followed to its end and says what it changed', async () => {
  const type = await typist(await t.as('past', 'admin'));
  expect((await type('reprice', '--no-wait', '--dry-run')).out).toMatch(
    /^repricing [0-9a-f-]{36} waits for its turn\n$/,
  );
  const typed = type('reprice', '--model', 'house-model', '--from', '2026-01-01');
  const request = await until(() =>
    t.db
      .selectFrom('reprice_request')
      .selectAll()
      .where('team_id', '=', 'past')
      .where('dry_run', '=', false)
      .executeTakeFirst(),
  );
  expect(request).toMatchObject({ model: 'house-model', from_at: new Date('2026-01-01'), to_at: null });
  const { team_id, reprice_id } = request;
  const sums = { calls: 1_200, changed_calls: 7, before_unpriced: 1_200, after_usd: '2.25' };
  await t.db
    .insertInto('reprice_progress')
    .values({
      team_id,
      reprice_id,
      state: 'done',
      cursor_id: null,
      price_version: 'v',
      error: null,
      ended_at: new Date(),
      ...sums,
    })
    .execute();
  const { code, out } = await typed;
  expect([code, out]).toEqual([
    0,
    '7 of 1,200 calls cost something else now\nbefore: – and 1,200 without a price\nafter:  $2.25\n',
  ]);
});

test('a change that cents would hide is told beside before and after', async () => {
  const type = await typist(await t.as('cents', 'admin'));
  const typed = type('reprice');
  const request = await until(() =>
    t.db.selectFrom('reprice_request').selectAll().where('team_id', '=', 'cents').executeTakeFirst(),
  );
  const { team_id, reprice_id } = request;
  const sums = { calls: 9, changed_calls: 1, before_usd: '21.0712', after_usd: '21.0771' };
  const ended = { state: 'done', ended_at: new Date() } as const;
  await t.db
    .insertInto('reprice_progress')
    .values({ team_id, reprice_id, ...ended, ...sums })
    .execute();
  expect((await typed).out).toBe(
    '1 of 9 calls cost something else now\nbefore: $21.07\nafter:  $21.08\nchange: +$0.0059\n',
  );
});
