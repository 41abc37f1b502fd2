import { sql } from 'kysely';
import { recordKinds, type RecordKind } from '@telltale/contracts/records/record';
import type { DbTransaction } from '../../database.ts';
import type { TakenBatches } from './scope.ts';

/** Also released with the transaction. False: another aggregator is at work on this team. */
export async function lockTeam(trx: DbTransaction, teamId: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('telltale.fold'), hashtext(${teamId})) as locked`.execute(trx);
  return rows[0]?.locked === true;
}

/** The same, but waits for it. */
export async function waitForTeam(trx: DbTransaction, teamId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('telltale.fold'), hashtext(${teamId}))`.execute(trx);
}

/** `deliveryLagMs`: from receipt to commit, of the newest batch. */
export type Taken = TakenBatches & { kinds: RecordKind[]; records: number; deliveryLagMs: number };

type LedgerRow = {
  batch_no: number;
  kinds: RecordKind[];
  records: number;
  min_at: Date;
  max_at: Date;
  lag_ms: number;
};

/** The oldest unfolded batches, at most `maxBatches` and about `maxRecords`; null when there is none. */
export async function takeBatches(
  trx: DbTransaction,
  teamId: string,
  { maxBatches, maxRecords }: { maxBatches: number; maxRecords: number },
): Promise<Taken | null> {
  const { rows } = await sql<LedgerRow>`
    select batch_no, kinds, records, min_at, max_at,
      greatest(0, extract(epoch from committed_at - received_at) * 1000)::double precision as lag_ms from batch_ledger
    where team_id = ${teamId} and folded_at is null
    order by batch_no limit ${maxBatches} for update skip locked`.execute(trx);
  let records = 0;
  const taken = rows.filter((row, index) => {
    records += row.records;
    return index === 0 || records <= maxRecords;
  });
  const first = taken[0];
  if (first === undefined) return null;
  const named = new Set<string>(taken.flatMap(({ kinds }) => kinds));
  const minAt = taken.reduce((least, { min_at }) => (min_at < least ? min_at : least), first.min_at);
  const maxAt = taken.reduce((most, { max_at }) => (max_at > most ? max_at : most), first.max_at);
  return {
    batchNos: taken.map(({ batch_no }) => batch_no),
    // A batch that no door checked may name kinds that nobody knows; they have no rows.
    kinds: recordKinds.filter((kind) => named.has(kind)),
    records: taken.reduce((sum, row) => sum + row.records, 0),
    deliveryLagMs: taken.at(-1)?.lag_ms ?? 0,
    minAt,
    // Dates hold whole milliseconds; what was sent with more digits lies within the next one.
    maxAt: new Date(maxAt.getTime() + 1),
  };
}

export async function markFolded(trx: DbTransaction, teamId: string, batchNos: number[]): Promise<void> {
  await sql`update batch_ledger set folded_at = now()
    where team_id = ${teamId} and batch_no = any(${batchNos}::bigint[]) and folded_at is null`.execute(trx);
}
