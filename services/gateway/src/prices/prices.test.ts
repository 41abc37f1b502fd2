import type { PriceRow } from '@telltale/contracts/http/prices';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

const inject = (method: 'GET' | 'POST' | 'DELETE', auth: object, path: string, payload?: object) =>
  t.gateway.http.inject({ method, url: `/api/v1/prices${path}`, headers: { ...auth }, ...(payload && { payload }) });
const set = (auth: object, prices: object[], more: object = {}, query = '') =>
  inject('POST', auth, query, { version: 1, prices, ...more });
const rowsOf = async (auth: object, query: string): Promise<PriceRow[]> =>
  (await inject('GET', auth, query)).json().prices;

test('what a team sets goes before what the operator sets for all, and that before the list; each says who set it', async () => {
  const red = await t.as('red', 'admin');
  const blue = await t.as('blue', 'admin');
  const model = 'claude-sonnet-4-5';
  const before = (await inject('GET', red, `?model=${model}`)).json();
  expect(before.prices.at(-1)).toMatchObject({
    origin: 'list',
    effective: true,
    id: null,
    per_million: { input: '3' },
  });

  const shared = await set(t.operator, [{ model, per_million: { input: 2, output: '10.5' } }], {}, '?instance=true');
  expect(shared.statusCode).toBe(201);
  const own = await set(red, [
    { model, from: '2026-01-01', per_million: { input: '1.000000000001', output: 4 }, source: 'contract 7' },
    { model, discount: 0.15 },
    { model, from: '2100-01-01', per_million: { input: 9 } },
  ]);
  expect(own.json().price_version).not.toBe(before.price_version);
  const told = (await rowsOf(red, `?model=${model}`)).map(({ origin, effective, per_million, discount }) => [
    origin,
    effective,
    per_million?.input ?? discount,
  ]);
  expect(told.slice(0, 4)).toEqual([
    ['team', false, '9'],
    ['team', true, '1.000000000001'],
    ['team', true, 0.15],
    ['instance', false, '2'],
  ]);
  expect(told.at(-1)).toEqual(['list', false, '3']);
  expect((await rowsOf(blue, `?model=${model}`))[0]).toMatchObject({ origin: 'instance', effective: true });
});

test("of a model at a seller who says no price the rows are its own and those of the maker's that price it", async () => {
  const pink = await t.as('pink', 'admin');
  await set(pink, [
    { provider: 'openrouter', model: '*', discount: 0.15 },
    { provider: 'anthropic', model: '*', discount: 0.25 },
    { provider: 'bedrock', model: '*', discount: 0.35 },
  ]);
  const rows = await rowsOf(pink, '?model=anthropic/claude-haiku-5.5&provider=openrouter');
  expect(
    rows.map(({ provider, model, discount, per_million }) => [provider, model, discount ?? per_million?.input]),
  ).toEqual([
    ['openrouter', '*', 0.15],
    ['anthropic', '*', undefined],
    ['anthropic', 'claude-haiku-5-5', '0.1'],
  ]);
});

test('setting the same line again replaces it, and a file may be imported twice', async () => {
  const green = await t.as('green', 'admin');
  const ofTeam = async () => (await rowsOf(green, '?limit=100')).filter(({ origin }) => origin === 'team');
  const file = [
    { model: 'm-1', provider: 'openai', per_million: { input: 1 }, factors: { batch: 0.5 } },
    { model: 'm-1', provider: 'openai', discount: 0.5 },
    {
      model: 'm-2',
      from: '2026-02-01',
      until: '2026-03-01',
      per_million: { input: 1 },
      tiers: [{ above_input_tokens: 200_000, per_million: { input: 2 } }],
    },
  ];
  const first = await set(green, file, { default_price: { per_million: { input: 1 } } });
  expect((await set(green, file)).json().ids.toSorted()).toEqual(first.json().ids.toSorted());
  expect(await ofTeam()).toHaveLength(3);
  await set(green, [{ model: 'm-2', from: '2026-02-01T00:00:00Z', until: '2026-03-01', per_million: { input: 7 } }]);
  const again = (await ofTeam()).find(({ model }) => model === 'm-2');
  expect(again).toMatchObject({
    per_million: { input: '7' },
    tiers: null,
    from: '2026-02-01T00:00:00.000Z',
  });
  const fallback = async () => (await inject('GET', green, '')).json().default_price;
  expect(await fallback()).toEqual({ per_million: { input: '1' } });
  await set(green, [], { default_price: null });
  expect(await fallback()).toBeNull();
});

