import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';

type FoundPage = { rows: readonly { total: number }[]; offset: number };

/** How many rows there are, as each row of a page says; a page past the end has none to say it: then `count` is asked. */
export async function totalOf(db: Db, { rows, offset }: FoundPage, count: RawBuilder<unknown>): Promise<number> {
  const [first] = rows;
  if (first !== undefined || offset === 0) return first?.total ?? 0;
  const counted = await sql<{ total: number }>`select (${count}) as total`.execute(db);
  return counted.rows[0]?.total ?? 0;
}
