import type { Log } from '@telltale/runtime/log';
import { Client } from 'pg';
import { createDatabase } from '../database.ts';
import { newerSchema } from './assert-schema.ts';
import { knownVersion, migrationsAfter, type Migration } from './migrations.ts';
import { ensurePartitions } from './partitions.ts';

/** Any number, the same for every Telltale: only one migration runs on a database at a time. */
export const migrationLock = 7_355_608;

export type MigrateOptions = {
  url: string;
  log?: Pick<Log, 'info'>;
  /** Epoch ms; decides which day partitions are made. */
  now?: () => number;
};
export type MigrateReport = { from: number; to: number };

const versionTable = `create table if not exists schema_version (
    version integer primary key, name text not null, applied_at timestamptz not null default now())`;

async function execute(client: Client, { sql, version, name }: Migration): Promise<void> {
  await client.query(sql);
  await client.query('insert into schema_version (version, name) values ($1, $2)', [version, name]);
}

/** Migrations after `from` up to `to`, within the caller's transaction; for a store that is made whole or not at all. */
export async function applyWithin(client: Client, { from, to }: { from: number; to: number }): Promise<void> {
  await client.query(versionTable);
  for (const migration of await migrationsAfter(from)) {
    if (migration.version <= to) await execute(client, migration);
  }
}

async function applyOne(client: Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await execute(client, migration);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`migration ${migration.name} failed and left nothing behind`, { cause: error });
  }
}

async function applyAll(client: Client, log: MigrateOptions['log']): Promise<MigrateReport> {
  await client.query(versionTable);
  const { rows } = await client.query<{ version: number }>(
    'select coalesce(max(version), 0)::integer as version from schema_version',
  );
  const from = rows[0]?.version ?? 0;
  const to = await knownVersion();
  if (from > to) throw newerSchema(from, to);
  for (const migration of await migrationsAfter(from)) {
    await applyOne(client, migration);
    log?.info({ migration: migration.name }, 'migrated');
  }
  return { from, to };
}

/**
 * Brings a database to the schema this program knows, each migration in a transaction of its own, and makes the day
 * partitions around today. Safe to run from several places at once: one works, the others wait and find it done.
 * A newer schema is refused with SchemaError.
 */
export async function migrate({ url, log, now = Date.now }: MigrateOptions): Promise<MigrateReport> {
  const client = new Client({ connectionString: url, application_name: 'telltale-migrate' });
  await client.connect();
  let report: MigrateReport;
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    report = await applyAll(client, log);
  } finally {
    // Ends the session, and with it the lock.
    await client.end();
  }
  await using database = createDatabase({ url, max: 1, applicationName: 'telltale-migrate' });
  const partitions = await ensurePartitions(database.kysely, { now: now() });
  log?.info({ ...report, partitions: partitions.made.length }, 'the schema is up to date');
  return report;
}
