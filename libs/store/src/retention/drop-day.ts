import { sql } from 'kysely';
import type { Db, DbTransaction } from '../database.ts';
import type { RawTable } from '../tables/raw-tables.ts';
import { endOf, type DayPartition } from './day-partitions.ts';
import { kindOf } from './rules.ts';

export type DropReason = 'age' | 'size';

/** `kept`: a part of it was received later than allowed. `waiting`: not folded yet. `busy`: the table is in use. */
export type DropResult = { outcome: 'dropped' | 'kept' | 'waiting' | 'busy'; records: number };

type Count = { team_id: string; records: number; batch_no: number };

/** How long a drop waits for those who use the table, and they for it. */
const lockTimeout = '3s';

const recordsOf = (table: RawTable) => (table === 'log_chunk' ? sql`sum(lines)` : sql`count(*)`);

async function newestBatch(db: Db, name: string): Promise<number> {
  const { rows } = await sql<{
    batch_no: number | null;
  }>`select max(batch_no) as batch_no from ${sql.table(name)}`.execute(db);
  return rows[0]?.batch_no ?? 0;
}

/** Whether a batch that is not folded yet may have rows between the two times (epoch ms). */
export async function hasUnfolded(db: Db, from: number, to: number): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (select from batch_ledger
    where folded_at is null and min_at < ${new Date(to)} and max_at >= ${new Date(from)}) as found`.execute(db);
  return rows[0]?.found ?? true;
}

export async function bookExpired(
  trx: DbTransaction,
  gone: {
    table: RawTable;
    day: number;
    reason: DropReason;
    now: number;
    counts: readonly Pick<Count, 'team_id' | 'records'>[];
  },
): Promise<void> {
  const { table, day, reason, now, counts } = gone;
  for (const { team_id, records } of counts) {
    await sql`insert into expired (team_id, kind, day, reason, records, dropped_at)
      values (${team_id}, ${kindOf(table)}, ${new Date(day).toISOString().slice(0, 10)}::date, ${reason}, ${records}, ${new Date(now)})
      on conflict (team_id, kind, day, reason, dropped_at) do update set records = expired.records + excluded.records`.execute(
      trx,
    );
  }
}

/**
 * Drops the partition of one day and books what was in it as expired, in one transaction. Rows of a batch above
 * `maxBatchNo` keep it (null: whatever was received), and so does a batch of that day that is not folded: rollups never
 * lose what they have not seen. Counting goes before the lock, so that nobody waits for it.
 */
export async function dropDay(
  db: Db,
  partition: DayPartition,
  { maxBatchNo, reason, now }: { maxBatchNo: number | null; reason: DropReason; now: number },
): Promise<DropResult> {
  const { table, name, day } = partition;
  const newest = await newestBatch(db, name);
  if (maxBatchNo !== null && newest > maxBatchNo) return { outcome: 'kept', records: 0 };
  if (await hasUnfolded(db, day, endOf(partition))) return { outcome: 'waiting', records: 0 };
  const { rows: counts } = await sql<Count>`
    select team_id, ${recordsOf(table)}::bigint as records from ${sql.table(name)} group by team_id`.execute(db);
  try {
    return await db.transaction().execute(async (trx) => {
      await sql`set local lock_timeout = ${sql.lit(lockTimeout)}`.execute(trx);
      await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(trx);
      const changed = (await newestBatch(trx, name)) !== newest || (await hasUnfolded(trx, day, endOf(partition)));
      if (changed) return { outcome: 'waiting', records: 0 } as const;
      await bookExpired(trx, { table, day, reason, now, counts });
      await sql`drop table ${sql.table(name)}`.execute(trx);
      return { outcome: 'dropped', records: counts.reduce((sum, { records }) => sum + records, 0) } as const;
    });
  } catch (error) {
    if (isBusy(error)) return { outcome: 'busy', records: 0 };
    throw error;
  }
}

/** Lock not available, or a deadlock that was ended at our cost. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '55P03' || error.code === '40P01');
