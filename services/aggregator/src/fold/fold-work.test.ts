import { createLog } from '@telltale/runtime/log';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { emptyStats } from '../stats.ts';
import { foldWork } from './fold-work.ts';

test('a job of folding ends after half a minute though there is always more: the next one goes on', async () => {
  await using postgres = await createTestDatabase();
  await using database = createDatabase({ url: postgres.url, max: 2, applicationName: 'test' });
  const clock = createManualClock();
  let seq = 0;
  const store = async (): Promise<void> => {
    seq += 1;
    const names = { team_id: 'red', producer_id: 'p', seq, ids_hash: '0'.repeat(64) };
    const records = [aRecord('log_entry', { agent_id: 'a' })];
    const batch = { v: 1 as const, ...names, received_at: new Date().toISOString(), rejected: 0, records };
    await storeBatches(database.pool, [{ batch, costs: new Map() }]);
  };
  await store();
  const stats = emptyStats();
  const publishTotals = async (): Promise<void> => {
    clock.advance(10_000);
    await store();
  };
  const pace = { ready: async () => undefined, worked: () => undefined };
  const log = createLog({ service: 'aggregator', level: 'silent' });
  const deps = { db: database.kysely, publishTotals, pace, clock, log, stats, failpoint: async () => undefined };
  await foldWork(deps, new AbortController().signal);
  expect(stats.folds).toBe(3);
});
