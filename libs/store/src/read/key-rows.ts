import { sql, type RawBuilder } from 'kysely';

/**
 * The ids of a question as rows of `key (id)`. One alone is a value of its own: PostgreSQL takes an array it does not
 * know for ten ids, so that a plan for any array looks dearer than planning each time, and is never kept.
 */
export const keyRows = (ids: readonly string[]): RawBuilder<unknown> => {
  const [only] = ids;
  return ids.length === 1 ? sql`(values (${only}::text)) as key (id)` : sql`unnest(${[...ids]}::text[]) as key (id)`;
};
