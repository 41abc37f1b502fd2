import { createHash } from 'node:crypto';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { SpooledBatch } from '../spool/spool.ts';
import type { Lane } from './lane.ts';

export type SealedRecord = { id: string; json: string };

/** Makes a numbered batch of records that are already JSON. */
export function sealBatch(
  seq: number,
  lane: Lane,
  records: readonly SealedRecord[],
  totals: { issued: number; dropped: Readonly<Record<string, number>> },
): SpooledBatch {
  return {
    seq,
    lane,
    count: records.length,
    ids_hash: createHash('sha256').update(idsHashInput(records)).digest('hex'),
    issued: totals.issued,
    dropped: totals.dropped,
    records_json: `[${records.map((record) => record.json).join(',')}]`,
  };
}

/** Takes a batch apart again, to publish its records under other numbers. */
export function unsealBatch(batch: SpooledBatch): SealedRecord[] {
  const records = JSON.parse(batch.records_json) as { id: string }[];
  return records.map((record) => ({ id: record.id, json: JSON.stringify(record) }));
}
