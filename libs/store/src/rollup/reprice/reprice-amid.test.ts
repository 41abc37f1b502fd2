import fc from 'fast-check';
import type { RecordOf, TelemetryRecord } from '@telltale/contracts/records/record';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestReprice } from '../../config/prices/reprice-requests.ts';
import { foldTeam } from '../fold/fold-team.ts';
import { compareWithRaw } from '../repair/compare.ts';
import { aStore, type AStore } from '../test-support/a-store.ts';
import { randomRecords } from '../test-support/random-records.ts';
import { repriceStep } from './reprice-step.ts';

const day = Date.UTC(2026, 10, 18);
const limits = { now: day };

let store: AStore;
beforeAll(async () => {
  store = await aStore();
});
afterAll(() => store[Symbol.asyncDispose]());

type Call = RecordOf<'llm_call'>;
/** Nano-dollars: a rate of its own for each version and model, and none for an unknown one in the first. */
const nanosOf = (
  version: number,
  { model, input_tokens }: Pick<Call, 'model'> & { input_tokens?: number | null | undefined },
) => (model === 'unknown' && version === 0 ? null : BigInt(version * 7 + model.length) * BigInt(input_tokens ?? 0));
const usd = (nanos: bigint): string =>
  `${nanos / 1_000_000_000n}.${(nanos % 1_000_000_000n).toString().padStart(9, '0')}`;
const costAt = (version: number) => (call: Parameters<typeof nanosOf>[1]) => {
  const nanos = nanosOf(version, call);
  return {
    cost_usd: nanos === null ? null : usd(nanos),
    cost_source: nanos === null ? 'unknown' : 'computed',
    price_version: `v${version}`,
  };
};

const step = fc.record({
  records: randomRecords(day, 12),
  /** Records of before told again under an id of their own: by another session, model and day. */
  again: fc.array(
    fc.record({ of: fc.nat(), id: fc.uuid({ version: 7 }), model: fc.constantFrom('small', 'large'), days: fc.nat(2) }),
    {
      maxLength: 3,
    },
  ),
  does: fc.constantFrom('folds', 'reprices a little', 'changes prices', 'nothing'),
});

const ofSessions = (team: string) =>
  store.rows<{ name: string; cost_usd: string; calls: number; unpriced: number }>(
    `select id as name, cost_usd::text, llm_calls::int as calls, coalesce(unpriced_calls, 0)::int as unpriced
     from key_total where team_id = $1 and dim = 'session_id' and llm_calls > 0`,
    [team],
  );

test('while records come, are told again and prices change, a repricing ends with what the last prices say', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (steps) => {
      round += 1;
      const team = `amid-${round}`;
      const told: TelemetryRecord[] = [];
      let version = 0;
      let open: string | undefined;
      const ask = () =>
        requestReprice(store.db, {
          teamId: team,
          from: null,
          to: null,
          model: null,
          dryRun: false,
          actor: 'user:test',
        });
      const reprice = (repriceId: string, maxCalls: number) =>
        repriceStep(store.db, {
          teamId: team,
          repriceId,
          price: costAt(version),
          priceVersion: `v${version}`,
          maxCalls,
          ...limits,
        });
      for (const { records, again, does } of steps) {
        const batch = [...records];
        for (const { of, id, model, days } of again) {
          const before = told
            .filter((record): record is Call => record.kind === 'llm_call')
            .at(of % Math.max(1, told.length));
          if (before === undefined) continue;
          const at = new Date(Date.parse(before.at) + days * 86_400_000).toISOString();
          batch.push({ ...before, id, model, at, session_id: `moved-${model}` });
        }
        told.push(...batch);
        const priced = costAt(version);
        await store.store(batch, {
          team,
          costOf: (record) => (record.kind === 'llm_call' ? priced(record) : undefined),
        });
        if (does === 'folds') await foldTeam(store.db, team, limits);
        if (does === 'changes prices') version += 1;
        if (does === 'reprices a little') {
          open ??= await ask();
          await reprice(open, 2);
        }
      }
      await foldTeam(store.db, team, limits);
      version += 1;
      const last = await ask();
      for (let done = false; !done;) ({ done } = await reprice(last, 3));

      const chosen = await store.rows<{ record_id: string; session_id: string | null }>(
        'select record_id, session_id from calls where team_id = $1',
        [team],
      );
      const byId = new Map(told.map((record) => [record.id, record]));
      const sums = new Map<string, bigint>();
      for (const { record_id, session_id } of chosen) {
        const record = byId.get(record_id);
        if (record?.kind !== 'llm_call') throw new Error(`${record_id} is no call`);
        const nanos = nanosOf(version, record) ?? 0n;
        for (const key of ['', ...(session_id === null ? [] : [session_id])])
          sums.set(key, (sums.get(key) ?? 0n) + nanos);
      }
      const [whole] = await store.rows<{ cost_usd: string | null; calls: number | null }>(
        `select cost_usd::text, llm_calls::int as calls from rollup where team_id = $1 and cube = 'team' and grain = 0`,
        [team],
      );
      expect([whole?.calls ?? 0, BigInt((whole?.cost_usd ?? '0.000000000').replace('.', ''))]).toEqual([
        chosen.length,
        sums.get('') ?? 0n,
      ]);
      const sessions = await ofSessions(team);
      expect(sessions.map(({ name }) => name).toSorted()).toEqual(
        [...sums.keys()].filter((key) => key !== '').toSorted(),
      );
      for (const { name, cost_usd, unpriced } of sessions) {
        expect(BigInt(cost_usd.replace('.', ''))).toBe(sums.get(name));
        expect(unpriced).toBe(0);
      }
      const range = { from: new Date(day), to: new Date(day + 7 * 86_400_000) };
      expect(await compareWithRaw(store.db, team, range, limits)).toMatchObject({ differing: 0, strayRecords: 0 });
    }),
    { numRuns: 10, endOnFailure: true },
  );
});
