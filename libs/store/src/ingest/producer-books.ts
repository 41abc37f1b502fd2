import type { StreamBatch } from '@telltale/contracts/batch';
import type { DbClient } from '../database.ts';

/** What storing one batch adds to its producer's books. */
export type BookEntry = {
  batch: StreamBatch;
  stored: number;
  rejected: number;
  deadLettered: number;
  /** Records that came again when nothing but the watermark knew them. */
  late?: number;
};

/**
 * Bodies without a number are producers of one batch each (`body:<hash>`); one row keeps the books of all of a team.
 * Nobody asks for their watermark, and their senders keep no account, so what is issued is counted here.
 */
export const bodyPrefix = 'body:';
const bodyBooks = 'body:*';

const booksOf = (producerId: string): string => (producerId.startsWith(bodyPrefix) ? bodyBooks : producerId);

type Row = {
  team: string;
  producer: string;
  floor: number | null;
  issued: number | null;
  issuedHere: number;
  dropped: Record<string, number>;
  stored: number;
  rejected: number;
  deadLettered: number;
  last: number | null;
  late: number;
};

/** Batches above the watermark looked at in one update; a longer run is caught up by the next ones. */
const window = 5_000;
/** The end of the unbroken run of ledgered batches that starts after `base`. */
const settledAfter = (base: string, row: string): string => `
  (select coalesce(max(run.seq), ${base}) from (
     select ledger.seq, row_number() over (order by ledger.seq) as place from batch_ledger ledger
     where ledger.team_id = ${row}.team_id and ledger.producer_id = ${row}.producer_id and ledger.seq > ${base}
     order by ledger.seq limit ${window}) run
   where run.seq = ${base} + run.place)`;

const update = `
  insert into producer as p (team_id, producer_id, floor, issued, dropped, stored, rejected, dead_lettered, last_seq,
    closed_at, late_duplicates, settled_seq)
  select i.team_id, i.producer_id, i.floor, coalesce(i.issued, nullif(i.issued_here, 0)), i.dropped, i.stored,
    i.rejected, i.dead_lettered, i.last_seq, case when i.last_seq is not null then now() end, i.late,
    case when i.producer_id = '${bodyBooks}' then 0 else ${settledAfter('greatest(coalesce(i.floor, 0) - 1, 0)', 'i')} end
  from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::jsonb[], $7::bigint[],
    $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[]) with ordinality
    as i(team_id, producer_id, floor, issued, issued_here, dropped, stored, rejected, dead_lettered, last_seq, late,
      position)
  order by i.position
  on conflict (team_id, producer_id) do update set
    floor = greatest(p.floor, excluded.floor),
    issued = case when p.producer_id = '${bodyBooks}' then p.issued + coalesce(excluded.issued, 0)
      else greatest(p.issued, excluded.issued) end,
    dropped = case when excluded.dropped = '{}' then p.dropped else (
      select jsonb_object_agg(key, greatest((p.dropped ->> key)::bigint, (excluded.dropped ->> key)::bigint))
      from jsonb_object_keys(p.dropped || excluded.dropped) key) end,
    stored = p.stored + excluded.stored,
    rejected = p.rejected + excluded.rejected,
    dead_lettered = p.dead_lettered + excluded.dead_lettered,
    last_seq = greatest(p.last_seq, excluded.last_seq),
    closed_at = coalesce(p.closed_at, excluded.closed_at),
    late_duplicates = p.late_duplicates + excluded.late_duplicates,
    settled_seq = case when p.producer_id = '${bodyBooks}' then 0 else
      ${settledAfter('greatest(p.settled_seq, coalesce(greatest(p.floor, excluded.floor), 0) - 1)', 'p')} end,
    last_seen = now()`;

