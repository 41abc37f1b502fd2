import type { DbClient } from '../database.ts';
import type { ProducerName } from './read-settled.ts';

export type GapEnd = ProducerName & {
  /** Gaps below it will never be filled. */
  floor: number;
};

/** `restore` when the gap is one that a restored backup left, else `gap`. */
const reasonOf = (firstSeq: string): string => `
  case when p.producer_id is null then (select case when restores > 0 then 'restore' else 'gap' end from store_epoch)
    when ${firstSeq} > p.restored_seq then 'restore' else 'gap' end`;

/**
 * Notes the seqs below each floor that are neither settled nor in the ledger as lost. Locks the producers until the end
 * of the transaction, which then moves their watermarks; one that is not there yet starts at 0.
 */
export async function closeGaps(client: DbClient, ends: readonly GapEnd[]): Promise<void> {
  if (ends.length === 0) return;
  const values = [
    ends.map(({ teamId }) => teamId),
    ends.map(({ producerId }) => producerId),
    ends.map(({ floor }) => floor),
  ];
  // The lock is a statement of its own: the next one then sees every batch that another transaction stored before it.
  await client.query(
    `select 1 from producer where (team_id, producer_id) in (select * from unnest($1::text[], $2::text[]))
     order by team_id, producer_id for update`,
    values.slice(0, 2),
  );
  await client.query(
    `insert into lost_range (team_id, producer_id, first_seq, last_seq, reason)
     select ends.team_id, ends.producer_id, gap.previous + 1, gap.seq - 1, ${reasonOf('gap.previous + 1')}
     from unnest($1::text[], $2::text[], $3::bigint[]) as ends(team_id, producer_id, floor)
     left join producer p using (team_id, producer_id)
     cross join lateral (
       select seq, lag(seq, 1, coalesce(p.settled_seq, 0)) over (order by seq) as previous from (
         select l.seq from batch_ledger l where l.team_id = ends.team_id and l.producer_id = ends.producer_id
           and l.seq > coalesce(p.settled_seq, 0) and l.seq < ends.floor
         union all select ends.floor where ends.floor > coalesce(p.settled_seq, 0)) known) gap
     where gap.seq > gap.previous + 1
     on conflict do nothing`,
    values,
  );
}

/** Takes a seq whose batch came after all out of its lost range. */
export async function reopenLost(client: DbClient, { teamId, producerId, seq }: ProducerName & { seq: number }) {
  await client.query(
    `with lost as (
       delete from lost_range where team_id = $1 and producer_id = $2 and $3::bigint between first_seq and last_seq
       returning *
     )
     insert into lost_range (team_id, producer_id, first_seq, last_seq, reason, closed_at)
     select team_id, producer_id, part.low, part.high, reason, closed_at
     from lost cross join lateral (values (first_seq, $3::bigint - 1), ($3::bigint + 1, last_seq)) part(low, high)
     where part.low <= part.high`,
    [teamId, producerId, seq],
  );
}
