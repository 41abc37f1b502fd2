import { sql } from 'kysely';
import type { ProducerBooks, TotalBooks } from '@telltale/contracts/http/delivery';
import type { Db } from '../database.ts';
import { readExpired } from '../retention/read-expired.ts';
import { inSnapshot } from './in-snapshot.ts';

export type DeliveryQuestion = { teamId: string; limit: number; offset: number };
export type Delivery = { producers: ProducerBooks[]; total: TotalBooks };

/** The row that keeps the books of all un-numbered bodies of a team; nothing in it is numbered. */
const bodies = 'body:*';

type Row = Omit<ProducerBooks, 'lost' | 'open'> & {
  rest: number | null;
  complete: boolean;
  missing: number | null;
  reason: string;
};

/** What a producer issued and the other columns of its row do not account for; null where it keeps no account. */
const rest = sql`(p.issued - p.stored - p.dead_lettered - p.rejected
    - coalesce((select sum(value::bigint) from jsonb_each_text(p.dropped)), 0))::bigint`;

/** What a closed producer issued and nothing accounts for, and why; `p` is its row. */
const accounts = sql`
  p.last_seq is not null as closed, coalesce(p.settled_seq >= p.last_seq, false) as complete,
  p.late_duplicates, coalesce(gone.batches, 0)::bigint as lost_batches, coalesce(gone.reason, 'unsent') as reason,
  ${rest} as rest, greatest(${rest}, 0) as missing
  from producer p left join lateral (
    select sum(r.last_seq - r.first_seq + 1) as batches,
      case when bool_or(r.reason = 'restore') then 'restore' else min(r.reason) end as reason
    from lost_range r where r.team_id = p.team_id and r.producer_id = p.producer_id) gone on true`;

function lostOf({ complete, missing, reason, lost_batches }: Row): ProducerBooks['lost'] {
  if (complete && missing !== null) return missing > 0 ? { [reason]: missing } : {};
  return lost_batches > 0 ? null : {};
}

/** The books of a team: a page of its producers, last heard of first, and the sums over all of them. */
export function readDelivery(db: Db, { teamId, limit, offset }: DeliveryQuestion): Promise<Delivery> {
  return inSnapshot(db, async (snapshot) => {
    const rows = await sql<Row>`
      select p.producer_id, p.issued, p.stored, p.dead_lettered, p.rejected, p.dropped,
        nullif(p.settled_seq, case when p.producer_id = ${bodies} then p.settled_seq end) as stored_seq, ${accounts}
      where p.team_id = ${teamId}
      order by p.last_seen desc, p.producer_id limit ${limit} offset ${offset}`.execute(snapshot);
    const sums = await sql<Omit<TotalBooks, 'lost' | 'dropped' | 'open' | 'expired'> & { rest: number | null }>`
      select case when count(*) = 0 then 0 else sum(issued) end::bigint as issued,
        coalesce(sum(stored), 0)::bigint as stored, coalesce(sum(dead_lettered), 0)::bigint as dead_lettered,
        coalesce(sum(rejected), 0)::bigint as rejected, count(*) filter (where issued is null) as unaccounted_producers,
        case when count(*) = 0 then 0 else sum(${rest}) end::bigint as rest,
        (select coalesce(sum(r.last_seq - r.first_seq + 1), 0) from lost_range r where r.team_id = ${teamId})::bigint
          as lost_batches
      from producer p where team_id = ${teamId}`.execute(snapshot);
    const drops = await sql<Part>`
      select part.key as reason, sum(part.value::bigint)::bigint as n
      from producer cross join lateral jsonb_each_text(dropped) as part
      where team_id = ${teamId} group by 1 order by 1`.execute(snapshot);
    const losses = await sql<Part>`
      select reason, sum(missing)::bigint as n from (select p.team_id, ${accounts} where p.team_id = ${teamId}) known
      where complete and missing > 0 group by 1 order by 1`.execute(snapshot);
    const none = { issued: 0, stored: 0, dead_lettered: 0, rejected: 0 };
    const empty = { ...none, unaccounted_producers: 0, rest: 0, lost_batches: 0 };
    const { rest: open, ...total } = sums.rows[0] ?? empty;
    const lost = byReason(losses.rows);
    const expired = byReason(await readExpired(snapshot, teamId));
    return {
      producers: rows.rows.map(({ rest: left, complete, missing, reason, ...row }) => {
        const gone = lostOf({ rest: left, complete, missing, reason, ...row });
        return { ...row, lost: gone, open: openOf(left, gone) };
      }),
      total: { ...total, dropped: byReason(drops.rows), lost, open: openOf(open, lost), expired },
    };
  });
}

/** What is neither accounted for nor lost. */
const openOf = (left: number | null, lost: Record<string, number> | null): number | null =>
  left === null ? null : left - Object.values(lost ?? {}).reduce((sum, n) => sum + n, 0);

type Part = { reason: string; n: number };
const byReason = (parts: readonly Part[]): Record<string, number> =>
  Object.fromEntries(parts.map(({ reason, n }) => [reason, n]));
