import { isClosing, type StreamBatch } from '@telltale/contracts/batch';
import { replayedLetter } from '@telltale/contracts/dead-letters';
import type { Pool } from 'pg';
import type { DbClient } from '../database.ts';
import { writeDeadLetters, type DeadLetter } from './dead-letters.ts';
import { classifyStoreError } from './error-class.ts';
import { inTransaction } from './in-transaction.ts';
import { compareBatches, insertLedger, type LedgerVerdict } from './ledger.ts';
import { closeGaps, reopenLost } from './lost-ranges.ts';
import { keepBooks, type BookEntry } from './producer-books.ts';
import { toRows, type PricedBatch, type RecordRow } from './record-rows.ts';
import { storeReplay } from './store-replay.ts';
import { describe, letterOf, storeRows, storeRowsApart, toBytes } from './store-rows.ts';

/**
 * What became of a batch. `stored`: committed now, with so many records, the rest as dead letters. `known`: the ledger
 * had this very batch. `reused`: its seq belongs to other records; the batch is a dead letter. `late_duplicate`: it was
 * stored so long ago that only the producer's watermark knows it.
 */
export type BatchOutcome = {
  outcome: 'stored' | 'known' | 'reused' | 'late_duplicate';
  records: number;
  deadLetters: number;
};

export type StoreHooks = {
  /** A failpoint: everything is written and nothing committed. */
  beforeCommit?: () => Promise<void> | void;
};

/**
 * Stores batches exactly once, in one transaction: ledger, rows, books. When PostgreSQL refuses something, each batch
 * gets a transaction of its own and is split down to what was refused, so ledger row, good rows and dead letters of a
 * batch always commit together. Throws what is worth a retry (or a repair, see `classifyStoreError`); nothing of the
 * group is lost then, and a commit whose answer was lost shows up as `known`. Outcomes come in the order of the input.
 */
export async function storeBatches(
  pool: Pool,
  batches: readonly PricedBatch[],
  { beforeCommit = () => {} }: StoreHooks = {},
): Promise<BatchOutcome[]> {
  const outcomes = new Map<PricedBatch, BatchOutcome>();
  const sorted = batches.toSorted((a, b) => compareBatches(a.batch, b.batch));
  // The same batch may have been published twice: each further time is judged after the first is committed.
  const firsts = sorted.filter(({ batch }, index) => {
    const before = sorted[index - 1];
    return before === undefined || compareBatches(before.batch, batch) !== 0;
  });
  const isReplay = ({ batch }: PricedBatch): boolean => replayedLetter(batch.producer_id) !== null;
  const together = firsts.filter((batch) => !isReplay(batch));
  const apart = sorted.filter((batch) => !together.includes(batch));
  const alone = (batch: PricedBatch): Promise<BatchOutcome> =>
    inTransaction(pool, async (client) => {
      const outcome = await storeApart(client, batch);
      await beforeCommit();
      return outcome;
    });
  try {
    if (together.length > 0) {
      await inTransaction(pool, async (client) => {
        await storeTogether(client, together, outcomes);
        await beforeCommit();
      });
    }
  } catch (error) {
    if (classifyStoreError(error) !== 'poison') throw error;
    for (const batch of together) outcomes.set(batch, await alone(batch));
  }
  for (const batch of apart) outcomes.set(batch, await alone(batch));
  return batches.map((batch) => outcomes.get(batch) ?? { outcome: 'known', records: 0, deadLetters: 0 });
}

/** The common way: no savepoints, one COPY a kind for all batches. */
async function storeTogether(
  client: DbClient,
  batches: readonly PricedBatch[],
  outcomes: Map<PricedBatch, BatchOutcome>,
): Promise<void> {
  const [closings, numbered] = [batches.filter(({ batch }) => isClosing(batch)), batches.filter(isNumbered)];
  const verdicts = await insertLedger(
    client,
    numbered.map(({ batch }) => batch),
  );
  const rows: RecordRow[] = [];
  const entries: BookEntry[] = closings.map(({ batch }) => account(batch));
  for (const priced of closings) outcomes.set(priced, { outcome: 'stored', records: 0, deadLetters: 0 });
  for (const [index, priced] of numbered.entries()) {
    const verdict = verdicts[index];
    if (verdict?.verdict === 'new') {
      const made = toRows(priced, verdict.batchNo);
      for (const row of made.rows) rows.push(row);
      const letters = made.unfit.map(({ index: at, reason, detail }) => letterOf(priced.batch, at, reason, detail));
      const entry = await settle(client, priced.batch, letters);
      entries.push(entry);
      outcomes.set(priced, { outcome: 'stored', records: entry.stored, deadLetters: entry.deadLettered });
    } else if (verdict?.verdict === 'reused') {
      entries.push(await reuse(client, priced.batch));
      outcomes.set(priced, { outcome: 'reused', records: 0, deadLetters: 1 });
    } else if (verdict?.verdict === 'late') {
      entries.push(lateEntry(priced.batch));
      outcomes.set(priced, { outcome: 'late_duplicate', records: 0, deadLetters: 0 });
    } else {
      outcomes.set(priced, { outcome: 'known', records: 0, deadLetters: 0 });
    }
  }
  await storeRows(client, rows);
  await keepLost(client, numbered, verdicts, closings);
  await keepBooks(client, entries);
}

