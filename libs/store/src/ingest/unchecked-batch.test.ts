import { createHash } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { expect, test } from 'vitest';
import { createDatabase } from '../database.ts';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { storeBatches } from './store-batches.ts';

const unchecked = (fields: object): TelemetryRecord => ({ ...aRecord('agent_step'), ...fields });

/** What no door of ours lets through, but a newer or faulty one may. */
const strange: TelemetryRecord[] = [
  unchecked({ kind: 'dream' }),
  unchecked({ kind: 'constructor' }),
  unchecked({ kind: undefined, v: undefined }),
  unchecked({ v: 2 }),
  unchecked({ at: '2026-02-30T00:00:00.000Z' }),
  unchecked({ at: '2026-06-30T23:59:60.000Z' }),
  unchecked({ at: '2026-06-30T24:00:00.000Z' }),
  unchecked({ at: '1969-12-31T23:59:59.999Z' }),
  unchecked({ at: '2026-02-01T12:00:00' }),
  unchecked({ at: 1_767_225_600_000 }),
  unchecked({ at: undefined }),
  // What 1e400 is after JSON.parse.
  unchecked({ duration_ms: Number.POSITIVE_INFINITY }),
  unchecked({ duration_ms: 1e16 }),
];

test('strange kinds, versions and times cost themselves alone, and what they came with is folded', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({ url: server.url, max: 2, applicationName: 'test' });
  const records = strange.flatMap((record) => [aRecord('tool_call'), record]);
  const batch: StreamBatch = {
    v: 1,
    team_id: 'red',
    producer_id: 'faulty',
    seq: 1,
    ids_hash: createHash('sha256').update('x').digest('hex'),
    received_at: new Date().toISOString(),
    rejected: 0,
    records,
  };
  const [outcome] = await storeBatches(database.pool, [{ batch, costs: new Map() }]);
  expect(outcome).toEqual({ outcome: 'stored', records: strange.length, deadLetters: strange.length });
  expect(await foldTeam(database.kysely, 'red')).toMatchObject({ batches: 1, records: strange.length });
  const { rows } = await database.pool.query(
    `select tool_calls from rollup where team_id = 'red' and cube = 'team' and grain = 0`,
  );
  expect(rows).toEqual([{ tool_calls: strange.length }]);
});

test('a record that nests too deep to be stored is kept whole in its letter', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({ url: server.url, max: 2, applicationName: 'test' });
  const [before, after] = JSON.stringify(unchecked({ attributes: { deep: '' } })).split('""');
  const text = `${before}${'['.repeat(30_000)}${']'.repeat(30_000)}${after}`;
  const batch: StreamBatch = {
    v: 1,
    team_id: 'red',
    producer_id: 'deep',
    seq: 1,
    ids_hash: createHash('sha256').update('deep').digest('hex'),
    received_at: new Date().toISOString(),
    rejected: 0,
    records: [aRecord('tool_call'), JSON.parse(text) as TelemetryRecord],
  };
  expect(await storeBatches(database.pool, [{ batch, costs: new Map() }])).toEqual([
    { outcome: 'stored', records: 1, deadLetters: 1 },
  ]);
  const { rows } = await database.pool.query<{ payload: Buffer }>('select payload from dead_letter');
  expect(rows.map(({ payload }) => payload.toString())).toEqual([text]);
});
