import type { Pool } from 'pg';
import { inTransaction } from './in-transaction.ts';
import { closeGaps } from './lost-ranges.ts';
import { catchUp } from './producer-books.ts';

/**
 * A gap that nobody will ever close: a producer that names no floor gets a day after the first batch above it, one that
 * does (its spool may be on a machine that is off) gets a week.
 */
const patience = `case when p.floor is null then interval '24 hours' else interval '7 days' end`;
const atATime = 200;

type Gap = { team_id: string; producer_id: string; floor: number };

/** Gives up gaps that stayed open too long; answers how many producers it moved on. Safe from several collectors. */
export async function closeOldGaps(pool: Pool): Promise<number> {
  const { rows } = await pool.query<Gap>(
    `select p.team_id, p.producer_id, old.seq as floor from producer p
     cross join lateral (select max(l.seq) as seq from batch_ledger l where l.team_id = p.team_id
       and l.producer_id = p.producer_id and l.seq > p.settled_seq and l.committed_at < now() - ${patience}) old
     where old.seq is not null order by 1, 2 limit ${atATime}`,
  );
  for (const { team_id: teamId, producer_id: producerId, floor } of rows) {
    await inTransaction(pool, async (client) => {
      await closeGaps(client, [{ teamId, producerId, floor }]);
      await catchUp(client, { teamId, producerId, floor });
    });
  }
  return rows.length;
}