test('a team neither sees, removes nor changes what is not its own, and each change has its audit row', async () => {
  const mine = await t.as('mine', 'admin');
  const yours = await t.as('yours', 'admin');
  const id: string = (await set(mine, [{ model: 'secret', per_million: { input: 1 } }])).json().ids[0];
  expect((await rowsOf(yours, '?model=secret')).length).toBe(0);
  expect((await inject('DELETE', yours, `/${id}`)).statusCode).toBe(404);
  const everywhere = await set(mine, [{ model: 'm', discount: 1 }], {}, '?instance=true');
  expect([everywhere.statusCode, everywhere.json().errors[0].parameter]).toEqual([403, 'instance']);
  expect((await inject('DELETE', mine, `/${id}`)).statusCode).toBe(204);
  expect((await inject('DELETE', mine, `/${id}`)).statusCode).toBe(404);
  const rows = await t.db
    .selectFrom('audit_entry')
    .select(['action', 'principal'])
    .where('team_id', '=', 'mine')
    .execute();
  const changes = rows.filter(({ action }) => action.startsWith('price.'));
  expect(changes.map(({ action }) => action).toSorted()).toEqual(['price.remove', 'price.set']);
  expect(changes[0]?.principal).toMatch(/^service:test \(key \w{12}\)$/);
});

test('a field that a row does not have is named beside those that it has', async () => {
  const admin = await t.as('unknown', 'admin');
  const answer = await set(admin, [{ model: 'm', per_million: { input: 1, inputs: 1 }, price: 3 }]);
  expect(answer.json().errors).toMatchObject([
    { pointer: '#/prices/0/per_million/inputs', detail: expect.stringMatching(/offered are input, cache_read, /) },
    {
      pointer: '#/prices/0/price',
      detail: expect.stringMatching(/offered are provider, model, from, until, per_million/),
    },
  ]);
  expect((await set(admin, [{ model: 'm', factors: {} }])).statusCode).toBe(400);
});

test('what is wrong in a row is named with its place, and nothing of the body is taken', async () => {
  const admin = await t.as('wrong', 'admin');
  const answers = [
    await set(admin, [
      { model: 'm', per_million: { input: 1 } },
      { model: 'm', per_million: { input: '1,5' } },
    ]),
    await set(admin, [{ model: 'm', discount: 2 }]),
    await set(admin, [{ model: 'm', from: '2026-02-30' }]),
    await set(admin, [{ model: 'm', per_million: { inputs: 1 } }]),
    await inject('POST', admin, '/reprice', { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }),
  ];
  expect(answers.map((answer) => [answer.statusCode, answer.json().errors?.[0]?.pointer])).toEqual([
    [400, '#/prices/1/per_million/input'],
    [400, '#/prices/0/discount'],
    [400, '#/prices/0/from'],
    [400, '#/prices/0/per_million/inputs'],
    [400, '#/to'],
  ]);
  expect((await inject('GET', admin, '?model=m')).json().total).toBe(0);
});

test('a repricing is accepted, waits for an aggregator, and is another team’s nothing', async () => {
  const admin = await t.as('past', 'admin');
  const wish = { from: '2026-01-01T00:00:00Z', model: 'm', dry_run: true };
  const made = await inject('POST', admin, '/reprice', wish);
  expect([made.statusCode, made.json()]).toMatchObject([
    202,
    {
      state: 'waiting',
      team_id: 'past',
      from: '2026-01-01T00:00:00.000Z',
      to: null,
      model: 'm',
      dry_run: true,
      calls: 0,
    },
  ]);
  const { id } = made.json();
  expect((await inject('GET', admin, `/reprice/${id}`)).json()).toEqual(made.json());
  await t.db
    .insertInto('reprice_progress')
    .values({
      team_id: 'past',
      reprice_id: id,
      state: 'done',
      cursor_id: null,
      price_version: 'v',
      error: null,
      calls: 3,
      before_unpriced: 3,
      after_usd: '0.25',
      after_unpriced: 1,
      ended_at: new Date(),
    })
    .execute();
  expect((await inject('GET', admin, `/reprice/${id}`)).json()).toMatchObject({
    state: 'done',
    calls: 3,
    before: { cost_usd: null, unpriced_calls: 3 },
    after: { cost_usd: 0.25, unpriced_calls: 1 },
  });
  expect((await inject('GET', await t.as('other', 'admin'), `/reprice/${id}`)).statusCode).toBe(404);
});
