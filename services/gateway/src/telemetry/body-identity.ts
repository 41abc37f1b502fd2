import { createHash } from 'node:crypto';

/** The producer of a body that brought no `(producer_id, seq)`: the same bytes are the same batch, so a retry is stored once. */
export type BodyIdentity = { producerId: string; recordId: (index: number) => string };

const sha256 = (data: Buffer | string): Buffer => createHash('sha256').update(data).digest();

/** 16 bytes as a UUID of version 8 (its bits are the application's own). */
function uuidV8(bytes: Buffer): string {
  const id = Buffer.from(bytes.subarray(0, 16));
  id[6] = ((id[6] ?? 0) & 0x0f) | 0x80;
  id[8] = ((id[8] ?? 0) & 0x3f) | 0x80;
  const hex = id.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Identity from the inflated body; ids of records follow from it and their place, so that they repeat with the body. */
export function bodyIdentity(body: Buffer): BodyIdentity {
  const hash = sha256(body).toString('hex');
  return {
    producerId: `body:${hash}`,
    recordId: (index) => uuidV8(sha256(`${hash}:${index}`)),
  };
}
