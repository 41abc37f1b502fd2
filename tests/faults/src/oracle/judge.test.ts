import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { checkRollups } from '@telltale/bench/rollup-check';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { createDatabase, type DatabaseHandle } from '@telltale/store/database';
import { storeBatches } from '@telltale/store/ingest';
import { foldTeam } from '@telltale/store/rollup';
import { createTestDatabase, type TestDatabase } from '@telltale/testkit/test-database';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { createRecordMaker } from '../load/make-records.ts';
import { judge } from './judge.ts';
import { openLedger, readLedgers } from './ledger.ts';

let folder: string;
let files = 0;
let store: TestDatabase;
let db: DatabaseHandle;
let seq = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-oracle-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  store = await createTestDatabase();
  db = createDatabase({ url: store.url, max: 2, applicationName: 'oracle-test' });
});
afterEach(async () => {
  await db[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const records = (count: number): TelemetryRecord[] => {
  // Of one moment: two would lie in two buckets where a minute ends between them.
  const at = Date.now();
  const make = createRecordMaker({ seed: 3, name: 'oracle', now: () => at });
  return Array.from({ length: count }, make);
};

async function storeAll(all: TelemetryRecord[]): Promise<void> {
  seq += 1;
  const ids_hash = createHash('sha256').update(idsHashInput(all)).digest('hex');
  const received_at = new Date().toISOString();
  const batch = {
    v: 1 as const,
    team_id: 'faults',
    producer_id: 'p',
    seq,
    ids_hash,
    received_at,
    rejected: 0,
    records: all,
  };
  await storeBatches(db.pool, [{ batch, costs: new Map() }]);
  await foldTeam(db.kysely, 'faults');
}

function issue(all: TelemetryRecord[], acknowledged = all.length): string {
  files += 1;
  const file = join(folder, `${files}.ledger`);
  const ledger = openLedger(file);
  ledger.issue(all);
  ledger.acknowledge(acknowledged);
  return file;
}

const verdict = (file: string) =>
  judge({ databaseUrl: store.url, teamIds: ['faults'], issued: readLedgers([file]), isProbe: () => false });

test('what was stored as it was sent passes, logs in chunks and awkward values included', async () => {
  const all = records(2_000);
  await storeAll(all);
  expect(await verdict(issue(all))).toMatchObject({
    issued: 2_000,
    acknowledged: 2_000,
    stored: 2_000,
    rows: 2_000,
    missing: 0,
    unpromised: 0,
    duplicates: 0,
    foreign: 0,
    damaged: 0,
  });
  const { compared, different } = await checkRollups(store.url);
  expect(compared).toBeGreaterThan(100);
  expect(different).toEqual([]);
});

test('it sees a record that is missing, and one that nobody had promised', async () => {
  const all = records(100);
  await storeAll(all.slice(2));
  expect(await verdict(issue(all, 1))).toMatchObject({ missing: 1, unpromised: 1, stored: 98 });
});

test('it sees a row too many, and one that nobody sent', async () => {
  const all = records(100);
  await storeAll(all);
  await storeAll(all.slice(0, 3));
  expect(await verdict(issue(all.slice(1)))).toMatchObject({ duplicates: 2, foreign: 2, missing: 0 });
});

test('it sees one changed character, one changed number and one changed line in a chunk', async () => {
  const all = records(300);
  await storeAll(all);
  await db.pool.query(
    `update tool_call set tool_name = tool_name || '.' where id = (select min(id::text)::uuid from tool_call)`,
  );
  await db.pool.query(
    `update llm_call set input_tokens = 1 where id = (select min(id::text)::uuid from llm_call where input_tokens > 1)`,
  );
  await db.pool.query('update log_chunk set warnings = warnings + 1 where ids = (select min(ids) from log_chunk)');
  const { damaged, missing } = await verdict(issue(all));
  expect(missing).toBe(0);
  expect(damaged).toBeGreaterThan(2);
});

test('it sees a rollup that is off by one, and money that is off by its last digit', async () => {
  const all = records(300);
  await storeAll(all);
  await db.pool.query(`update rollup set records = records + 1 where cube = 'team' and grain = 0`);
  expect((await checkRollups(store.url)).different).toEqual([{ cube: 'team', grain: 0, buckets: 2 }]);
});
