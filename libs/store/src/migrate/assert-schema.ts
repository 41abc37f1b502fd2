import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { knownVersion } from './migrations.ts';
import { SchemaError } from './schema-error.ts';

/** The database's schema version; 0 when nothing was ever migrated. */
export async function schemaVersion(db: Db): Promise<number> {
  const table = await sql<{ there: boolean }>`select to_regclass('schema_version') is not null as there`.execute(db);
  if (table.rows[0]?.there !== true) return 0;
  const row = await db
    .selectFrom('schema_version')
    .select((query) => query.fn.max('version').as('version'))
    .executeTakeFirst();
  return row?.version ?? 0;
}

/** Throws SchemaError unless the database has exactly the schema this program was made for. For services at start. */
export async function assertSchema(db: Db): Promise<void> {
  const [has, known] = [await schemaVersion(db), await knownVersion()];
  if (has === 0) throw new SchemaError('none', 'the database has no Telltale schema yet: run the migration first');
  if (has < known) {
    throw new SchemaError(
      'older',
      `the database has schema ${has}, this program needs ${known}: run the migration first`,
    );
  }
  if (has > known) throw newerSchema(has, known);
}

export const newerSchema = (has: number, known: number): SchemaError =>
  new SchemaError('newer', `the database has schema ${has}, this program knows up to ${known}: upgrade Telltale here`);
