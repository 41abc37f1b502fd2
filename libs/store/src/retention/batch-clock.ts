import { sql } from 'kysely';
import type { Db } from '../database.ts';

const dayMs = 86_400_000;
/** Longer than any rule, so that a rule may be made longer. */
const keptMs = 1_100 * dayMs;

/** Notes which batch number is the newest at `now` (epoch ms). */
export async function noteBatchClock(db: Db, now: number): Promise<void> {
  await sql`insert into batch_clock (at, batch_no)
    select ${new Date(now)}, case when is_called then last_value else 0 end from batch_no on conflict do nothing`.execute(
    db,
  );
  await sql`delete from batch_clock where at < ${new Date(now - keptMs)}`.execute(db);
}

/** The newest batch number that was given out at or before `time` (epoch ms); null when nobody noted it. */
export async function batchNoAt(db: Db, time: number): Promise<number | null> {
  const row = await db
    .selectFrom('batch_clock')
    .select('batch_no')
    .where('at', '<=', new Date(time))
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.batch_no ?? null;
}
