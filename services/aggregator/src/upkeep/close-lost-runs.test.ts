import { randomUUID } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { parseRecord } from '@telltale/contracts/records/parse-record';
import { createLog } from '@telltale/runtime/log';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { foldTeam } from '@telltale/store/rollup';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { closeLostRuns } from './close-lost-runs.ts';

const log = createLog({ service: 'test', level: 'silent' });
const start = Date.now() - 3_600_000;
const at = (minutes: number): string => new Date(start + minutes * 60_000).toISOString();

test('a run that went silent ends as lost when it was last heard of, once, and a later word takes it back', async () => {
  await using postgres = await createTestDatabase();
  await using database = createDatabase({ url: postgres.url, max: 2, applicationName: 'lost-runs' });
  const db = database.kysely;
  const store = async (batch: Partial<StreamBatch> & { records: TelemetryRecord[] }): Promise<void> => {
    const own = { v: 1 as const, team_id: 'red', producer_id: randomUUID(), seq: 1, ids_hash: '0'.repeat(64) };
    await storeBatches(database.pool, [
      { batch: { ...own, received_at: new Date().toISOString(), rejected: 0, ...batch }, costs: new Map() },
    ]);
    await foldTeam(db, 'red', { maxBatches: 100, maxRecords: 10_000 });
  };
  const word = (run_id: string, minute: number) => aRecord('process_sample', { run_id, agent_id: 'a', at: at(minute) });
  await store({
    records: [word('silent', 0), word('silent', 10), word('alive', 59)],
  });

  const clock = createManualClock(start + 60 * 60_000);
  const published: StreamBatch[] = [];
  const upkeep = { db, publish: async (batch: StreamBatch) => published.push(batch), lostAfterMs: 900_000, clock, log };
  await closeLostRuns(upkeep);
  await closeLostRuns(upkeep);
  expect(published).toHaveLength(2);
  expect(published[1]).toEqual(published[0]);
  const [batch] = published;
  if (batch === undefined) return;
  expect(parseRecord(batch.records[0]).ok).toBe(true);

  const end = () =>
    db.selectFrom('run').select(['end_reason', 'ended_at']).where('run_id', '=', 'silent').executeTakeFirst();
  await store(batch);
  expect(await end()).toEqual({ end_reason: 'lost', ended_at: new Date(start + 10 * 60_000 + 1) });
  await closeLostRuns(upkeep);
  expect(published).toHaveLength(2);
  await store({ records: [word('silent', 58)] });
  expect(await end()).toEqual({ end_reason: null, ended_at: null });
});
