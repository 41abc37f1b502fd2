import fc from 'fast-check';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestReprice } from '../../config/prices/reprice-requests.ts';
import type { CallMember } from '../calls/call.ts';
import { foldTeam } from '../fold/fold-team.ts';
import { compareWithRaw } from '../repair/compare.ts';
import { recompute } from '../repair/recompute.ts';
import { aStore, type AStore } from '../test-support/a-store.ts';
import { randomRecords } from '../test-support/random-records.ts';
import { failReprice, openReprices } from './open-reprices.ts';
import { repriceStep } from './reprice-step.ts';

const day = Date.UTC(2026, 10, 18);
const priceVersion = 'second';

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(() => store[Symbol.asyncDispose]());

/** Nano-dollars a token; `unknown` has no price. */
type Rates = Record<string, bigint>;
const usd = (nanos: bigint): string =>
  `${nanos / 1_000_000_000n}.${(nanos % 1_000_000_000n).toString().padStart(9, '0')}`;

const nanosOf = (rates: Rates, call: { model: string; input_tokens?: number | null | undefined }): bigint | null => {
  const rate = rates[call.model];
  return rate === undefined ? null : rate * BigInt(call.input_tokens ?? 0);
};
const costBy =
  (rates: Rates, price_version: string) => (call: { model: string; input_tokens?: number | null | undefined }) => {
    const nanos = nanosOf(rates, call);
    return {
      cost_usd: nanos === null ? null : usd(nanos),
      cost_source: nanos === null ? 'unknown' : 'computed',
      price_version,
    };
  };

const wish = (teamId: string) => ({ teamId, from: null, to: null, model: null, dryRun: false, actor: 'user:test' });

async function repriceAll(teamId: string, repriceId: string, rates: Rates, maxCalls = 5_000): Promise<void> {
  const price = (record: CallMember) => costBy(rates, priceVersion)(record);
  for (let done = false; !done;) {
    ({ done } = await repriceStep(store.db, { teamId, repriceId, price, priceVersion, maxCalls, now: day }));
  }
}

const progress = async (id: string) =>
  (await store.rows('select * from reprice_progress where reprice_id = $1', [id]))[0];
const totals = async (team: string, grain = 0) =>
  (
    await store.rows(
      `select coalesce(sum(cost_usd), 0)::text as cost_usd, coalesce(sum(unpriced_calls), 0)::int as unpriced,
        coalesce(sum(llm_calls), 0)::int as calls
      from rollup where team_id = $1 and cube = 'team' and grain = $2`,
      [team, grain],
    )
  )[0];

test('repriced history is what an independent recomputation says, to the last digit, in every cube and grain', async () => {
  let round = 0;
  const rate = fc.bigInt({ min: 0n, max: 10n ** 9n });
  await fc.assert(
    fc.asyncProperty(
      randomRecords(day, 40),
      fc.record({ small: rate, large: rate }),
      fc.record({ small: rate, large: rate, unknown: rate }),
      fc.integer({ min: 1, max: 7 }),
      async (records, before, after, maxCalls) => {
        round += 1;
        const team = `team-${round}`;
        const limits = { now: day };
        await store.store(records, {
          team,
          costOf: (record) => (record.kind === 'llm_call' ? costBy(before, 'first')(record) : undefined),
        });
        await foldTeam(store.db, team, limits);
        const was = await totals(team);
        const id = await requestReprice(store.db, wish(team));
        await repriceAll(team, id, after, maxCalls);

        // Which record of a call counts is told by its id; the arithmetic is our own.
        const chosen = await store.rows<{ record_id: string }>('select record_id from calls where team_id = $1', [
          team,
        ]);
        const byId = new Map(records.map((record) => [record.id, record]));
        let sum = 0n;
        for (const { record_id } of chosen) {
          const record = byId.get(record_id);
          if (record?.kind === 'llm_call') sum += nanosOf(after, record) ?? 0n;
        }
        const now = await totals(team);
        expect(Number(now?.['cost_usd']) === 0 ? '0' : now?.['cost_usd']).toBe(sum === 0n ? '0' : usd(sum));
        expect(now).toMatchObject({ unpriced: 0, calls: was?.['calls'] });
        expect((await totals(team, 15))?.['cost_usd']).toBe(now?.['cost_usd']);
        const row = await progress(id);
        expect(row).toMatchObject({
          state: 'done',
          calls: chosen.length,
          after_unpriced: 0,
          before_unpriced: was?.['unpriced'],
        });
        expect(Number(row?.['before_usd'])).toBe(Number(was?.['cost_usd']));

        const range = { from: new Date(day), to: new Date(day + 4 * 86_400_000) };
        expect(await compareWithRaw(store.db, team, range, { now: day })).toMatchObject({
          differing: 0,
          strayRecords: 0,
        });
        await recompute(store.db, team, range, day);
        expect(await totals(team)).toEqual(now);
      },
    ),
    { numRuns: 12 },
  );
});

const aCall = (minute: number, fields: object = {}) =>
  aRecord('llm_call', {
    at: new Date(day + minute * 60_000).toISOString(),
    model: 'small',
    input_tokens: 1_000,
    ...fields,
  });
const first = costBy({ small: 1n, large: 3n }, 'first');
const storeCalls = async (team: string, records: ReturnType<typeof aCall>[]) => {
  await store.store(records, { team, costOf: (record) => (record.kind === 'llm_call' ? first(record) : undefined) });
  await foldTeam(store.db, team, { now: day });
};

