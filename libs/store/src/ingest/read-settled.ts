import type { Pool } from 'pg';
import { bodyPrefix } from './producer-books.ts';

export type ProducerName = { teamId: string; producerId: string };
export type SettledRow = ProducerName & { stored_seq: number; first_gap: number | null; closed: boolean };

type Row = { team_id: string; producer_id: string; stored_seq: number; beyond: boolean; closed: boolean };

/** Batches above the watermark looked at; a longer run is caught up when the next batch is stored. */
const window = 1_000;

const question = `
  select asked.team_id, asked.producer_id, coalesce(above.unbroken, p.settled_seq, 0) as stored_seq,
    coalesce(above.beyond, false) as beyond, p.last_seq is not null as closed
  from unnest($1::text[], $2::text[]) as asked(team_id, producer_id)
  left join producer p using (team_id, producer_id)
  cross join lateral (
    select max(seq) filter (where shift = coalesce(p.settled_seq, 0)) as unbroken,
      bool_or(shift > coalesce(p.settled_seq, 0)) as beyond
    from (select l.seq, l.seq - row_number() over (order by l.seq) as shift from batch_ledger l
      where l.team_id = asked.team_id and l.producer_id = asked.producer_id and l.seq > coalesce(p.settled_seq, 0)
      order by l.seq limit ${window}) run) above`;

/** How far each producer is stored, with batches that two collectors stored side by side. Bodies have no answer. */
export async function readSettled(pool: Pool, producers: readonly ProducerName[]): Promise<SettledRow[]> {
  const numbered = producers.filter(({ producerId }) => !producerId.startsWith(bodyPrefix));
  if (numbered.length === 0) return [];
  const { rows } = await pool.query<Row>({
    name: 'ingest_settled',
    text: question,
    values: [numbered.map(({ teamId }) => teamId), numbered.map(({ producerId }) => producerId)],
  });
  return rows.map(({ team_id, producer_id, stored_seq, beyond, closed }) => ({
    teamId: team_id,
    producerId: producer_id,
    stored_seq,
    first_gap: beyond ? stored_seq + 1 : null,
    closed,
  }));
}

/** A page of the producers heard of in the last two days, by name. */
export async function recentProducers(pool: Pool, after: ProducerName | null, limit: number): Promise<ProducerName[]> {
  const { rows } = await pool.query<{ team_id: string; producer_id: string }>(
    `select team_id, producer_id from producer
     where (team_id, producer_id) > ($1, $2) and last_seen > now() - interval '2 days'
     order by team_id, producer_id limit $3`,
    [after?.teamId ?? '', after?.producerId ?? '', limit],
  );
  return rows.map(({ team_id, producer_id }) => ({ teamId: team_id, producerId: producer_id }));
}

/** The store's epoch: another one means that it was restored from a backup. */
export async function readEpoch(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ epoch: string }>('select epoch from store_epoch');
  return rows[0]?.epoch ?? '';
}
