import { createLog } from '@telltale/runtime/log';
import { findReprice, requestReprice, setPrices } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { overridesFile } from '@telltale/contracts/price-rows';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { emptyStats } from '../stats.ts';
import { repriceWork } from './reprice-work.ts';

const team = 'red';

test('what was stored and not folded, and what was still stored at an old price, is priced anew, too', async () => {
  await using postgres = await createTestDatabase();
  await using database = createDatabase({ url: postgres.url, max: 2, applicationName: 'test' });
  const db = database.kysely;
  let seq = 0;
  /** A batch that a collector prices by what it knows: nothing yet. */
  const store = async (): Promise<void> => {
    seq += 1;
    const names = { team_id: team, producer_id: 'p', seq, ids_hash: '0'.repeat(64) };
    const records = [aRecord('llm_call', { model: 'house', input_tokens: 1_000_000, output_tokens: 0 })];
    const batch = { v: 1 as const, ...names, received_at: new Date().toISOString(), rejected: 0, records };
    const costs = new Map([[0, { cost_usd: null, cost_source: 'unknown', price_version: 'old' }]]);
    await storeBatches(database.pool, [{ batch, costs }]);
  };
  await store();
  const { prices } = overridesFile.parse({ version: 1, prices: [{ model: 'house', per_million: { input: 3 } }] });
  await setPrices(db, { teamId: team, prices, defaultPrice: undefined, actor: 'user:test' });
  const slept: number[] = [];
  const clock = {
    ...createManualClock(),
    sleep: async (ms: number): Promise<void> => {
      slept.push(ms);
      await store();
    },
  };
  const deps = {
    db,
    publishTotals: async () => undefined,
    pace: { ready: async () => undefined, worked: () => undefined },
    clock,
    log: createLog({ service: 'aggregator', level: 'silent' }),
    stats: emptyStats(),
    failpoint: async () => undefined,
  };
  const wish = { teamId: team, from: null, to: null, model: null, actor: 'user:test' };
  const reprice = async (dryRun: boolean) => {
    const id = await requestReprice(db, { ...wish, dryRun });
    await repriceWork(deps, { team_id: team, reprice_id: id }, new AbortController().signal);
    return findReprice(db, team, id);
  };
  expect(await reprice(true)).toMatchObject({ state: 'done', calls: 2, before_unpriced: 2, after_usd: '6.000000000' });
  expect(slept).toHaveLength(1);
  expect(slept[0]).toBeGreaterThan(0);
  expect(slept[0]).toBeLessThanOrEqual(12_000);

  // Prices that were changed long ago are everywhere: nothing is waited for.
  await database.pool.query(`update price_list set changed_at = now() - interval '1 minute'`);
  await store();
  expect(await reprice(false)).toMatchObject({ state: 'done', calls: 3, changed_calls: 3, after_usd: '9.000000000' });
  expect(slept).toHaveLength(1);
});
