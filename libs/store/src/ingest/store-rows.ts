import type { StreamBatch } from '@telltale/contracts/batch';
import type { RecordKind } from '@telltale/contracts/records/record';
import type { DbClient } from '../database.ts';
import { copyRows } from './copy-rows.ts';
import type { DeadLetter, LetterReason } from './dead-letters.ts';
import { classifyStoreError, sqlStateOf } from './error-class.ts';
import type { RecordRow } from './record-rows.ts';

function groupByKind(rows: readonly RecordRow[]): Map<RecordKind, RecordRow[]> {
  const groups = new Map<RecordKind, RecordRow[]>();
  for (const row of rows) {
    const group = groups.get(row.kind);
    if (group === undefined) groups.set(row.kind, [row]);
    else group.push(row);
  }
  return groups;
}

/** Stores rows kind by kind. One refused row fails all. */
export async function storeRows(client: DbClient, rows: readonly RecordRow[]): Promise<void> {
  for (const [kind, group] of groupByKind(rows)) await copyRows(client, kind, group);
}

/**
 * Stores what PostgreSQL takes: a refused group is halved under savepoints down to the rows it refuses, which come back
 * as letters. Any other failure is thrown.
 */
export async function storeRowsApart(
  client: DbClient,
  batch: StreamBatch,
  rows: readonly RecordRow[],
): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  const store = async (kind: RecordKind, group: readonly RecordRow[]): Promise<void> => {
    await client.query('savepoint part');
    try {
      await copyRows(client, kind, group);
      await client.query('release savepoint part');
      return;
    } catch (error) {
      if (classifyStoreError(error) !== 'poison') throw error;
      await client.query('rollback to savepoint part');
      const [only] = group;
      if (group.length === 1 && only !== undefined) {
        letters.push(letterOf(batch, only.index, 'refused_by_store', describe(error)));
        return;
      }
    }
    const half = Math.ceil(group.length / 2);
    await store(kind, group.slice(0, half));
    await store(kind, group.slice(half));
  };
  for (const [kind, group] of groupByKind(rows)) await store(kind, group);
  return letters;
}

/** The letter of one record. A record that cannot even be written as JSON leaves its reason alone. */
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
    return Buffer.alloc(0);
  }
}
