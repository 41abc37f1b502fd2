import { sql } from 'kysely';
import type { ProducerBooks, TotalBooks } from '@telltale/contracts/http/delivery';
import type { Db } from '../database.ts';
import { inSnapshot } from './in-snapshot.ts';

export type DeliveryQuestion = { teamId: string; limit: number; offset: number };
export type Delivery = { producers: ProducerBooks[]; total: TotalBooks };

/** The row that keeps the books of all un-numbered bodies of a team; nothing in it is numbered. */
const bodies = 'body:*';

/** The books of a team: a page of its producers, last heard of first, and the sums over all of them. */
export function readDelivery(db: Db, { teamId, limit, offset }: DeliveryQuestion): Promise<Delivery> {
  return inSnapshot(db, async (snapshot) => {
    const rows = await sql<Omit<ProducerBooks, 'lost'>>`
      select producer_id, issued, stored, dead_lettered, rejected, dropped,
        nullif(settled_seq, case when producer_id = ${bodies} then settled_seq end) as stored_seq
      from producer where team_id = ${teamId}
      order by last_seen desc, producer_id limit ${limit} offset ${offset}`.execute(snapshot);
    const sums = await sql<Omit<TotalBooks, 'lost' | 'dropped'>>`
      select case when count(*) = 0 then 0 else sum(issued) end::bigint as issued,
        coalesce(sum(stored), 0)::bigint as stored, coalesce(sum(dead_lettered), 0)::bigint as dead_lettered,
        coalesce(sum(rejected), 0)::bigint as rejected, count(*) filter (where issued is null) as unaccounted_producers
      from producer where team_id = ${teamId}`.execute(snapshot);
    const drops = await sql<{ reason: string; n: number }>`
      select part.key as reason, sum(part.value::bigint)::bigint as n
      from producer cross join lateral jsonb_each_text(dropped) as part
      where team_id = ${teamId} group by 1 order by 1`.execute(snapshot);
    const total = sums.rows[0] ?? { issued: 0, stored: 0, dead_lettered: 0, rejected: 0, unaccounted_producers: 0 };
    const dropped = Object.fromEntries(drops.rows.map(({ reason, n }) => [reason, n]));
    return {
      producers: rows.rows.map((row) => ({ ...row, lost: null })),
      total: { ...total, dropped, lost: null },
    };
  });
}
