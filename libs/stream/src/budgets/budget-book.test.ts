import { randomUUID } from 'node:crypto';
import type { BudgetSyncBody } from '@telltale/contracts/http/budget-sync';
import { createTestRedis, type TestRedis } from '@telltale/testkit/test-redis';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectWriter, disconnect, type StreamConnection } from '../connect.ts';
import { keys } from '../keys.ts';
import { gatheringMs, openBudgetBook, readBudgetBook, rebaseBudgets, syncHolder } from './budget-book.ts';

let server: TestRedis;
let redis: StreamConnection;
beforeAll(async () => {
  server = await createTestRedis();
  redis = await connectWriter({ url: server.url, name: 'test' });
});
afterAll(async () => {
  disconnect(redis);
  await server[Symbol.asyncDispose]();
});

let teams = 0;
const accounts = ['b:0:x', 'b:0:y'] as const;
const limit = 1_000;

async function aBook(hard = true): Promise<string> {
  const team = `team-${++teams}`;
  await openBudgetBook(redis, { teamId: team, epoch: 'one', lost: false });
  const { version } = await readBudgetBook(redis, team);
  const counted = accounts.map((account) => ({ account, limit, hard, rolledUp: 0, unpricedCalls: 0 }));
  await rebaseBudgets(redis, team, { ...nothing, version: version ?? '', accounts: counted });
  return team;
}
const nothing = { accounts: [], rolledUp: {}, closed: {}, ended: [], forget: [] };
const word = (fields: Partial<BudgetSyncBody>): BudgetSyncBody => ({
  holder: randomUUID(),
  n: 1,
  run_id: 'r',
  slices: [],
  settled: [],
  wants: [],
  ...fields,
});
const want = (account: string, amount: number, extra = 0) => ({ account, amount, extra });

describe('a word of a holder', () => {
  test('that comes twice, or later than a later one, changes nothing', async () => {
    const team = await aBook();
    const holder = randomUUID();
    const first = word({ holder, slices: [{ account: accounts[0], open: 10, free: 5 }] });
    expect((await syncHolder(redis, team, first)).outcome).toBe('ok');
    expect((await syncHolder(redis, team, first)).outcome).toBe('stale');
    await syncHolder(redis, team, { ...first, n: 3, slices: [{ account: accounts[0], open: 1, free: 0 }] });
    expect((await syncHolder(redis, team, { ...first, n: 2 })).outcome).toBe('stale');
    expect((await readBudgetBook(redis, team)).accounts.get(accounts[0])?.reserved).toBe(1);
  });

  test('is granted in all accounts or in none', async () => {
    const team = await aBook();
    await syncHolder(redis, team, word({ wants: [want(accounts[0], 900)] }));
    const both = word({ wants: [want(accounts[0], 200), want(accounts[1], 200)] });
    const answer = await syncHolder(redis, team, both);
    expect(answer.outcome).toBe('refused');
    expect(answer.accounts.map(({ blocked }) => blocked)).toEqual([true, false]);
    expect((await readBudgetBook(redis, team)).accounts.get(accounts[1])?.reserved).toBe(0);
  });

  test('brings more than it needs while there is plenty, and exactly that near the limit', async () => {
    const team = await aBook();
    const [first] = (await syncHolder(redis, team, word({ wants: [want(accounts[0], 100, 800)] }))).accounts;
    expect(first?.granted_units).toBe(190);
    const [second] = (await syncHolder(redis, team, word({ wants: [want(accounts[0], 805, 800)] }))).accounts;
    expect(second?.granted_units).toBe(805);
  });

  test('of somebody who is not known is to be told from the beginning', async () => {
    const team = await aBook();
    expect((await syncHolder(redis, team, word({ n: 7 }))).outcome).toBe('register');
  });

  test('for an account that nobody counts, or a book that is not open, waits', async () => {
    const team = await aBook();
    const answer = await syncHolder(redis, team, word({ wants: [want('b:0:z', 1)] }));
    expect(answer).toMatchObject({ outcome: 'opening', missing: ['b:0:z'] });
    expect((await readBudgetBook(redis, team)).wanted).toEqual(['b:0:z']);
    expect(await syncHolder(redis, 'nobody', word({}))).toMatchObject({ outcome: 'opening', missing: [] });
  });

  test('is refused by a hard budget while what was lost is gathered, and not by a soft one', async () => {
    for (const hard of [true, false]) {
      const team = await aBook(hard);
      const begun = performance.now();
      await openBudgetBook(redis, { teamId: team, epoch: 'two', lost: true });
      const answer = await syncHolder(redis, team, word({ wants: [want(accounts[0], 1)] }));
      expect([answer.outcome, answer.gathering_ms > 0]).toEqual([hard ? 'refused' : 'ok', true]);
      // Of the whole time, as much as has not passed since.
      expect(answer.gathering_ms + (performance.now() - begun)).toBeGreaterThan(gatheringMs - 5);
    }
  });
});

