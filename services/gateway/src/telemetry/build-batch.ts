import { createHash } from 'node:crypto';
import type { IngestBody, StreamBatch } from '@telltale/contracts/batch';
import { TelltaleError } from '@telltale/contracts/errors';
import { idsHashInput } from '@telltale/contracts/ids-hash';
import { bodyIdentity } from './body-identity.ts';
import { claimedOrigin } from './claimed-origin.ts';
import { judgeRecords, type Judged } from './judge-records.ts';

export type IncomingBody = {
  team: string;
  body: IngestBody;
  raw: Buffer;
  receivedAt: string;
  /** Whether the key has the scope `runner`; not when left out. */
  speaksForRunner?: boolean;
};
export type BuiltBatch = { batch: StreamBatch; judged: Judged };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an un-numbered record may leave out. Its time is then the time of receipt. */
function complete(record: unknown, makeId: () => string, at: string): unknown {
  if (!isObject(record)) return record;
  return Object.hasOwn(record, 'id') ? { v: 1, at, ...record } : { v: 1, id: makeId(), at, ...record };
}

type Numbered = { producer_id: string; seq: number; records: readonly unknown[] };

/** A body is numbered by its producer, or its own bytes name it. */
function number({ body, raw, receivedAt }: IncomingBody): Numbered {
  const { producer_id, seq, records, last_seq } = body;
  if (producer_id !== undefined && seq !== undefined) {
    if (!producer_id.startsWith('body:') && !producer_id.startsWith('dead-letter:')) {
      return { producer_id, seq, records };
    }
    throw new TelltaleError('invalid_request', '#/producer_id: the prefixes body: and dead-letter: are our own', {
      errors: [{ pointer: '#/producer_id', code: 'reserved', detail: 'starts with a prefix that is our own' }],
    });
  }
  if (producer_id !== undefined || seq !== undefined) {
    const missing = seq === undefined ? 'seq' : 'producer_id';
    throw new TelltaleError('invalid_request', `#/${missing}: is needed: producer_id and seq come together`, {
      errors: [{ pointer: `#/${missing}`, code: 'required', detail: 'producer_id and seq come together' }],
    });
  }
  if (last_seq !== undefined) {
    throw new TelltaleError('invalid_request', '#/producer_id: is needed: last_seq closes a producer', {
      errors: [{ pointer: '#/producer_id', code: 'required', detail: 'last_seq closes a producer' }],
    });
  }
  const identity = bodyIdentity(raw);
  const completed = records.map((record, index) => complete(record, () => identity.recordId(index), receivedAt));
  return { producer_id: identity.producerId, seq: 1, records: completed };
}

/** Judges the records of a body and makes the batch of those that can be taken; refuses when there are none. */
export function buildBatch(incoming: IncomingBody): BuiltBatch {
  const { producer_id, seq, records } = number(incoming);
  const judged = judgeRecords(records, incoming.raw.length);
  if (judged.records.length === 0 && records.length > 0) {
    const errors = judged.rejected.slice(0, 100).map(({ pointer, code, detail }) => ({ pointer, code, detail }));
    const first = errors.slice(0, 3).map(({ pointer, detail }) => `${pointer}: ${detail}`);
    const detail = `none of the ${records.length} records could be taken, seq is not used: ${first.join('; ')}`;
    throw new TelltaleError('invalid_records', detail, { errors });
  }
  const { speaksForRunner = false } = incoming;
  const { floor, issued, dropped, last_seq } = incoming.body;
  if (floor !== undefined && floor > seq) {
    const detail = `is above seq ${seq}: a floor is the lowest seq that the producer still has, and it has this one`;
    throw new TelltaleError('invalid_request', `#/floor: ${detail}`, {
      errors: [{ pointer: '#/floor', code: 'invalid_value', detail }],
    });
  }
  const batch: StreamBatch = {
    v: 1,
    team_id: incoming.team,
    producer_id,
    seq,
    ids_hash: createHash('sha256').update(idsHashInput(records)).digest('hex'),
    received_at: incoming.receivedAt,
    ...(floor === undefined ? {} : { floor }),
    ...(issued === undefined ? {} : { issued }),
    ...(dropped === undefined ? {} : { dropped }),
    ...(last_seq === undefined ? {} : { last_seq }),
    rejected: judged.rejected.length,
    records: judged.records.map((record) => claimedOrigin(record, speaksForRunner)),
  };
  return { batch, judged };
}
