import { createHash } from 'node:crypto';
import type { StreamBatch } from '@telltale/contracts/batch';
import { replayPrefix } from '@telltale/contracts/dead-letters';
import { TelltaleError } from '@telltale/contracts/errors';
import type { DeadLetterRow } from '@telltale/contracts/http/dead-letters';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import type { TelemetryRecord } from '@telltale/contracts/records/record';
import { decodeBatch } from '@telltale/stream/batch-codec';

export type Letter = { letter: DeadLetterRow; payload: Buffer };

/**
 * What a letter holds, as a batch under the letter's own producer with the attempt as seq: the same attempt published
 * twice is stored once. 409 when this version cannot read the payload.
 */
export function replayBatch({ letter, payload }: Letter, teamId: string, receivedAt: string): StreamBatch {
  const { records, issued } = contentOf(payload);
  // The books have seen a reused seq; of a batch that nobody could read they learn here what its producer had issued.
  const account = issued === undefined || letter.reason === 'seq_reused' ? {} : { issued };
  return {
    v: 1,
    team_id: teamId,
    producer_id: `${replayPrefix}${letter.id}`,
    seq: letter.attempts,
    ids_hash: createHash('sha256').update(idsHashInput(records)).digest('hex'),
    received_at: receivedAt,
    rejected: 0,
    ...account,
    records,
  };
}

/** A letter holds a batch or one record. The store judges records: it may take now what it refused then. */
function contentOf(payload: Buffer): Pick<StreamBatch, 'records' | 'issued'> {
  const decoded = decodeBatch(payload);
  if (decoded.ok) return decoded.batch;
  const record = parse(payload);
  const kind: unknown = typeof record === 'object' && record !== null ? Reflect.get(record, 'kind') : undefined;
  if (typeof kind === 'string') {
    if (canBeSent(record)) return { records: [record as TelemetryRecord] };
    throw new TelltaleError('conflict', 'it nests too deep to be sent again; drop it');
  }
  const detail = `this version cannot read it (${decoded.detail}); replay it after an upgrade, or drop it`;
  throw new TelltaleError('conflict', detail);
}

/** `JSON.stringify` follows a value only so deep. */
function canBeSent(record: unknown): boolean {
  try {
    return JSON.stringify(record) !== undefined;
  } catch {
    return false;
  }
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return null;
  }
}
