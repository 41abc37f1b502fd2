import { createLog } from '@telltale/runtime/log';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { emptyStats } from '../stats.ts';
import { foldStored } from './fold-stored.ts';

test('a team that somebody else has in hand is waited for a minute, and is folded when it is free again', async () => {
  await using postgres = await createTestDatabase();
  await using database = createDatabase({ url: postgres.url, max: 4, applicationName: 'test' });
  const names = { v: 1 as const, team_id: 'red', producer_id: 'p', seq: 1, ids_hash: '0'.repeat(64), rejected: 0 };
  const batch = { ...names, received_at: new Date().toISOString(), records: [aRecord('llm_call', {})] };
  await storeBatches(database.pool, [{ batch, costs: new Map() }]);
  const manual = createManualClock();
  const sleep = async (ms: number): Promise<void> => manual.advance(ms);
  const deps = {
    db: database.kysely,
    publishTotals: async () => undefined,
    pace: { ready: async () => undefined, worked: () => undefined },
    clock: { ...manual, sleep },
    log: createLog({ service: 'aggregator', level: 'silent' }),
    stats: emptyStats(),
    failpoint: async () => undefined,
  };
  const go = () => foldStored(deps, 'red', new AbortController().signal);
  const other = await database.pool.connect();
  await other.query(`begin; select pg_advisory_xact_lock(hashtext('telltale.fold'), hashtext('red'))`);
  expect(await go()).toBe(false);
  expect(manual.monotonic()).toBeGreaterThan(60_000);
  expect(manual.monotonic()).toBeLessThan(75_000);
  await other.query('commit');
  other.release();
  expect(await go()).toBe(true);
  expect(deps.stats).toMatchObject({ folds: 1, failures: 0 });
});
