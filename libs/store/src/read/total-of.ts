import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';

type FoundPage = { rows: readonly { total: number }[]; offset: number };

/** How many rows `all` has, as each row of a page says; a page past the end has none to say it, so it is asked anew. */
export async function totalOf(db: Db, { rows, offset }: FoundPage, all: RawBuilder<unknown>): Promise<number> {
  const [first] = rows;
  if (first !== undefined || offset === 0) return first?.total ?? 0;
  const counted = await sql<{ total: number }>`select count(*) as total from (${all}) as counted`.execute(db);
  return counted.rows[0]?.total ?? 0;
}
