import { randomUUID } from 'node:crypto';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createDatabase } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { foldTeam } from '@telltale/store/rollup';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { emptyStats } from '../stats.ts';
import { checkRollups } from './check-rollups.ts';

const hourMs = 3_600_000;
const log = createLog({ service: 'aggregator', level: 'silent' });

test('each hour is compared with its records when it is over, and again most of a day later, with what came late', async () => {
  await using postgres = await createTestDatabase();
  await using database = createDatabase({ url: postgres.url, max: 2, applicationName: 'test' });
  const now = Date.now();
  // All that was stored is of one hour, some of it late: nothing happened since.
  for (const producer_id of [randomUUID(), randomUUID()]) {
    const batch = {
      v: 1 as const,
      team_id: 'red',
      producer_id,
      seq: 1,
      ids_hash: '0'.repeat(64),
      received_at: new Date(now).toISOString(),
      rejected: 0,
      records: [aRecord('tool_call', { at: new Date(now - 21.5 * hourMs).toISOString() })],
    };
    await storeBatches(database.pool, [{ batch, costs: new Map() }]);
  }
  await foldTeam(database.kysely, 'red');
  const differing = async (
    at: number,
    stats = emptyStats(),
    signal = new AbortController().signal,
  ): Promise<number | undefined> => {
    await checkRollups({ db: database.kysely, clock: { ...systemClock, now: () => at }, log, stats }, signal);
    return stats.check?.differing;
  };
  expect(await differing(now)).toBe(0);
  await database.pool.query(`update rollup set tool_calls = 5 where cube = 'tool' and grain = 15`);
  expect(await differing(now)).toBeGreaterThan(0);
  expect(await differing(now - 21 * hourMs)).toBeGreaterThan(0);
  // Whoever has just started looks at what a predecessor may have found within the last hour, too.
  const started = emptyStats();
  expect(await differing(now - 20 * hourMs, started)).toBeGreaterThan(0);
  expect(await differing(now - 20 * hourMs, started)).toBe(0);
  expect(await differing(now + hourMs)).toBeGreaterThan(0);
  // A service that stops has some seconds for it, and a check of many teams takes longer.
  expect(await differing(now, emptyStats(), AbortSignal.abort())).toBeUndefined();
});
