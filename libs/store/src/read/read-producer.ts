import { sql } from 'kysely';
import type { ProducerAnswer } from '@telltale/contracts/http/telemetry';
import type { Db } from '../database.ts';

type Row = { settled: number | null; last: number | null; contiguous: number | null; beyond: boolean | null };

/** Batches above the watermark that are looked at to find the first gap. */
const window = 10_000;

/**
 * How far a producer is stored: the watermark, moved on over batches that are stored already but not settled yet, and
 * the first seq that is missing below a stored one. null when nothing of it is known.
 */
export async function readProducer(
  db: Db,
  { teamId, producerId }: { teamId: string; producerId: string },
): Promise<ProducerAnswer | null> {
  const query = sql<Row>`
    with known as (
      select settled_seq, last_seq from producer where team_id = ${teamId} and producer_id = ${producerId}
    ), above as (
      select seq, seq - row_number() over (order by seq) as shift from batch_ledger
      where team_id = ${teamId} and producer_id = ${producerId}
        and seq > coalesce((select settled_seq from known), 0)
      order by seq limit ${window}
    )
    select (select settled_seq from known) as settled, (select last_seq from known) as last,
      max(seq) filter (where shift = coalesce((select settled_seq from known), 0)) as contiguous,
      bool_or(shift > coalesce((select settled_seq from known), 0)) as beyond
    from above`;
  const row = (await query.execute(db)).rows[0];
  if (row === undefined || (row.settled === null && row.beyond === null)) return null;
  const stored = row.contiguous ?? row.settled ?? 0;
  return {
    producer_id: producerId,
    stored_seq: stored,
    ...(row.beyond === true ? { first_gap: stored + 1 } : {}),
    ...(row.last === null ? {} : { last_seq: row.last }),
  };
}

/** Those of the seqs that the ledger has. */
export async function readLedgeredSeqs(
  db: Db,
  { teamId, producerId, seqs }: { teamId: string; producerId: string; seqs: readonly number[] },
): Promise<Set<number>> {
  const rows = await db
    .selectFrom('batch_ledger')
    .select('seq')
    .where('team_id', '=', teamId)
    .where('producer_id', '=', producerId)
    .where('seq', 'in', seqs.length === 0 ? [0] : seqs)
    .execute();
  return new Set(rows.map(({ seq }) => seq));
}

/** The store's epoch: another one means that it was restored from a backup. */
export async function readStoreEpoch(db: Db): Promise<string> {
  return (await db.selectFrom('store_epoch').select('epoch').executeTakeFirstOrThrow()).epoch;
}