/** Brings the producers' rows up to date, after the ledger rows of the same transaction. */
export async function keepBooks(client: DbClient, entries: readonly BookEntry[]): Promise<void> {
  const rows = sumUp(entries);
  if (rows.length === 0) return;
  await client.query({
    name: 'ingest_books',
    text: update,
    values: [
      rows.map(({ team }) => team),
      rows.map(({ producer }) => producer),
      rows.map(({ floor }) => floor),
      rows.map(({ issued }) => issued),
      rows.map(({ issuedHere }) => issuedHere),
      rows.map(({ dropped }) => JSON.stringify(dropped)),
      rows.map(({ stored }) => stored),
      rows.map(({ rejected }) => rejected),
      rows.map(({ deadLettered }) => deadLettered),
      rows.map(({ last }) => last),
      rows.map(({ late }) => late),
    ],
  });
}

/** Moves a producer's watermark over a gap that was given up, without word from the producer itself. */
export async function catchUp(
  client: DbClient,
  { teamId, producerId, floor }: { teamId: string; producerId: string; floor: number },
): Promise<void> {
  await client.query(
    `update producer p set settled_seq = ${settledAfter('greatest(p.settled_seq, $3::bigint - 1)', 'p')}
     where team_id = $1 and producer_id = $2`,
    [teamId, producerId, floor],
  );
}

/** Reasons of letters that a batch's books never saw: nobody could say how many records they hold. */
const unbooked: ReadonlySet<string> = new Set(['unreadable_batch', 'crashed_collector']);

/**
 * Moves what a replay stored from the dead letters of the producer that issued it to what is stored of it. Of a letter that
 * the books never saw, the batch itself says what its producer had issued by then (`issued`).
 */
export async function bookReplayed(
  client: DbClient,
  replay: {
    teamId: string;
    letter: { producer_id: string; reason: string; whole: boolean };
    records: number;
    issued: number | undefined;
  },
): Promise<void> {
  const { teamId, letter, records } = replay;
  if (records === 0) return;
  const producer = booksOf(letter.producer_id);
  const isBooked = !unbooked.has(letter.reason) && (!letter.whole || letter.reason === 'seq_reused');
  const issued = producer === bodyBooks ? records : (replay.issued ?? null);
  // Of a producer whose every batch was a letter nothing is known yet.
  await client.query(
    `insert into producer as p (team_id, producer_id, stored, issued) values ($1, $2, $3, $4)
     on conflict (team_id, producer_id) do update
       set stored = p.stored + excluded.stored, dead_lettered = p.dead_lettered - $5::bigint,
         issued = case when p.producer_id = '${bodyBooks}' then p.issued + coalesce(excluded.issued, 0)
           else greatest(p.issued, excluded.issued) end`,
    [teamId, producer, records, isBooked ? null : issued, isBooked ? records : 0],
  );
}

/** One row a producer, in the order of the entries, which is that of the ledger. */
function sumUp(entries: readonly BookEntry[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { batch, stored, rejected, deadLettered, late = 0 } of entries) {
    const producer = booksOf(batch.producer_id);
    const isBody = producer === bodyBooks;
    const key = JSON.stringify([batch.team_id, producer]);
    const row = rows.get(key) ?? {
      team: batch.team_id,
      producer,
      floor: null,
      issued: null,
      issuedHere: 0,
      dropped: {},
      stored: 0,
      rejected: 0,
      deadLettered: 0,
      last: null,
      late: 0,
    };
    rows.set(key, row);
    if (isBody) row.issuedHere += stored + rejected + deadLettered;
    else {
      row.floor = greatest(row.floor, batch.floor);
      row.issued = greatest(row.issued, batch.issued);
      row.last = greatest(row.last, batch.last_seq);
      for (const [reason, count] of Object.entries(batch.dropped ?? {})) {
        row.dropped[reason] = Math.max(row.dropped[reason] ?? 0, count);
      }
    }
    row.stored += stored;
    row.rejected += rejected;
    row.deadLettered += deadLettered;
    row.late += late;
  }
  return [...rows.values()];
}

const greatest = (known: number | null, said: number | undefined): number | null =>
  said === undefined ? known : Math.max(known ?? 0, said);
