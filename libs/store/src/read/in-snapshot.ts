import type { Db } from '../database.ts';

/** Several questions of one answer see the same state: a fold between two of them would make its parts disagree. */
export function inSnapshot<T>(db: Db, ask: (db: Db) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(ask);
}