test('a step that dies before its commit leaves everything as it was, and the next one goes on', async () => {
  await storeCalls(
    'dies',
    [0, 1, 2, 3, 4].map((minute) => aCall(minute)),
  );
  const id = await requestReprice(store.db, wish('dies'));
  const price = costBy({ small: 2n }, priceVersion);
  const step = { teamId: 'dies', repriceId: id, price, priceVersion, maxCalls: 2, now: day };
  expect(await repriceStep(store.db, step)).toMatchObject({ done: false, calls: 2, changed: 2 });
  const half = await totals('dies');
  expect(half?.['cost_usd']).toBe('0.000007000');
  const beforeCommit = () => {
    throw new Error('died');
  };
  await expect(repriceStep(store.db, { ...step, beforeCommit })).rejects.toThrow('died');
  expect(await totals('dies')).toEqual(half);
  expect(await openReprices(store.db)).toContainEqual({ team_id: 'dies', reprice_id: id });
  // Two workers at once, as after a stalled job: each call is repriced once.
  await Promise.all([repriceAll('dies', id, { small: 2n }, 2), repriceAll('dies', id, { small: 2n }, 2)]);
  expect(await totals('dies')).toMatchObject({ cost_usd: '0.000010000' });
  expect(await progress(id)).toMatchObject({
    calls: 5,
    changed_calls: 5,
    before_usd: '0.000005000',
    after_usd: '0.000010000',
  });
  expect(await openReprices(store.db)).not.toContainEqual({ team_id: 'dies', reprice_id: id });
});

test('only calls of the range and model are repriced, and a dry run changes nothing', async () => {
  await storeCalls('range', [aCall(0), aCall(10), aCall(20), aCall(10, { model: 'large' })]);
  const from = new Date(day + 5 * 60_000);
  const to = new Date(day + 20 * 60_000);
  const before = await totals('range');
  const dry = await requestReprice(store.db, { ...wish('range'), from, to, dryRun: true });
  await repriceAll('range', dry, { small: 5n, large: 7n });
  expect(await totals('range')).toEqual(before);
  expect(await progress(dry)).toMatchObject({
    calls: 2,
    changed_calls: 2,
    before_usd: '0.000004000',
    after_usd: '0.000012000',
  });
  const real = await requestReprice(store.db, { ...wish('range'), from, to, model: 'small' });
  await repriceAll('range', real, { small: 5n, large: 7n });
  expect(await progress(real)).toMatchObject({ calls: 1, after_usd: '0.000005000' });
  expect(await totals('range')).toMatchObject({ cost_usd: '0.000010000' });
});

test('a call that a later record joins keeps its new price', async () => {
  const shared = { request_id: 'request-1', model: 'small' };
  await storeCalls('joins', [aCall(0, { ...shared, origin: 'proxy', input_tokens: 100 })]);
  const id = await requestReprice(store.db, wish('joins'));
  await repriceAll('joins', id, { small: 9n });
  await storeCalls('joins', [aCall(0, { ...shared, origin: 'stdout', input_tokens: 90 })]);
  expect(await totals('joins')).toMatchObject({ cost_usd: '0.000000900', calls: 1 });
  const [call] = await store.rows(`select cost_usd, price_version from calls where team_id = 'joins'`);
  expect(call).toEqual({ cost_usd: '0.000000900', price_version: priceVersion });
});

test('a record is priced with why it failed and what it used beside tokens, while its raw record is kept', async () => {
  const failed = { status: 'error', error_type: 'overloaded_error', request_id: 'f', origin: 'proxy' } as const;
  const attributes = { web_searches: 2 };
  const again = { ...failed, origin: 'sdk', error_type: undefined, streamed: true, attributes } as const;
  await storeCalls('failed', [aCall(0, failed), aCall(0, again), aCall(1)]);
  const told: unknown[] = [];
  const price: Parameters<typeof repriceStep>[1]['price'] = (record, raw) => {
    if (record.status === 'error') told.push([record.origin, raw]);
    return { cost_usd: '0', cost_source: 'computed', price_version: priceVersion };
  };
  const reprice = async () => {
    const id = await requestReprice(store.db, wish('failed'));
    await repriceStep(store.db, { teamId: 'failed', repriceId: id, price, priceVersion, now: day });
  };
  await reprice();
  const none = { error_message: null, streamed: null, attributes: null };
  expect(told).toEqual([
    ['proxy', { ...none, error_type: 'overloaded_error' }],
    ['sdk', { ...none, error_type: null, streamed: true, attributes }],
  ]);
  await store.rows(`delete from llm_call where team_id = 'failed'`);
  told.length = 0;
  await reprice();
  expect(told).toEqual([
    ['proxy', undefined],
    ['sdk', undefined],
  ]);
});

test('another team is left alone, and what fails five times is given up', async () => {
  await storeCalls('ours', [aCall(0)]);
  await storeCalls('theirs', [aCall(0)]);
  const id = await requestReprice(store.db, wish('ours'));
  await repriceAll('theirs', id, { small: 9n });
  expect(await progress(id)).toBeUndefined();
  for (let attempt = 0; attempt < 5; attempt++)
    await failReprice(store.db, { teamId: 'ours', repriceId: id, error: 'away' });
  expect(await progress(id)).toMatchObject({ state: 'failed', failures: 5, error: 'away' });
  await repriceAll('ours', id, { small: 9n });
  expect(await totals('ours')).toMatchObject({ cost_usd: '0.000001000' });
});