describe('what is rolled up', () => {
  test('takes the place of what is settled at once, and only by who read it last', async () => {
    const team = await aBook();
    const holder = randomUUID();
    const calls = [randomUUID(), randomUUID()] as const;
    const settled = calls.map((call_id, index) => ({ k: index + 1, call_id, amounts: { [accounts[0]]: 30 } }));
    await syncHolder(redis, team, word({ holder, settled }));
    const { version } = await readBudgetBook(redis, team);
    const counted = [{ account: accounts[0], limit, hard: true, rolledUp: 40, unpricedCalls: 1 }];
    const rebase = { ...nothing, version: version ?? '', accounts: counted, rolledUp: { [holder]: [calls[0]] } };
    expect(await rebaseBudgets(redis, team, rebase)).toBe(true);
    expect(await rebaseBudgets(redis, team, rebase)).toBe(false);
    const { accounts: after } = await readBudgetBook(redis, team);
    expect(after.get(accounts[0])).toMatchObject({ rolledUp: 40, settled: 30, unpricedCalls: 1 });
  });

  test('frees what a run that ended still holds, and all of a producer whose books are closed', async () => {
    const team = await aBook();
    const [ended, closed, call] = [randomUUID(), randomUUID(), randomUUID()];
    for (const holder of [ended, closed]) {
      const settled = [{ k: 1, call_id: call, amounts: { [accounts[0]]: 10 } }];
      const slices = [{ account: accounts[0], open: 20, free: 5 }];
      await syncHolder(redis, team, word({ holder, settled, slices }));
    }
    const { version } = await readBudgetBook(redis, team);
    await rebaseBudgets(redis, team, {
      ...nothing,
      version: version ?? '',
      ended: [ended],
      closed: { [closed]: [call] },
    });
    const book = await readBudgetBook(redis, team);
    expect(book.accounts.get(accounts[0])).toMatchObject({ settled: 10, reserved: 0 });
    expect([...book.holders.keys()]).toEqual([ended]);
  });

  test('lets the open reservations of a silent holder go, and keeps its slice', async () => {
    const team = await aBook();
    const holder = randomUUID();
    await syncHolder(redis, team, word({ holder, slices: [{ account: accounts[0], open: 20, free: 5 }] }));
    const row = JSON.parse((await redis.hget(keys.budgets(team, 'holders'), holder)) ?? '');
    await redis.hset(keys.budgets(team, 'holders'), holder, JSON.stringify({ ...row, beat: '1' }));
    const { version } = await readBudgetBook(redis, team);
    await rebaseBudgets(redis, team, { ...nothing, version: version ?? '' });
    expect((await readBudgetBook(redis, team)).accounts.get(accounts[0])?.reserved).toBe(5);
  });
});

/** What a few holders do, in any order; answers may be lost, and what is rolled up comes when it comes. */
type Step =
  | { do: 'reserve'; who: number; account: number; amount: number; lost: boolean }
  | { do: 'settle'; who: number; share: number; lost: boolean }
  | { do: 'roll up'; part: number };
const who = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('reserve' as const),
    who,
    account: fc.nat({ max: 1 }),
    amount: fc.integer({ min: 1, max: 400 }),
    lost: fc.boolean(),
  }),
  fc.record({ do: fc.constant('settle' as const), who, share: fc.integer({ min: 0, max: 100 }), lost: fc.boolean() }),
  fc.record({ do: fc.constant('roll up' as const), part: fc.integer({ min: 0, max: 100 }) }),
);

