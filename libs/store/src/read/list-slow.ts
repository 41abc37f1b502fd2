import type { SlowAnswer } from '@telltale/contracts/http/metrics-detail';
import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { callTables, unionOfCalls, type CallQuestion } from './call-union.ts';

type Operation = SlowAnswer['slow_operations'][number];

/** What calls are indexed by; it never falls while the duration rises. */
const second = sql`(duration_ms / 1000)::bigint`;

/** Calls that took so long are indexed. */
const indexedMs = 1_000;

/**
 * Calls that took at least `thresholdMs`, slowest first, as long as raw records are kept. Where those that are indexed fill
 * the page, the others are not looked at, whatever the threshold.
 */
export async function listSlow(db: Db, question: CallQuestion & { thresholdMs: number }): Promise<Operation[]> {
  const { thresholdMs, limit } = question;
  if (thresholdMs >= indexedMs) return slowest(db, question);
  const indexed = await slowest(db, { ...question, thresholdMs: indexedMs });
  return indexed.length === limit ? indexed : slowest(db, question);
}

async function slowest(db: Db, question: CallQuestion & { thresholdMs: number }): Promise<Operation[]> {
  const { thresholdMs, limit } = question;
  const slow = sql`duration_ms >= ${thresholdMs} and ${second} >= (${thresholdMs}::double precision / 1000)::bigint`;
  const { rows } = await sql<Omit<Operation, 'timestamp'> & { at: Date }>`
    select * from (${unionOfCalls(question, (table) => ({
      columns: sql`${sql.lit(table)} as type, id, ${callTables[table].name} as name, duration_ms, at, session_id`,
      conditions: [slow],
      says: sql`duration_ms is not null`,
      order: sql`${second} desc, duration_ms desc, id`,
    }))}) as slow order by duration_ms desc, id limit ${limit}`.execute(db);
  return rows.map(({ at, ...row }) => ({ ...row, timestamp: at.toISOString() }));
}
