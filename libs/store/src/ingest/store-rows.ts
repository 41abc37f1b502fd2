import type { StreamBatch } from '@telltale/contracts/batch';
import type { DbClient } from '../database.ts';
import { copyRows } from './copy-rows.ts';
import type { DeadLetter, LetterReason } from './dead-letters.ts';
import { writeDeepJson } from './deep-json.ts';
import { classifyStoreError, sqlStateOf } from './error-class.ts';
import type { RawTable } from '../tables/raw-tables.ts';
import type { RecordRow } from './record-rows.ts';

const byPlace = (a: RecordRow, b: RecordRow): number => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0);

/** Rows by table, each table's in the order in which they should lie. */
export function groupRows(rows: readonly RecordRow[]): Map<RawTable, RecordRow[]> {
  return Map.groupBy(rows.toSorted(byPlace), ({ table }) => table);
}

/** Stores rows of any tables. One refused row fails all. */
export async function storeRows(client: DbClient, rows: readonly RecordRow[]): Promise<void> {
  await copyRows(client, groupRows(rows));
}

/**
 * Stores what PostgreSQL takes: a refused group is halved under savepoints, and a refused chunk of log lines made anew
 * from its halves, down to the records it refuses, which come back as letters. Any other failure is thrown.
 */
export async function storeRowsApart(
  client: DbClient,
  batch: StreamBatch,
  rows: readonly RecordRow[],
): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  const store = async (table: RawTable, group: readonly RecordRow[]): Promise<void> => {
    await client.query('savepoint part');
    let refusal: unknown;
    try {
      await copyRows(client, new Map([[table, group]]));
      await client.query('release savepoint part');
      return;
    } catch (error) {
      if (classifyStoreError(error) !== 'poison') throw error;
      await client.query('rollback to savepoint part');
      refusal = error;
    }
    const [only] = group;
    if (group.length === 1 && only?.halves !== undefined) {
      for (const half of only.halves()) await store(half.table, [half]);
    } else if (group.length === 1) {
      for (const index of only?.indexes ?? []) {
        letters.push(letterOf(batch, index, 'refused_by_store', describe(refusal)));
      }
    } else {
      const half = Math.ceil(group.length / 2);
      await store(table, group.slice(0, half));
      await store(table, group.slice(half));
    }
  };
  for (const [table, group] of groupRows(rows)) await store(table, group);
  return letters;
}

/** The letter of one record. */
export function letterOf(batch: StreamBatch, index: number, reason: LetterReason, detail: string): DeadLetter {
  const record: unknown = batch.records[index];
  const field = (name: string): string | null => {
    const value: unknown = typeof record === 'object' && record !== null ? Reflect.get(record, name) : undefined;
    return typeof value === 'string' ? value.slice(0, 200) : null;
  };
  return {
    teamId: batch.team_id,
    producerId: batch.producer_id,
    seq: batch.seq,
    part: String(index),
    recordId: field('id'),
    kind: field('kind'),
    reason,
    detail,
    payload: toBytes(record),
  };
}

/** PostgreSQL's verdict with its code; `where` names the column, and may quote the value, so it is cut. */
export function describe(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `${sqlStateOf(error) ?? ''} ${message}`.trim().slice(0, 500);
}

export function toBytes(value: unknown): Buffer {
  try {
    return Buffer.from(JSON.stringify(value) ?? 'null');
  } catch {
    // Nested deeper than its stack allows.
    return Buffer.from(writeDeepJson(value));
  }
}
