import { Kysely, PostgresDialect } from 'kysely';
import { Client } from 'pg';
import { newerSchema } from '../migrate/assert-schema.ts';
import { applyWithin, migrate, migrationLock } from '../migrate/migrate.ts';
import { knownVersion } from '../migrate/migrations.ts';
import { renewEpochWithin } from '../migrate/store-epoch.ts';
import type { Database } from '../tables/database-tables.ts';
import { BackupError } from './backup-error.ts';
import type { Manifest } from './backup-format.ts';
import { listPartitions, listTables } from './catalogue.ts';
import { loadTables } from './load-tables.ts';
import { verifyBackup } from './verify-backup.ts';

export type RestoreOptions = {
  url: string;
  file: string;
  /** Whether what the database holds now may be replaced. */
  replace: boolean;
  /** Hears of each thing that was done. */
  say?: (line: string) => void;
};

/** Where what was there before lies until the restored store is complete. */
const formerSchema = 'telltale_before_restore';

/**
 * Makes the store what it was when the backup was taken, brought to the schema of this program, with a new epoch: spools
 * then send again what happened since. All in one transaction: a restore that ends in the middle has done nothing.
 * Throws BackupError or SchemaError.
 */
export async function restoreBackup({ url, file, replace, say = () => {} }: RestoreOptions): Promise<Manifest> {
  const made = await verifyBackup(file);
  const known = await knownVersion();
  if (made.schema > known) {
    const versions = `${file} has schema ${made.schema}, this program knows up to ${known}`;
    throw new BackupError(`${versions}: upgrade Telltale here, then restore.`);
  }
  say(`the backup of ${made.made_at} is complete`);
  const client = new Client({
    connectionString: url,
    application_name: 'telltale-restore',
    options: '-c timezone=UTC',
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
    await refuseOthers(client);
    const former = await refuseWhatIsThere(client, replace);
    await client.query(`drop schema if exists ${formerSchema} cascade`);
    await client.query(`alter schema public rename to ${formerSchema}`);
    await client.query('create schema public');
    await client.query('grant usage on schema public to public');
    await applyWithin(client, { from: 0, to: made.schema });
    await loadTables(client, file, made);
    await applyWithin(client, { from: made.schema, to: known });
    await renewEpochWithin(kyselyOn(client));
    await refuseForeignTables(client, former);
    await client.query('commit');
    say('the store is restored, with a new epoch: spools send again what happened since');
    await dropFormer(client);
    await client.query('analyze');
  } finally {
    await client.end();
  }
  // The day partitions around today.
  await migrate({ url });
  return made;
}

/** Queries of the store's functions on this very connection, inside its transaction. */
function kyselyOn(client: Client): Kysely<Database> {
  const connection = Object.assign(client, { release: () => {} });
  const pool = { options: {}, connect: async () => connection, end: async () => {} };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

async function refuseOthers(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name like 'telltale-%' order by 1`);
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw new BackupError(`Services use this database (${names}); stop them, then restore.`);
}

/** What is there now: nothing, or a store that may be replaced. Answers the names of its tables. */
async function refuseWhatIsThere(client: Client, replace: boolean): Promise<string[]> {
  const tables = (await listTables(client)).map(({ name }) => name);
  if (tables.length === 0) return [];
  if (!tables.includes('batch_ledger')) {
    throw new BackupError('The database holds something else than Telltale; create an empty one for it.');
  }
  const has = await client.query<{ version: number }>('select max(version) as version from schema_version');
  const version = has.rows[0]?.version ?? 0;
  const known = await knownVersion();
  if (version > known) throw newerSchema(version, known);
  const { rows } = await client.query<{ used: boolean }>(
    'select exists (select from producer) or exists (select from team) as used',
  );
  if (rows[0]?.used === true && !replace) {
    throw new BackupError('The database holds data, which a restore replaces; say --yes when it may.');
  }
  return tables;
}

/** Before anything is given up: tables that Telltale would not bring back are not its own. */
async function refuseForeignTables(client: Client, former: readonly string[]): Promise<void> {
  const own = new Set((await listTables(client)).map(({ name }) => name));
  const foreign = former.filter((name) => !own.has(name));
  if (foreign.length === 0) return;
  throw new BackupError(`The database also holds ${foreign.join(', ')}, which a restore would drop; move that first.`);
}

/** Of a month there are hundreds of partitions; dropping all at once takes more locks than a server has. */
const droppedAtOnce = 100;

async function dropFormer(client: Client): Promise<void> {
  await client.query(`set search_path to ${formerSchema}`);
  const partitions = (await listPartitions(client)).map(({ name }) => client.escapeIdentifier(name));
  for (let from = 0; from < partitions.length; from += droppedAtOnce) {
    await client.query(`drop table ${partitions.slice(from, from + droppedAtOnce).join(', ')}`);
  }
  await client.query(`drop schema ${formerSchema} cascade`);
  await client.query('set search_path to public');
}
