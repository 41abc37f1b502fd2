import { sql } from 'kysely';
import type { Db } from '../database.ts';

const tables = {
  tool: { table: 'tool_call', name: 'tool_name' },
  service: { table: 'service_call', name: 'service_name' },
} as const;

/** The newest error message of each name, as long as raw records are kept. */
export async function readLastErrors(
  db: Db,
  { teamId, kind, names }: { teamId: string; kind: keyof typeof tables; names: readonly string[] },
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const { table, name } = tables[kind];
  const { rows } = await sql<{ name: string; message: string }>`
    select wanted.name, newest.message from unnest(${[...names]}::text[]) as wanted (name)
    cross join lateral (
      select left(coalesce(error_message, 'no message'), 200) as message from ${sql.table(table)}
      where team_id = ${teamId} and not success and ${sql.ref(name)} = wanted.name
      order by at desc, id desc limit 1
    ) as newest`.execute(db);
  return new Map(rows.map((row) => [row.name, row.message]));
}
