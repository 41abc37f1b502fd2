import { sql } from 'kysely';
import type { Db } from '../database.ts';
import { rawTables, type RawTable } from '../tables/raw-tables.ts';
import { bookExpired, hasUnfolded, isBusy } from './drop-day.ts';

const dayMs = 86_400_000;
/** History is imported up to this many days back; what says it is older stays apart. */
export const historyDays = 400;
const aheadDays = 7;

/** Rows of the default partitions: `waiting` get a day of their own at the next run, `quarantined` claim times outside the window. */
export type DefaultRows = { waiting: number; quarantined: number };

const defaultOf = (table: RawTable) => sql.table(`${table}_default`);
const today = (now: number): number => Math.floor(now / dayMs) * dayMs;
const windowOf = (now: number) => ({
  from: today(now) - historyDays * dayMs,
  to: today(now) + (aheadDays + 1) * dayMs,
});

export async function countDefaults(db: Db, now: number): Promise<DefaultRows> {
  const { from, to } = windowOf(now);
  const parts = rawTables.map(
    (table) => sql`select at >= ${new Date(from)} and at < ${new Date(to)} as inside from ${defaultOf(table)}`,
  );
  const { rows } = await sql<DefaultRows>`
    select count(*) filter (where inside) as waiting, count(*) filter (where not inside) as quarantined
    from (${sql.join(parts, sql` union all `)}) as rows`.execute(db);
  return rows[0] ?? { waiting: 0, quarantined: 0 };
}

async function moveDay(db: Db, table: RawTable, day: number): Promise<void> {
  const [from, to] = [new Date(day), new Date(day + dayMs)];
  const name = `${table}_${from.toISOString().slice(0, 10).replaceAll('-', '')}`;
  const own = sql`at >= ${from} and at < ${to}`;
  await db.transaction().execute(async (trx) => {
    await sql`set local lock_timeout = '3s'`.execute(trx);
    await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(trx);
    await sql`create table ${sql.table(name)} (like ${sql.table(table)} including defaults including storage)`.execute(
      trx,
    );
    await sql`insert into ${sql.table(name)} select * from ${defaultOf(table)} where ${own}`.execute(trx);
    await sql`delete from ${defaultOf(table)} where ${own}`.execute(trx);
    await sql`alter table ${sql.table(table)} attach partition ${sql.table(name)}
      for values from (${sql.lit(from.toISOString())}) to (${sql.lit(to.toISOString())})`.execute(trx);
  });
}

/**
 * Gives the rows that lie in default partitions a partition of their own day: history that was imported, or rows that
 * came while no partition was made. Once `signal` is aborted no further one is begun. Answers how many days were made.
 */
export async function emptyDefaults(db: Db, now: number, signal?: AbortSignal): Promise<number> {
  const { from, to } = windowOf(now);
  let made = 0;
  for (const table of rawTables) {
    if (signal?.aborted) break;
    const { rows } = await sql<{ day: Date }>`
      select distinct date_bin('24 hours', at, timestamptz 'epoch') as day from ${defaultOf(table)}
      where at >= ${new Date(from)} and at < ${new Date(to)} order by 1`.execute(db);
    for (const { day } of rows) {
      if (signal?.aborted) break;
      try {
        await moveDay(db, table, day.getTime());
        made += 1;
      } catch (error) {
        // In use: the next run comes in an hour.
        if (!isBusy(error)) throw error;
      }
    }
  }
  return made;
}

/** Removes what claims a time outside the window once it was received long enough ago. Answers how many records went. */
export async function expireQuarantined(
  db: Db,
  { now, table, maxBatchNo }: { now: number; table: RawTable; maxBatchNo: number },
): Promise<number> {
  const { from, to } = windowOf(now);
  if (await hasUnfolded(db, Date.UTC(1970), from)) return 0;
  if (await hasUnfolded(db, to, Date.UTC(2200))) return 0;
  return db.transaction().execute(async (trx) => {
    const lines = table === 'log_chunk' ? sql`lines` : sql`1`;
    const { rows } = await sql<{ team_id: string; day: Date; records: number }>`
      with gone as (delete from ${defaultOf(table)}
        where (at < ${new Date(from)} or at >= ${new Date(to)}) and batch_no <= ${maxBatchNo}
        returning team_id, date_bin('24 hours', at, timestamptz 'epoch') as day, ${lines} as lines)
      select team_id, day, sum(lines)::bigint as records from gone group by 1, 2`.execute(trx);
    for (const { day, ...count } of rows) {
      await bookExpired(trx, { table, day: day.getTime(), reason: 'age', now, counts: [count] });
    }
    return rows.reduce((sum, { records }) => sum + records, 0);
  });
}
