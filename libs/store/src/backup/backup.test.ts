import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StreamBatch } from '@telltale/contracts/batch';
import { recordKinds } from '@telltale/contracts/records/record';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase } from '../database.ts';
import { storeBatches } from '../ingest/store-batches.ts';
import { foldTeam } from '../rollup/fold/fold-team.ts';
import { compareWithRaw } from '../rollup/repair/compare.ts';
import { restoreBackup } from './restore-backup.ts';
import { verifyBackup } from './verify-backup.ts';
import { writeBackup } from './write-backup.ts';

/** A restore makes the whole schema anew; on a machine that is busy with other tests that takes a while. */
const aRestoreMs = 90_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'telltale-backup-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = async <T extends object>(url: string, text: string): Promise<T[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
};
const one = async (url: string, expression: string): Promise<unknown> =>
  (await ask<{ value: unknown }>(url, `select (${expression})::text as value`))[0]?.value;

const hostile = 'tab\t newline\n backslash \\. quote " \u2603 \\N';
let seq = 0;
async function store(url: string, count: number): Promise<void> {
  await using database = createDatabase({ url, max: 2, applicationName: 'test' });
  const records = Array.from({ length: count }, (_, index) =>
    aRecord(recordKinds[index % recordKinds.length] ?? 'metric', { agent_id: `a-${index % 3}` }),
  );
  records.push(
    aRecord('log_entry', { message: hostile }),
    aRecord('task_event', { task_id: 't', inputs: { hostile } }),
  );
  seq += 1;
  const batch: StreamBatch = {
    v: 1,
    team_id: 'red',
    producer_id: 'p',
    seq,
    ids_hash: createHash('sha256').update(randomUUID()).digest('hex'),
    received_at: new Date().toISOString(),
    rejected: 0,
    records,
  };
  await storeBatches(database.pool, [{ batch, costs: new Map() }]);
  await foldTeam(database.kysely, 'red');
}

/** Everything a table holds, as one number of rows and one sum; of all tables but what a restore changes. */
async function contentOf(url: string): Promise<Record<string, string>> {
  const tables = await ask<{ name: string }>(
    url,
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and not relispartition and relname not in ('schema_version', 'store_epoch', 'producer') order by 1`,
  );
  const content: Record<string, string> = {};
  for (const { name } of tables) {
    content[name] = String(
      await one(
        url,
        `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from "${name}" t`,
      ),
    );
  }
  return content;
}
const backup = async (url: string, file: string) => writeBackup({ url, sink: createWriteStream(file) });

test(
  'a restore brings back every row as it was, in another database too, with another epoch and numbers that go on',
  async () => {
    await using source = await createTestDatabase();
    await using target = await createTestDatabase();
    await store(source.url, 200);
    const file = join(folder, 'one');
    const made = await backup(source.url, file);
    const before = await contentOf(source.url);
    expect(made.tables.find(({ table }) => table === 'batch_ledger')?.rows).toBe(1);
    expect(await verifyBackup(file)).toEqual(made);
    await store(source.url, 50);
    const epoch = await one(source.url, 'select epoch from store_epoch');

    await restoreBackup({ url: target.url, file, replace: false });
    await expect(restoreBackup({ url: source.url, file, replace: false })).rejects.toThrow(/say --yes/);
    const { url } = target;
    expect(await contentOf(url)).toEqual(before);
    expect(await one(url, 'select epoch from store_epoch')).not.toBe(epoch);
    expect(await one(url, 'select restored_seq from producer')).toBe('1');
    expect(await one(url, `select count(*) from pg_namespace where nspname like 'telltale%'`)).toBe('0');
    await store(url, 30);
    await using database = createDatabase({ url, max: 2, applicationName: 'test' });
    const range = { from: new Date(Date.now() - 3_600_000), to: new Date() };
    expect((await compareWithRaw(database.kysely, 'red', range)).differing).toBe(0);
    expect(await one(url, 'select count(distinct batch_no) from batch_ledger')).toBe('2');
  },
  aRestoreMs,
);

test('a torn, damaged, foreign or newer file is refused, and what is there stays', async () => {
  await using database = await createTestDatabase();
  await store(database.url, 20);
  const file = join(folder, 'two');
  await backup(database.url, file);
  const before = await contentOf(database.url);
  const bytes = readFileSync(file);
  const flipped = Buffer.from(bytes);
  flipped.writeUInt8(flipped.readUInt8(bytes.length >> 1) ^ 0xff, bytes.length >> 1);
  for (const wrong of [bytes.subarray(0, -20), bytes.subarray(0, bytes.length >> 1), flipped, bytes.subarray(0, 18)]) {
    writeFileSync(join(folder, 'wrong'), wrong);
    await expect(restoreBackup({ url: database.url, file: join(folder, 'wrong'), replace: true })).rejects.toThrow(
      /is damaged or not complete/,
    );
  }
  writeFileSync(join(folder, 'wrong'), 'PGDMP something else');
  await expect(verifyBackup(join(folder, 'wrong'))).rejects.toThrow(/is no backup of Telltale/);

  await ask(database.url, `insert into schema_version (version, name) values (9999, 'future')`);
  const newer = join(folder, 'newer');
  await backup(database.url, newer);
  await expect(restoreBackup({ url: database.url, file, replace: true })).rejects.toThrow(/upgrade Telltale here/);
  await ask(database.url, 'delete from schema_version where version = 9999');
  await expect(restoreBackup({ url: database.url, file: newer, replace: true })).rejects.toThrow(
    /upgrade Telltale here/,
  );
  expect(await contentOf(database.url)).toEqual(before);
});

test(
  'a restore that is cut off in the middle has done nothing, and the next one succeeds',
  async () => {
    await using database = await createTestDatabase();
    await store(database.url, 100);
    const file = join(folder, 'three');
    await backup(database.url, file);
    await store(database.url, 10);
    const before = await contentOf(database.url);
    await ask(database.url, 'create schema elsewhere');
    await ask(
      database.url,
      `create function elsewhere.cut() returns event_trigger language plpgsql as $$ begin
       if exists (select from pg_class where relname like 'metric_2%' and relnamespace = to_regnamespace('public'))
       then perform pg_terminate_backend(pg_backend_pid()); end if; end $$`,
    );
    const when = `on ddl_command_end when tag in ('CREATE TABLE') execute function elsewhere.cut()`;
    await ask(database.url, `create event trigger cut ${when}`);
    await expect(restoreBackup({ url: database.url, file, replace: true })).rejects.toThrow();
    await ask(database.url, 'drop event trigger cut');
    expect(await contentOf(database.url)).toEqual(before);
    await restoreBackup({ url: database.url, file, replace: true });
    expect(await contentOf(database.url)).not.toEqual(before);
  },
  aRestoreMs,
);

test(
  'a database that services use, or that holds something else, is left alone',
  async () => {
    await using database = await createTestDatabase();
    const file = join(folder, 'four');
    await backup(database.url, file);
    {
      await using inUse = createDatabase({ url: database.url, max: 1, applicationName: 'telltale-collector' });
      await inUse.pool.query('select 1');
      await expect(restoreBackup({ url: database.url, file, replace: true })).rejects.toThrow(
        /Services use this database \(telltale-collector\); stop them/,
      );
    }
    await ask(database.url, 'create table of_somebody_else (x integer)');
    await expect(restoreBackup({ url: database.url, file, replace: true })).rejects.toThrow(
      /also holds of_somebody_else/,
    );
    expect(await one(database.url, 'select count(*) from of_somebody_else')).toBe('0');
  },
  aRestoreMs,
);
