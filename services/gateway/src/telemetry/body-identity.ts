import { hash as hashOf } from 'node:crypto';
import { uuidOfHash } from '@telltale/otlp/read/item-id';

/** The producer of a body that brought no `(producer_id, seq)`: the same bytes are the same batch, so a retry is stored once. */
export type BodyIdentity = { producerId: string; recordId: (index: number) => string };

/** In hex. */
const sha256 = (data: Buffer | string): string => hashOf('sha256', data);

/** Identity from the inflated body; ids of records follow from it and their place, so that they repeat with the body. */
export function bodyIdentity(body: Buffer): BodyIdentity {
  const hash = sha256(body);
  return {
    producerId: `body:${hash}`,
    recordId: (index) => uuidOfHash(sha256(`${hash}:${index}`)),
  };
}
