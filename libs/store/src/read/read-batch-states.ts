import { sql } from 'kysely';
import type { Db } from '../database.ts';

export type BatchKey = { teamId: string; producerId: string; seq: number; idsHash: string };

/**
 * What the store says of a batch. `stored`: the ledger has this very batch. `settled`: it had it, its row is pruned and the
 * producer's watermark stands for it. `reused`: its seq belongs to other records; `lettered` then says whether a dead
 * letter of that number exists. `unknown`: it is not stored yet.
 */
export type BatchState = { state: 'stored' | 'settled' | 'unknown' } | { state: 'reused'; lettered: boolean };

type Row = { hash: string | null; settled: number | null; lost: boolean; lettered: boolean };

/** Each batch's state, in the order asked, and the store's epoch. */
export async function readBatchStates(
  db: Db,
  keys: readonly BatchKey[],
): Promise<{ states: BatchState[]; epoch: string }> {
  const rows = await sql<Row>`
    select encode(l.ids_hash, 'hex') as hash, p.settled_seq as settled,
      coalesce(p.settled_seq >= asked.seq, false) and exists (select 1 from lost_range r where r.team_id = asked.team_id
        and r.producer_id = asked.producer_id and asked.seq between r.first_seq and r.last_seq) as lost,
      l.ids_hash <> decode(asked.hash, 'hex') and exists (select 1 from dead_letter d where d.team_id = asked.team_id
        and d.producer_id = asked.producer_id and d.seq = asked.seq) as lettered
    from unnest(${keys.map((key) => key.teamId)}::text[], ${keys.map((key) => key.producerId)}::text[],
      ${keys.map((key) => key.seq)}::bigint[], ${keys.map((key) => key.idsHash)}::text[]) with ordinality
      as asked(team_id, producer_id, seq, hash, position)
    left join batch_ledger l using (team_id, producer_id, seq)
    left join producer p using (team_id, producer_id)
    order by asked.position`.execute(db);
  const { epoch } = await db.selectFrom('store_epoch').select('epoch').executeTakeFirstOrThrow();
  return { states: rows.rows.map((row, index) => judge(row, keys[index])), epoch };
}

function judge({ hash, settled, lost, lettered }: Row, key: BatchKey | undefined): BatchState {
  if (key === undefined) return { state: 'unknown' };
  if (hash === key.idsHash) return { state: 'stored' };
  if (hash !== null) return { state: 'reused', lettered };
  return { state: settled !== null && settled >= key.seq && !lost ? 'settled' : 'unknown' };
}
