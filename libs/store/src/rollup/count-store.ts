import { sql } from 'kysely';
import { systemTeam } from '@telltale/contracts/system-team';
import type { Db } from '../database.ts';

/** Totals of the whole instance, for metrics; what the system keeps about itself is left out. */
export type StoreCounts = {
  deadLetters: number;
  /** Records that producers dropped, by their reason, and `expired`: those that went from the store by age or size. */
  dropped: ReadonlyMap<string, number>;
  /** Batches that were given up, by why. */
  lostBatches: ReadonlyMap<string, number>;
  /** The books of all producers; `issued` and `open` (on its way, in a spool, or lost) of those that keep an account. */
  books: { issued: number; stored: number; dead_lettered: number; rejected: number; open: number };
  running: number;
  /** Ended runs, by how they ended. */
  ends: ReadonlyMap<string, number>;
};

export async function countStore(db: Db): Promise<StoreCounts> {
  const [letters, drops, losses, books, runs] = await Promise.all([
    sql<{ n: number }>`select count(*) as n from dead_letter where team_id <> ${systemTeam}`.execute(db),
    sql<{ reason: string; n: number }>`
      select part.key as reason, sum(part.value::bigint)::bigint as n
      from producer cross join lateral jsonb_each_text(dropped) as part
      where team_id <> ${systemTeam} and dropped <> '{}' group by 1
      union all select 'expired', sum(records)::bigint from expired where team_id <> ${systemTeam}
      having count(*) > 0`.execute(db),
    sql<{ reason: string; n: number }>`select reason, sum(last_seq - first_seq + 1)::bigint as n from lost_range
      where team_id <> ${systemTeam} group by 1`.execute(db),
    sql<
      StoreCounts['books']
    >`select coalesce(sum(issued), 0)::bigint as issued, coalesce(sum(stored), 0)::bigint as stored,
        coalesce(sum(dead_lettered), 0)::bigint as dead_lettered, coalesce(sum(rejected), 0)::bigint as rejected,
        coalesce(sum(issued - stored - dead_lettered - rejected
          - coalesce((select sum(value::bigint) from jsonb_each_text(dropped)), 0)), 0)::bigint as open
      from producer where team_id <> ${systemTeam}`.execute(db),
    sql<{ reason: string | null; n: number }>`
      select case when ended_at is not null then coalesce(end_reason, 'failed') end as reason, count(*) as n
      from run where team_id <> ${systemTeam} group by 1`.execute(db),
  ]);
  const ends = runs.rows.flatMap(({ reason, n }) => (reason === null ? [] : [[reason, n] as const]));
  return {
    deadLetters: letters.rows[0]?.n ?? 0,
    dropped: new Map(drops.rows.map(({ reason, n }) => [reason, n])),
    lostBatches: new Map(losses.rows.map(({ reason, n }) => [reason, n])),
    books: books.rows[0] ?? { issued: 0, stored: 0, dead_lettered: 0, rejected: 0, open: 0 },
    running: runs.rows.find(({ reason }) => reason === null)?.n ?? 0,
    ends: new Map(ends),
  };
}
