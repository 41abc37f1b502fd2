import { sql } from 'kysely';
import type { Db } from '../database.ts';

/** Asks the server who it is: `PostgreSQL 18.1, schema 2`. Throws what the driver throws. */
export async function pingDatabase(db: Db): Promise<string> {
  const { rows } = await sql<{ version: string; schema: number }>`
    select current_setting('server_version') as version,
      (select coalesce(max(version), 0)::integer from schema_version) as schema`.execute(db);
  const [row] = rows;
  return `PostgreSQL ${row?.version.split(' ')[0] ?? 'unknown'}, schema ${row?.schema ?? 0}`;
}
