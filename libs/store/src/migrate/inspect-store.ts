import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { rawTables } from '../tables/raw-tables.ts';
import { schemaVersion } from './assert-schema.ts';
import { knownVersion } from './migrations.ts';

/** What somebody who looks after the database wants to know of it. */
export type StoreFacts = {
  /** `18.1`. */
  server: string;
  schema: number;
  knownSchema: number;
  /** On disk, in bytes. */
  bytes: number;
  /** Raw tables without a partition for this day (UTC) or for the next. */
  withoutPartition: string[];
  /** Raw tables with rows in their default partition, which ought to stay empty. */
  inDefault: string[];
};

/** `now` is epoch ms. */
export async function inspectStore(db: Db, now: number): Promise<StoreFacts> {
  const facts = await sql<{ server: string; bytes: number }>`
    select current_setting('server_version') as server, pg_database_size(current_database()) as bytes`.execute(db);
  const schema = await schemaVersion(db);
  const found: StoreFacts = {
    server: facts.rows[0]?.server.split(' ')[0] ?? 'unknown',
    schema,
    knownSchema: await knownVersion(),
    bytes: facts.rows[0]?.bytes ?? 0,
    withoutPartition: [],
    inDefault: [],
  };
  if (schema !== found.knownSchema) return found;
  const days = [now, now + 86_400_000].map((at) => new Date(at).toISOString().slice(0, 10).replaceAll('-', ''));
  for (const table of rawTables) {
    const { rows } = await sql<{ missing: boolean; filled: boolean }>`
      select bool_or(to_regclass(name) is null) as missing,
        exists (select from ${sql.table(`${table}_default`)}) as filled
      from unnest(${days.map((day) => `${table}_${day}`)}::text[]) as name`.execute(db);
    if (rows[0]?.missing === true) found.withoutPartition.push(table);
    if (rows[0]?.filled === true) found.inDefault.push(table);
  }
  return found;
}
