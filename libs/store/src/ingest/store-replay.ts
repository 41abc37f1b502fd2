import type { StreamBatch } from '@telltale/contracts/batch';
import type { DbClient } from '../database.ts';
import { classifyStoreError } from './error-class.ts';
import { insertLedger } from './ledger.ts';
import { bookReplayed } from './producer-books.ts';
import { toRows, type PricedBatch } from './record-rows.ts';
import type { BatchOutcome } from './store-batches.ts';
import { describe, storeRowsApart } from './store-rows.ts';
import { storedAlready } from './stored-already.ts';

/** `whole`: it holds a batch, not one record. */
type Letter = { producer_id: string; reason: string; whole: boolean };

const nothing = { records: 0, deadLetters: 0 };

/**
 * Stores what a dead letter holds, within the caller's transaction, and closes the letter; records that are stored
 * already are left out. What PostgreSQL refuses again leaves the same letter, with one more attempt and the new detail.
 * A letter that is gone was stored by another attempt or dropped: then there is nothing to store.
 */
export async function storeReplay(client: DbClient, priced: PricedBatch, letterId: string): Promise<BatchOutcome> {
  const { batch } = priced;
  await client.query('savepoint whole');
  let verdict;
  try {
    [verdict] = await insertLedger(client, [batch]);
  } catch (error) {
    if (classifyStoreError(error) !== 'poison') throw error;
    await client.query('rollback to savepoint whole');
    await failAgain(client, batch.team_id, letterId, describe(error));
    return { outcome: 'stored', ...nothing };
  }
  if (verdict?.verdict === 'known') return { outcome: 'known', ...nothing };
  if (verdict?.verdict !== 'new') return { outcome: 'reused', ...nothing };

  const letter = await lockLetter(client, batch.team_id, letterId);
  if (letter === null) {
    await setLedgerRecords(client, batch, 0);
    return { outcome: 'stored', ...nothing };
  }
  const old = await storedAlready(client, batch.team_id, batch.records);
  const made = toRows(priced, verdict.batchNo, old);
  const refused = await storeRowsApart(client, batch, made.rows);
  const failures = [...made.unfit.map(({ detail }) => detail), ...refused.map(({ detail }) => detail)];
  const records = made.rows.reduce((sum, { indexes }) => sum + indexes.length, 0) - refused.length;
  if (records < batch.records.length) await setLedgerRecords(client, batch, records);
  await bookReplayed(client, { teamId: batch.team_id, letter, records, issued: batch.issued });
  const [failure] = failures;
  if (failure === undefined) await closeLetter(client, batch.team_id, letterId);
  else await failAgain(client, batch.team_id, letterId, failure);
  return { outcome: 'stored', records, deadLetters: 0 };
}

/** A letter whose replay failed as a whole. False when there is no such letter any more. */
export async function failAgain(client: DbClient, teamId: string, letterId: string, detail: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `update dead_letter set attempts = attempts + 1, last_at = now(), detail = $3
     where team_id = $1 and letter_id = $2`,
    [teamId, letterId, detail],
  );
  return rowCount === 1;
}

async function lockLetter(client: DbClient, teamId: string, letterId: string): Promise<Letter | null> {
  const { rows } = await client.query<Letter>(
    `select producer_id, reason, kind is null and record_id is null as whole from dead_letter
     where team_id = $1 and letter_id = $2 for update`,
    [teamId, letterId],
  );
  return rows[0] ?? null;
}

async function closeLetter(client: DbClient, teamId: string, letterId: string): Promise<void> {
  await client.query('delete from dead_letter where team_id = $1 and letter_id = $2', [teamId, letterId]);
}

async function setLedgerRecords(client: DbClient, batch: StreamBatch, records: number): Promise<void> {
  await client.query('update batch_ledger set records = $4 where team_id = $1 and producer_id = $2 and seq = $3', [
    batch.team_id,
    batch.producer_id,
    batch.seq,
    records,
  ]);
}
