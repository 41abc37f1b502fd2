import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../database.ts';

type Questions<T extends Record<string, unknown>> = { [K in keyof T]: RawBuilder<T[K]> };
type Answers<T extends Record<string, unknown>> = { [K in keyof T]: T[K][] };

/**
 * The rows of several questions by name, asked as one statement: they see the same state without a transaction, and the
 * store is asked once instead of once each and twice around them, which takes longer than most of them. Rows are those of
 * JSON: numerics are numbers, times are texts. For rows that are figures already, rounded where they are money.
 */
export async function askTogether<T extends Record<string, unknown>>(
  db: Db,
  questions: Questions<T>,
): Promise<Answers<T>> {
  const parts = Object.entries<RawBuilder<unknown>>(questions).map(
    ([name, question]) => sql`(select coalesce(json_agg(part), '[]') from (${question}) as part) as ${sql.ref(name)}`,
  );
  const { rows } = await sql<Answers<T>>`select ${sql.join(parts, sql`,\n`)}`.execute(db);
  const [answers] = rows;
  if (answers === undefined) throw new Error('a select without a table has one row');
  return answers;
}
