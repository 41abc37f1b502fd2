import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createDatabase } from '../database.ts';
import { rawTables } from '../tables/raw-tables.ts';
import { assertSchema } from './assert-schema.ts';
import { inspectStore } from './inspect-store.ts';
import { migrate } from './migrate.ts';
import { ensurePartitions } from './partitions.ts';

const made: string[] = [];
const admin = new Client({ connectionString: inject('postgresUrl') });
beforeAll(() => admin.connect());
afterAll(async () => {
  for (const name of made) await admin.query(`drop database ${name} with (force)`);
  await admin.end();
});

/** Nothing in it, not even the schema. */
async function emptyDatabase(): Promise<string> {
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await admin.query(`create database ${name}`);
  made.push(name);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return url.href;
}
const open = (url: string) => createDatabase({ url, max: 2, applicationName: 'test' });

test('migrators that start together make the schema once, with the partitions around today', async () => {
  const url = await emptyDatabase();
  const reports = await Promise.all([migrate({ url }), migrate({ url }), migrate({ url })]);
  expect(reports.map(({ from }) => from).sort()).toEqual([0, reports[0]?.to, reports[0]?.to]);
  await using database = open(url);
  await assertSchema(database.kysely);
  const { rows } = await database.pool.query<{ days: number }>(
    `select count(*) as days from pg_inherits i join pg_class c on c.oid = i.inhrelid where c.relkind = 'r' and c.relname ~ '_(default|[0-9]{8})$'`,
  );
  expect(rows[0]?.days).toBe(rawTables.length * (1 + 1 + 1 + 7));
});

test('a database without a schema, or with a newer one, is refused with the remedy', async () => {
  const url = await emptyDatabase();
  await using database = open(url);
  await expect(assertSchema(database.kysely)).rejects.toThrow(/run the migration first/);
  await migrate({ url });
  await database.pool.query(`insert into schema_version (version, name) values (9999, '9999_future.sql')`);
  await expect(assertSchema(database.kysely)).rejects.toThrow(/upgrade Telltale here/);
  await expect(migrate({ url })).rejects.toThrow(/upgrade Telltale here/);
});

test('a day whose rows lie in the default partition is left there and told, the others are made', async () => {
  const url = await emptyDatabase();
  await migrate({ url });
  await using database = open(url);
  const now = Date.UTC(2031, 4, 10, 12);
  await database.pool.query(
    `insert into log_entry (at, batch_no, id, team_id, agent_id, level, message, source)
     values ('2031-05-10T11:00:00Z', 1, gen_random_uuid(), 'red', 'a', 'info', 'early', 'stdout')`,
  );
  const report = await ensurePartitions(database.kysely, { now, daysBack: 0, daysAhead: 1 });
  expect(report.refused).toEqual(['log_entry_20310510']);
  expect(report.made).toHaveLength(rawTables.length * 2 - 1);
  expect(await ensurePartitions(database.kysely, { now, daysBack: 0, daysAhead: 1 })).toEqual({
    made: [],
    refused: ['log_entry_20310510'],
  });
  const { rows } = await database.pool.query<{ n: number }>('select count(*) as n from log_entry');
  expect(rows[0]?.n).toBe(1);
  // What an operator is shown of it.
  expect(await inspectStore(database.kysely, now)).toMatchObject({
    inDefault: ['log_entry'],
    withoutPartition: ['log_entry'],
  });
  const today = await inspectStore(database.kysely, Date.now());
  expect([today.schema, today.withoutPartition]).toEqual([today.knownSchema, []]);
});

test('numbers beyond 2^53 are refused rather than rounded, money keeps its digits, times are UTC dates', async () => {
  const url = await emptyDatabase();
  await using database = open(url);
  const read = async (expression: string): Promise<unknown> =>
    (await database.pool.query<{ value: unknown }>(`select ${expression} as value`)).rows[0]?.value;
  expect(await read('9007199254740991::bigint')).toBe(Number.MAX_SAFE_INTEGER);
  await expect(read('9007199254740992::bigint')).rejects.toThrow(/beyond 2\^53/);
  expect(await read('0.10::numeric + 0.20::numeric')).toBe('0.30');
  expect(await read(`'2026-03-29T02:30:00+02:00'::timestamptz`)).toEqual(new Date('2026-03-29T00:30:00Z'));
  expect(await read(`current_setting('timezone')`)).toBe('UTC');
});
