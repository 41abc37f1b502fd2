import { sql } from 'kysely';
import { hasRoomBeside, type Db } from '../database.ts';

const begin = (db: Db) => db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');

/** Several questions of one answer see the same state: a fold between two of them would make its parts disagree. */
export function inSnapshot<T>(db: Db, ask: (db: Db) => Promise<T>): Promise<T> {
  return begin(db).execute(ask);
}

/**
 * The same for an answer of many parts: what is asked of `beside` is answered at the same time as what is asked of `db`,
 * and of the same state. Where no other connection is free both are one: an answer that has begun waits for no other.
 */
export function inWideSnapshot<T>(db: Db, ask: (db: Db, beside: Db) => Promise<T>): Promise<T> {
  return inSnapshot(db, async (first) => {
    if (!hasRoomBeside(db)) return ask(first, first);
    const { rows } = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(first);
    if (!hasRoomBeside(db)) return ask(first, first);
    let isShared = false;
    try {
      return await begin(db).execute(async (beside) => {
        await sql`set transaction snapshot ${sql.lit(rows[0]?.id)}`.execute(beside);
        isShared = true;
        return ask(first, beside);
      });
    } catch (error) {
      if (isShared) throw error;
      // The server lets no other in, or somebody was faster.
      return ask(first, first);
    }
  });
}