const isNumbered = ({ batch }: PricedBatch): boolean => !isClosing(batch);
const account = (batch: StreamBatch): BookEntry => ({ batch, stored: 0, rejected: 0, deadLettered: 0 });
const lateEntry = (batch: StreamBatch): BookEntry => ({ ...account(batch), late: batch.records.length });

/** What the floors of new batches give up, and what came although it had been given up. */
async function keepLost(
  client: DbClient,
  numbered: readonly PricedBatch[],
  verdicts: readonly LedgerVerdict[],
  closings: readonly PricedBatch[],
): Promise<void> {
  const ends = new Map<string, Parameters<typeof closeGaps>[1][number]>();
  const end = ({ team_id: teamId, producer_id: producerId, floor }: StreamBatch, settled: number | null): void => {
    if (floor === undefined || floor - 1 <= (settled ?? 0)) return;
    const name = `${teamId}\n${producerId}`;
    ends.set(name, { teamId, producerId, floor: Math.max(floor, ends.get(name)?.floor ?? 0) });
  };
  for (const { batch } of closings) end(batch, null);
  for (const [index, { batch }] of numbered.entries()) {
    const verdict = verdicts[index];
    if (verdict?.verdict !== 'new') continue;
    end(batch, verdict.settled);
    if (verdict.wasLost) {
      await reopenLost(client, { teamId: batch.team_id, producerId: batch.producer_id, seq: batch.seq });
    }
  }
  await closeGaps(client, [...ends.values()]);
}

/** The careful way: one batch, savepoints around everything that PostgreSQL may refuse. */
async function storeApart(client: DbClient, priced: PricedBatch): Promise<BatchOutcome> {
  const { batch } = priced;
  const letterId = replayedLetter(batch.producer_id);
  if (letterId !== null) return storeReplay(client, priced, letterId);
  if (isClosing(batch)) {
    await keepLost(client, [], [], [priced]);
    await keepBooks(client, [account(batch)]);
    return { outcome: 'stored', records: 0, deadLetters: 0 };
  }
  await client.query('savepoint whole');
  let verdicts;
  try {
    verdicts = await insertLedger(client, [batch]);
  } catch (error) {
    if (classifyStoreError(error) !== 'poison') throw error;
    await client.query('rollback to savepoint whole');
    await writeDeadLetters(client, [wholeLetter(batch, 'refused_by_store', describe(error))]);
    return { outcome: 'stored', records: 0, deadLetters: 1 };
  }
  const [verdict] = verdicts;
  if (verdict?.verdict === 'known') return { outcome: 'known', records: 0, deadLetters: 0 };
  if (verdict?.verdict === 'late') {
    await keepBooks(client, [lateEntry(batch)]);
    return { outcome: 'late_duplicate', records: 0, deadLetters: 0 };
  }
  if (verdict?.verdict !== 'new') {
    await keepBooks(client, [await reuse(client, batch)]);
    return { outcome: 'reused', records: 0, deadLetters: 1 };
  }
  const { rows, unfit } = toRows(priced, verdict.batchNo);
  const letters = unfit.map(({ index, reason, detail }) => letterOf(batch, index, reason, detail));
  letters.push(...(await storeRowsApart(client, batch, rows)));
  const entry = await settle(client, batch, letters);
  await keepLost(client, [priced], verdicts, []);
  await keepBooks(client, [entry]);
  return { outcome: 'stored', records: entry.stored, deadLetters: entry.deadLettered };
}

/** Writes the letters of a new batch, takes their records out of its ledger row, and says what it adds to the books. */
async function settle(client: DbClient, batch: StreamBatch, letters: readonly DeadLetter[]): Promise<BookEntry> {
  if (letters.length > 0) {
    await writeDeadLetters(client, letters);
    await client.query(
      'update batch_ledger set records = records - $4 where team_id = $1 and producer_id = $2 and seq = $3',
      [batch.team_id, batch.producer_id, batch.seq, letters.length],
    );
  }
  const stored = batch.records.length - letters.length;
  return { batch, stored, rejected: batch.rejected, deadLettered: letters.length };
}

/** A batch under a seq that other records have. Seen again, it is in the books already. */
async function reuse(client: DbClient, batch: StreamBatch): Promise<BookEntry> {
  const detail = `seq ${batch.seq} of this producer was stored with other records; send these under a new seq`;
  const [fresh] = await writeDeadLetters(client, [wholeLetter(batch, 'seq_reused', detail)]);
  return fresh === true
    ? { batch, stored: 0, rejected: batch.rejected, deadLettered: batch.records.length }
    : { batch, stored: 0, rejected: 0, deadLettered: 0 };
}

const wholeLetter = (batch: StreamBatch, reason: 'seq_reused' | 'refused_by_store', detail: string): DeadLetter => ({
  teamId: batch.team_id,
  producerId: batch.producer_id,
  seq: batch.seq,
  part: batch.ids_hash,
  recordId: null,
  kind: null,
  reason,
  detail,
  payload: toBytes(batch),
});