test('whatever holders do and whatever answers are lost, no limit is overshot and every sum is that of its parts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const team = await aBook();
      /** The truth: what was really spent, and what of it is rolled up. */
      const spent = new Map<string, number>(accounts.map((account) => [account, 0]));
      const rolled = new Map<string, number>(accounts.map((account) => [account, 0]));
      const calls: { id: string; holder: string; account: string; amount: number; rolled: boolean }[] = [];
      const holders = [0, 1, 2].map(() => ({
        holder: randomUUID(),
        n: 0,
        k: 0,
        open: [] as { account: string; amount: number }[],
        free: new Map<string, number>(),
        settled: [] as BudgetSyncBody['settled'],
      }));
      const say = async (index: number, wants: BudgetSyncBody['wants'], lost: boolean) => {
        const one = holders[index] ?? holders[0];
        if (one === undefined) throw new Error('no holder');
        one.n += 1;
        const openOf = (account: string) =>
          one.open.filter((call) => call.account === account).reduce((sum, { amount }) => sum + amount, 0);
        const slices = accounts.map((account) => ({
          account,
          open: openOf(account),
          free: one.free.get(account) ?? 0,
        }));
        const answer = await syncHolder(redis, team, word({ ...one, slices, wants }));
        if (lost) return null;
        for (const { account, granted_units: granted } of answer.accounts)
          one.free.set(account, (one.free.get(account) ?? 0) + granted);
        return answer;
      };
      for (const one of steps) {
        if (one.do === 'reserve') {
          const account = accounts[one.account] ?? accounts[0];
          const answer = await say(one.who, [want(account, one.amount, 50)], one.lost);
          const holder = holders[one.who];
          const free = holder?.free.get(account) ?? 0;
          if (answer?.outcome === 'ok' && free >= one.amount) {
            holder?.free.set(account, free - one.amount);
            holder?.open.push({ account, amount: one.amount });
          }
        } else if (one.do === 'settle') {
          const holder = holders[one.who];
          const call = holder?.open.shift();
          if (holder === undefined || call === undefined) continue;
          const amount = Math.floor((call.amount * one.share) / 100);
          holder.free.set(call.account, (holder.free.get(call.account) ?? 0) + call.amount - amount);
          spent.set(call.account, (spent.get(call.account) ?? 0) + amount);
          if (amount > 0) {
            const id = randomUUID();
            holder.k += 1;
            holder.settled.push({ k: holder.k, call_id: id, amounts: { [call.account]: amount } });
            calls.push({ id, holder: holder.holder, account: call.account, amount, rolled: false });
          }
          await say(one.who, [], one.lost);
        } else {
          const { version } = await readBudgetBook(redis, team);
          for (const call of calls.filter((_, index) => (index * 37) % 101 <= one.part)) {
            if (!call.rolled) rolled.set(call.account, (rolled.get(call.account) ?? 0) + call.amount);
            call.rolled = true;
          }
          const rolledUp = Object.fromEntries(
            holders.map(({ holder }) => [
              holder,
              calls.filter((c) => c.rolled && c.holder === holder).map(({ id }) => id),
            ]),
          );
          await rebaseBudgets(redis, team, {
            ...nothing,
            version: version ?? '',
            accounts: accounts.map((account) => ({
              account,
              limit,
              hard: true,
              rolledUp: rolled.get(account) ?? 0,
              unpricedCalls: 0,
            })),
            rolledUp,
          });
        }
        const book = await readBudgetBook(redis, team);
        for (const account of accounts) {
          const sums = book.accounts.get(account);
          const rows = [...book.holders.values()];
          const slices = rows.reduce(
            (sum, { slices: of }) => sum + (of[account]?.[0] ?? 0) + (of[account]?.[1] ?? 0),
            0,
          );
          const settled = rows
            .flatMap(({ calls: of }) => Object.values(of))
            .reduce((sum, amounts) => sum + (amounts[account] ?? 0), 0);
          expect([sums?.reserved, sums?.settled, sums?.rolledUp]).toEqual([slices, settled, rolled.get(account) ?? 0]);
          expect(spent.get(account)).toBeLessThanOrEqual(limit);
          // What is counted never falls behind what was really spent.
          const counted = slices + settled + (rolled.get(account) ?? 0);
          expect(counted).toBeGreaterThanOrEqual(spent.get(account) ?? 0);
        }
      }
    }),
    { numRuns: 60 },
  );
});
