import type { StreamBatch } from '@telltale/contracts/batch';
import { recordSchemas } from '@telltale/contracts/records/record';
import { canonicalTime } from '@telltale/contracts/time';
import type { DbClient } from '../database.ts';
import { isPlainTime } from './plain-time.ts';

/**
 * What the ledger says of a batch: new under this number (`wasLost`: its seq had been given up), there already with the
 * same records or with others, or `late`: the watermark passed it and its row is pruned, so that it was stored before.
 * `settled` is the producer's watermark before this batch; null when nothing is known of it.
 */
export type LedgerVerdict =
  | { verdict: 'new'; batchNo: number; wasLost: boolean; settled: number | null }
  | { verdict: 'known' | 'reused' | 'late' };
type Row = { no: number; fresh: boolean; lost: boolean; settled: number | null };

/**
 * Inserts the batches, which the caller gives in the order of `compareBatches` without repetitions, and judges each. A
 * batch that another collector is storing right now is waited for.
 */
export async function insertLedger(client: DbClient, batches: readonly StreamBatch[]): Promise<LedgerVerdict[]> {
  const spans = batches.map(spanOf);
  const { rows } = await client.query<Row>({
    name: 'ingest_ledger',
    text: `
      with input as materialized (
        select t.*, nextval('batch_no') as no, p.settled_seq as settled,
          coalesce(p.settled_seq >= t.seq, false) as passed,
          case when p.settled_seq >= t.seq then exists (select 1 from lost_range r where r.team_id = t.team_id
            and r.producer_id = t.producer_id and t.seq between r.first_seq and r.last_seq) else false end as lost
        from unnest(
          $1::text[], $2::text[], $3::bigint[], $4::text[], $5::integer[], $6::integer[], $7::text[],
          $8::timestamptz[], $9::timestamptz[], $10::timestamptz[]
        ) with ordinality as t(
          team_id, producer_id, seq, ids_hash, records, rejected, kinds, min_at, max_at, received_at, position)
        left join producer p using (team_id, producer_id)
      ), inserted as (
        insert into batch_ledger (team_id, producer_id, seq, batch_no, ids_hash, records, rejected, kinds, min_at,
          max_at, received_at)
        select team_id, producer_id, seq, no, decode(ids_hash, 'hex'), records, rejected,
          string_to_array(kinds, ','), min_at, max_at, received_at
        from input where lost or not passed order by position
        on conflict do nothing returning batch_no
      )
      select input.no, inserted.batch_no is not null as fresh, input.lost, input.settled
      from input left join inserted on inserted.batch_no = input.no order by input.position`,
    values: [
      batches.map((batch) => batch.team_id),
      batches.map((batch) => batch.producer_id),
      batches.map((batch) => batch.seq),
      batches.map((batch) => batch.ids_hash),
      batches.map((batch) => batch.records.length),
      batches.map((batch) => batch.rejected),
      spans.map(({ kinds }) => kinds),
      spans.map(({ min }) => min),
      spans.map(({ max }) => max),
      batches.map((batch) => batch.received_at),
    ],
  });
  const old = batches.filter((_, index) => rows[index]?.fresh === false);
  const hashes = old.length === 0 ? [] : await readHashes(client, old);
  return rows.map(({ no, fresh, lost, settled }, index) => {
    if (fresh) return { verdict: 'new', batchNo: no, wasLost: lost, settled };
    const batch = batches[index];
    const hash = hashes[batch === undefined ? -1 : old.indexOf(batch)] ?? null;
    if (hash === null) return { verdict: 'late' };
    return { verdict: hash === batch?.ids_hash ? 'known' : 'reused' };
  });
}

async function readHashes(client: DbClient, batches: readonly StreamBatch[]): Promise<(string | null)[]> {
  const { rows } = await client.query<{ hash: string | null }>({
    name: 'ingest_ledger_hashes',
    text: `
      select encode(ledger.ids_hash, 'hex') as hash
      from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as t(team_id, producer_id, seq, position)
      left join batch_ledger ledger using (team_id, producer_id, seq) order by t.position`,
    values: [
      batches.map((batch) => batch.team_id),
      batches.map((batch) => batch.producer_id),
      batches.map((batch) => batch.seq),
    ],
  });
  return rows.map(({ hash }) => hash);
}

/** One order for all collectors, so that no two wait for each other's rows. */
export function compareBatches(a: StreamBatch, b: StreamBatch): number {
  return compare(a.team_id, b.team_id) || compare(a.producer_id, b.producer_id) || a.seq - b.seq;
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type Span = { kinds: string; min: string; max: string };

/** Known kinds and the records' own times; a batch without records spans the moment of its receipt. */
function spanOf(batch: StreamBatch): Span {
  const span = spanBy(batch, isPlainTime);
  return isCanonical(span.min) && isCanonical(span.max) ? span : spanBy(batch, isCanonical);
}

function spanBy({ records, received_at }: StreamBatch, isTime: (at: unknown) => boolean): Span {
  const kinds = new Set<string>();
  let [min, max] = ['', ''];
  for (const { kind, at } of records) {
    if (!Object.hasOwn(recordSchemas, kind)) continue;
    kinds.add(kind);
    if (!isTime(at)) continue;
    if (min === '' || at < min) min = at;
    if (at > max) max = at;
  }
  return { kinds: [...kinds].join(','), min: min === '' ? received_at : min, max: max === '' ? received_at : max };
}

/** A record that names a day that is none is refused by PostgreSQL; it must not take its batch with it. */
const isCanonical = (at: unknown): boolean => typeof at === 'string' && canonicalTime(at) === at;
